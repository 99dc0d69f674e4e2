package feed_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/feed"
)

// jsonPaper is a JSON Feed of n items.
func jsonPaper(n int) string {
	items := make([]string, n)
	for i := range items {
		items[i] = fmt.Sprintf(`{"id":"p%d","url":"https://paper.example/%d","title":"Headline number %d – “news”","content_html":"<p class=\"a\">What happened, in a few words.</p>","tags":["a","b"]}`, i, i, i)
	}
	return `{"version":"https://jsonfeed.org/version/1.1","title":"The Paper","home_page_url":"https://paper.example/","items":[` + "\n" +
		strings.Join(items, ",\n") + "]}"
}

// TestDamageJSON counts the items of a JSON Feed that survive damage. A parser
// of the whole document has all or none; of 20 items that are not hit, nearly
// all must be there as they were.
func TestDamageJSON(t *testing.T) {
	const n, tries = 20, 500
	doc := []byte(jsonPaper(n))
	whole, _, err := feed.Read(doc, "", feed.DefaultLimits())
	if err != nil || len(whole.Items) != n {
		t.Fatalf("%d items, %v", len(whole.Items), err)
	}
	for _, damage := range damages {
		if strings.Contains(damage.name, "tag") {
			continue
		}
		r := rand.New(rand.NewPCG(3, 4))
		kept, all, lost := 0, 0, 0
		for range tries {
			body, at := damage.apply(r, bytes.Clone(doc))
			d, _, _ := feed.Read(body, "", feed.DefaultLimits())
			there := make(map[string]bool)
			for i, item := range d.Items {
				if err := json.Unmarshal(d.One(i), new(any)); err == nil {
					there[string(item)] = true
				}
			}
			pos := 0
			for _, item := range whole.Items {
				pos += bytes.Index(doc[pos:], item)
				hit := pos <= at+64 && at <= pos+len(item)+1 || len(body) < at+len(item) && pos > at
				pos += len(item)
				if hit {
					continue
				}
				if all++; there[string(item)] {
					kept++
				}
			}
			if !json.Valid(body) {
				lost++
			}
		}
		share := float64(kept) / float64(all)
		t.Logf("%-22s %d times: no JSON any more %d, items kept %.2f %%", damage.name, tries, lost, 100*share)
		if share < 0.985 {
			t.Errorf("%s: %.2f %% of %d items kept", damage.name, 100*share, all)
		}
	}
}
