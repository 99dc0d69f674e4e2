package walk_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/dateline-news/dateline/pkg/feed/parse"
)

// An index of more sitemaps than the queue holds is read again for the rest, and
// each is read once.
func TestALongIndex(t *testing.T) {
	w := newWorld()
	w.limit = 10_000
	var paths []string
	for n := range 450 {
		path := fmt.Sprintf("/map/%03d", n)
		paths = append(paths, path)
		w.answers["https://www.example.co.uk"+path] = page(n+1, parse.Feed{})
	}
	w.answers[url] = index(paths...)
	w.finish(t)
	count := map[string]int{}
	for _, a := range w.asked {
		count[a.URL]++
	}
	if len(count) != 451 || len(w.asked) != 453 || count[url] != 3 || w.job.Counts["items-published"] != 450 {
		t.Errorf("%d requests for %d addresses, the index %d times: %+v", len(w.asked), len(count), count[url], w.job)
	}
	data, err := json.Marshal(w.job)
	if err != nil || len(data) > 16<<10 {
		t.Errorf("the job takes %d bytes, %v", len(data), err)
	}
}
