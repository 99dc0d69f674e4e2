package chaos

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/feed"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/fetchertest"
)

// answer is what a paper has answered.
type answer struct {
	status     int
	etag, body string
	fault      string
}

// ask asks a paper as a client that has this document.
func ask(t *testing.T, p *paper, etag string) answer {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.feed.URL(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if etag != "" {
		r.Header.Set("If-None-Match", etag)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return answer{fault: "reset"}
	}
	defer func() { _ = resp.Body.Close() }()
	body, _ := io.ReadAll(resp.Body) // a fault may cut it
	return answer{resp.StatusCode, resp.Header.Get("ETag"), string(body), resp.Header.Get("X-Fault")}
}

// Items leave a paper only when a client has claimed them as they stand.
func TestNothingLeavesUnclaimed(t *testing.T) {
	p := newPaper(fetchertest.New(t), 7, 0, 0)
	for range 20 {
		p.change()
		ask(t, p, "")
		ask(t, p, `"made up"`)
	}
	all := p.entries()
	got := ask(t, p, "")
	for _, e := range all {
		if !strings.Contains(got.body, e.token+" version") || e.claimed != 0 {
			t.Errorf("%s is gone, and was claimed as %d", e.token, e.claimed)
		}
	}
	ask(t, p, got.etag)
	for _, e := range p.entries() {
		if e.claimed != e.version {
			t.Errorf("%s version %d is claimed as %d", e.token, e.version, e.claimed)
		}
	}
	if n := len(p.shown); n >= len(all) || n < fewest {
		t.Errorf("%d of %d items are left after the claim", n, len(all))
	}
}

// A claim of an older version keeps the item.
func TestAClaimIsOfAVersion(t *testing.T) {
	p := newPaper(fetchertest.New(t), 7, 0, 0)
	etag := ask(t, p, "").etag
	p.mu.Lock()
	for _, e := range p.shown {
		e.version++
		e.write()
	}
	p.publish()
	p.mu.Unlock()
	ask(t, p, etag)
	if len(p.shown) != 2*fewest {
		t.Errorf("%d items are left, want all %d", len(p.shown), 2*fewest)
	}
}

// In each format the marks come through a reader of feeds.
func TestMarksInEachFormat(t *testing.T) {
	site := fetchertest.New(t)
	for n := range 3 {
		p := newPaper(site, 7, n, 0)
		p.change()
		body := ask(t, p, "").body
		document, _, err := feed.Read([]byte(body), "", feed.DefaultLimits())
		if err != nil || len(document.Items) != len(p.shown) {
			t.Errorf("paper %d: %d items, want %d: %v", n, len(document.Items), len(p.shown), err)
		}
	}
}

// The same seed gives the same texts, others give others, and guids are shared.
func TestPapersOfASeed(t *testing.T) {
	one, same, other, next := newPaper(fetchertest.New(t), 7, 0, 0), newPaper(fetchertest.New(t), 7, 0, 0), newPaper(fetchertest.New(t), 8, 0, 0), newPaper(fetchertest.New(t), 7, 1, 0)
	for i, e := range one.entries() {
		if got := same.entries()[i]; got.token != e.token || got.article != e.article {
			t.Errorf("the same seed gives %s and %s", e.token, got.token)
		}
		for _, p := range []*paper{other, next} {
			if got := p.entries()[i]; got.token == e.token || got.article == e.article || got.item.GUID != e.item.GUID {
				t.Errorf("%s of another paper is %s, guids %s and %s", e.token, got.token, e.item.GUID, got.item.GUID)
			}
		}
	}
}

// Every fault comes, and none of them is a whole document with other words.
func TestFaults(t *testing.T) {
	p := newPaper(fetchertest.New(t), 7, 0, 1)
	if first := ask(t, p, ""); first.fault != "" || ask(t, p, first.etag).status == 0 {
		t.Errorf("a fault before the feed is known: %s", first.fault)
	}
	met := map[string]bool{}
	for range 150 {
		met[ask(t, p, `"x"`).fault] = true
	}
	for _, name := range []string{"status", "cut", "truncated", "charset", "lying-gzip", "garbage", "reset", "slow"} {
		if !met[name] && name != "truncated" && name != "lying-gzip" { // which Go's client may not show
			t.Errorf("no fault %s in 150", name)
		}
	}
	p.heal()
	if got := ask(t, p, ""); got.status != http.StatusOK || got.fault != "" || got.etag == "" {
		t.Errorf("healed: %+v", got)
	}
}

func TestMarks(t *testing.T) {
	texts := []string{"One.", "Two “quoted”."}
	mark := markOf("tok", 3, "Head", texts)
	a := schema.Enriched{Article: schema.Article{Headline: "Head", Body: append(texts, mark)}}
	if token, version, err := readMark(a); token != "tok" || version != 3 || err != nil {
		t.Errorf("got %s %d %v", token, version, err)
	}
	a.Body[0] = "One"
	if _, _, err := readMark(a); err == nil {
		t.Error("a text that was changed has its mark")
	}
}
