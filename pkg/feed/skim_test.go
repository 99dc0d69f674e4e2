package feed_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/dateline-news/dateline/pkg/feed"
	"github.com/dateline-news/dateline/pkg/feed/cut"
	"github.com/dateline-news/dateline/pkg/feed/decode"
	"github.com/dateline-news/dateline/pkg/feed/guard"
)

// checkSkim holds the one promise of cut.Skim: if the regions that it guesses are
// the items of an earlier document, then reading the body finds these and nothing
// else. It reports whether they are.
func checkSkim(t *testing.T, known [][]byte, body []byte, contentType string) bool {
	t.Helper()
	regions, ok := cut.Skim(body)
	if !ok || !slices.EqualFunc(regions, known, bytes.Equal) {
		return false
	}
	d, info, err := feed.Read(body, contentType, feed.DefaultLimits())
	if errors.Is(err, guard.ErrHostile) || errors.Is(err, decode.ErrTooLarge) {
		return true // So nothing new is found.
	}
	if err != nil || d.Torn || d.TornItem || len(d.Deleted) > 0 || len(d.Sitemaps) > 0 {
		t.Errorf("skimmed, but torn %v %v, %d deleted, %d sitemaps, %v: %+v in %.2000q", d.Torn, d.TornItem, len(d.Deleted), len(d.Sitemaps), err, info, body)
	}
	if !slices.EqualFunc(d.Items, known, bytes.Equal) {
		t.Errorf("skimmed, but there are %d items, not the %d known ones: %+v in %.2000q", len(d.Items), len(known), info, body)
	}
	return true
}

// skimmable are bodies with what is in them.
type skimmable struct {
	name, contentType string
	body              []byte
	items             [][]byte
}

// skimmables returns our own documents and all samples that are feeds.
func skimmables(t *testing.T) (all []skimmable) {
	t.Helper()
	add := func(name, contentType string, body []byte) {
		d, _, err := feed.Read(body, contentType, feed.DefaultLimits())
		if err == nil && len(d.Items) > 0 {
			all = append(all, skimmable{name: name, contentType: contentType, body: body, items: d.Items})
		}
	}
	add("paper of 10", "", []byte(paper(10)))
	add("paper of 25", "", []byte(paper(25)))
	add("JSON of 20", "", []byte(jsonPaper(20)))
	dir := sharedDir()
	if dir == "" {
		t.Log("no sample feeds: own documents only")
		return all
	}
	for _, s := range samples(t, dir) {
		body, err := os.ReadFile(filepath.Join(dir, s.file))
		if err != nil {
			t.Fatal(err)
		}
		add(s.file, s.contentType, body)
	}
	return all
}

// TestSkimSamples reads each document again. Those in clean UTF-8 are skimmed,
// but for a few that are odd.
func TestSkimSamples(t *testing.T) {
	skimmed, clean := 0, 0
	for _, s := range skimmables(t) {
		text, err := decode.UTF8(s.body, s.contentType, 0)
		if err != nil {
			t.Fatal(err)
		}
		isClean := text.Charset == "utf-8" && len(text.Repairs) == 0
		if isClean {
			clean++
		}
		switch is := checkSkim(t, s.items, s.body, s.contentType); {
		case is:
			skimmed++
		case isClean:
			t.Logf("not skimmed: %s", s.name)
		}
	}
	t.Logf("%d documents are skimmed; %d are in clean UTF-8", skimmed, clean)
	if skimmed*10 < clean*9 {
		t.Errorf("only %d documents are skimmed of %d in clean UTF-8", skimmed, clean)
	}
}

// TestSkimDamage damages documents whose items are known.
func TestSkimDamage(t *testing.T) {
	all := skimmables(t)
	for _, damage := range damages {
		r := rand.New(rand.NewPCG(5, 6))
		skimmed, times := 0, 10*tries(t)
		for i := range times {
			s := all[i%len(all)]
			if len(s.body) < 128 || damage.name == "a close tag missing" && !closeTag.Match(s.body) {
				continue
			}
			body, _ := damage.apply(r, bytes.Clone(s.body))
			if checkSkim(t, s.items, body, s.contentType) {
				skimmed++
			}
		}
		t.Logf("%-21s %d times, %d skimmed", damage.name, times, skimmed)
	}
}

