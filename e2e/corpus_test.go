package e2e_test

import (
	"bufio"
	"encoding/json"
	"html"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/fetchertest"
)

// reference is what another reader found in a feed.
type reference struct {
	File  string `json:"file"`
	Items []struct {
		Title string `json:"title"`
		Link  string `json:"link"`
		ID    string `json:"id"`
		Chars int    `json:"body_chars"`
	} `json:"items"`
}

func references(t *testing.T, dir string) map[string]reference {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, "feeds", "REFERENCE.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all := map[string]reference{}
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var r reference
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		all[r.File] = r
	}
	if lines.Err() != nil {
		t.Fatal(lines.Err())
	}
	return all
}

// Every item that the reference lists is in ENRICHED exactly once, or in the
// dead letters with a reason.
func TestEveryReferenceItemArrivesOnce(t *testing.T) {
	t.Parallel()
	dir := shared(t)
	site := fetchertest.New(t)
	files := serveCorpus(t, site, dir)
	pipeline := open(t, t.TempDir())
	var feeds []schema.Feed
	for _, f := range files {
		url := site.URL("/" + f.Name)
		feeds = append(feeds, schema.Feed{ID: schema.FeedID(url), URL: url})
	}
	if _, _, err := pipeline.Registry.Register(t.Context(), feeds); err != nil {
		t.Fatal(err)
	}
	summary := once(t, pipeline)
	for _, p := range summary.Problems {
		if !strings.Contains(p.URL, "/synthetic/") {
			t.Errorf("a real feed could not be read: %v", p)
		}
	}
	arrived := arrivals(t, pipeline.Bus)
	all := references(t, dir)
	t.Logf("%-60s %9s %8s %5s", "feed", "reference", "enriched", "dead")
	for _, f := range files {
		r := all[f.Name]
		found, dead, missing := 0, 0, []string(nil)
		for _, item := range r.Items {
			switch {
			case arrived.enriched[key(item.Link)] || arrived.enriched[folded(item.Title)] || arrived.enriched[guidKey(site.URL("/"+f.Name), item.ID)]:
				found++
			case misread[f.Name] && found < arrived.byFeed[f.Name]:
				found++
			case item.Title == "" && item.Link == "" && item.ID == "" && item.Chars == 0:
				// The reference counts an empty element as an item.
			case arrived.dead[schema.FeedID(site.URL("/"+f.Name))] > dead:
				dead++
			default:
				missing = append(missing, item.Title+" <"+item.Link+">")
			}
		}
		t.Logf("%-60s %9d %8d %5d", f.Name, len(r.Items), found, dead)
		if len(missing) > 0 {
			t.Errorf("%s: %d of %d items are nowhere, such as %.200q", f.Name, len(missing), len(r.Items), missing[0])
		}
	}
	summary.Problems = nil
	t.Logf("%+v", summary)

	again := once(t, pipeline)
	if again.Items != 0 || again.Articles != 0 || again.Enriched != 0 {
		t.Errorf("polling the same feeds again published something: %+v", again)
	}
}

// misread are the feeds whose titles and links the reference does not have
// right (no title, the wrong charset), so that the items can only be counted.
var misread = map[string]bool{
	"real/RSSOwl--209.xml":                           true, // neither titles nor links
	"real/picoFeed--atom_prefixed.xml":               true, // two of four have none
	"real/ruby-feedparse--linuxsoft-invalidutf8.xml": true, // UTF-8 taken for windows-1250
}

// serveCorpus serves the feeds of the reference data as their manifest says.
func serveCorpus(t *testing.T, site *fetchertest.Site, dir string) []fetchertest.File {
	t.Helper()
	manifest, err := os.Open(filepath.Join(dir, "feeds", "MANIFEST.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	defer manifest.Close()
	files, err := fetchertest.ReadManifest(manifest)
	if err != nil {
		t.Fatal(err)
	}
	files = slices.DeleteFunc(files, func(f fetchertest.File) bool { return strings.HasPrefix(f.Name, "opml/") })
	if err := site.Files(os.DirFS(filepath.Join(dir, "feeds")), files...); err != nil {
		t.Fatal(err)
	}
	return files
}

// arrived is what came out of the pipeline.
type arrived struct {
	enriched map[string]bool // keys of addresses, and folded headlines
	dead     map[string]int  // by feed
	byFeed   map[string]int  // articles, by the feed's path
}

// arrivals reads ENRICHED and the dead letters, and checks that no revision is
// there twice and every dead letter has a reason and its bytes.
func arrivals(t *testing.T, b *bus.Bus) arrived {
	t.Helper()
	a := arrived{enriched: map[string]bool{}, dead: map[string]int{}, byFeed: map[string]int{}}
	seen := map[string]bool{}
	for d, err := range b.Read(t.Context(), bus.ReadOptions{Stream: schema.StreamEnriched}) {
		if err != nil {
			t.Fatal(err)
		}
		e, err := bus.Decode[schema.Enriched](d)
		if err != nil {
			t.Fatal(err)
		}
		if id := schema.RevisionID(e.ID, e.Revision); seen[id] {
			t.Errorf("%s is in ENRICHED twice", id)
		} else {
			seen[id] = true
		}
		a.enriched[folded(e.Headline)] = true
		a.enriched[e.ID] = true
		if u, err := url.Parse(e.Source.FeedURL); err == nil && e.Revision == 1 {
			a.byFeed[strings.TrimPrefix(u.Path, "/")]++
		}
	}
	for d, err := range b.Read(t.Context(), bus.ReadOptions{Stream: schema.StreamDead}) {
		if err != nil {
			t.Fatal(err)
		}
		if d.Header.Get(schema.HeaderDeadReason) == "" || len(d.Data) == 0 {
			t.Errorf("dead letter %d has no reason or no bytes", d.Sequence)
		}
		item, err := bus.Decode[schema.Item](d)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("dead letter: %s: %s", item.Feed.URL, d.Header.Get(schema.HeaderDeadReason))
		a.dead[item.Feed.ID]++
	}
	return a
}

// guidKey is the id that an item has in a feed whose links do not tell its items
// apart.
func guidKey(feed, guid string) string {
	k, _ := schema.IdentityKey(schema.Identity{FeedID: schema.FeedID(feed), GUID: guid, Policy: schema.PolicyGUID})
	return schema.ArticleID(k)
}

// key is the id that an item with this link has.
func key(link string) string {
	k, rule := schema.IdentityKey(schema.Identity{Link: link})
	if rule != "link" {
		return "no link"
	}
	return schema.ArticleID(k)
}

// folded is a headline as far as two readers agree on one: its letters and digits.
func folded(headline string) string {
	text := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, html.UnescapeString(headline))
	if text == "" {
		return "no headline"
	}
	return text
}