// odd are what may change how a document is read, whole or in halves.
var odd = []string{
	"<!--", "-->", "<![CDATA[", "]]>", "<?a", "?>", "<!x [", "]>", "<", ">", "&#1;", "&#x1", "&", ";", "\xff", "\xe2\x80", "\x01", "\x1b", "\ufffe", "\ufeff",
	"<item>", "</item>", "<item/>", "<item ", "<ITEM>", "<rss:item>", "</atom:entry>", "<entry>", "</entry>", "<url>", "</url>", "ite", "<title>", "</title>",
	"<channel>", "</channel>", "</rss>", "</feed>", "<rss>", "<html>", "<at:deleted-entry ref='x'/>", "deleted-", "<items>", "<a b='", "<a b=\"", "'", " xmlns:x='http://purl.org/rss/1.0/'",
	"{", "}", "[", "]", ",", "\"", "\\", "\"items\":[", ",{\"id\":1}", "{\"id\":", "\"a\":1,", "\"version\":\"b\"", "\n", " ",
}

// TestSkimFrame puts what is odd into what is around the items, or takes some of
// that away: the items stay known.
func TestSkimFrame(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	all := skimmables(t)
	skimmed, times := 0, 30*tries(t)
	for i := range times {
		s := all[i%len(all)]
		body := bytes.Clone(s.body)
		for range 1 + r.IntN(3) {
			body = oddAround(r, body, s.items)
		}
		if checkSkim(t, s.items, body, s.contentType) {
			skimmed++
		}
	}
	t.Logf("%d times, %d skimmed", times, skimmed)
}

// oddAround changes body at a place outside of the items.
func oddAround(r *rand.Rand, body []byte, items [][]byte) []byte {
	starts, stops := []int{0}, []int{}
	pos := 0
	for _, item := range items {
		n := bytes.Index(body[pos:], item)
		if n < 0 {
			break
		}
		stops = append(stops, pos+n)
		pos += n + len(item)
		starts = append(starts, pos)
	}
	stops = append(stops, len(body))
	gap := r.IntN(len(starts))
	if r.IntN(2) == 0 { // the header, or what is behind all items
		gap = []int{0, len(starts) - 1}[r.IntN(2)]
	}
	at := starts[gap] + r.IntN(stops[gap]-starts[gap]+1)
	if n := min(r.IntN(12), stops[gap]-at); r.IntN(4) == 0 {
		return slices.Delete(body, at, at+n)
	}
	return slices.Insert(body, at, []byte(odd[r.IntN(len(odd))])...)
}

// FuzzSkim reads two documents with the same items, and something else around
// them.
func FuzzSkim(f *testing.F) {
	rss, end := `<rss version="2.0"><channel><title>T</title>`, "</channel></rss>"
	f.Add(rss, "<item><title>a</title></item>", "\n", "<item><![CDATA[b]]></item>", end, rss+"<ttl>5</ttl>", " ", end+"\n")
	f.Add(rss, "<item>a</item>", "", "<item><!-- b --></item>", end, rss+"<!--", "-->", end+"<!-- -->")
	f.Add(`<feed xmlns="http://www.w3.org/2005/Atom">`, "<entry>a</entry>", "", "<entry>b<c/></entry>", "</feed>",
		`<a:feed xmlns:a="http://www.w3.org/2005/Atom">`, "<deleted-entry/>", "</a:feed>")
	f.Add(`{"version":"https://jsonfeed.org/version/1","items":[`, `{"id":"1"}`, ",", `{"id":"2"}`, "]}",
		`{"title":"a","version":"https://jsonfeed.org/version/1","items":[`, ", ", `],"a":[{"id":1},{"id":2}]}`)
	f.Add("<urlset>", "<url><loc>a</loc></url>", "", "<url>b</url>", "</urlset>", "\xff<urlset>", "&#1;", "</urlset>")
	f.Fuzz(func(t *testing.T, head, one, gap, two, tail, head2, gap2, tail2 string) {
		d, _, err := feed.Read([]byte(head+one+gap+two+tail), "", feed.DefaultLimits())
		if err == nil {
			checkSkim(t, d.Items, []byte(head2+one+gap2+two+tail2), "text/xml; charset=iso-2022-jp")
			checkSkim(t, d.Items, []byte(head2+one+gap2+two+tail), "")
			checkSkim(t, d.Items, []byte(head+one+gap+two+tail2), "")
		}
	})
}
