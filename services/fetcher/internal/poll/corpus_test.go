package poll_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/internal/httpfetch"
)

// sharedFeeds are the reference feeds, which are no part of the repository.
func sharedFeeds(t testing.TB) map[string][]byte {
	t.Helper()
	folder := os.Getenv("DATELINE_SHARED")
	if folder == "" {
		folder = filepath.Join("..", "..", "..", "..", "..", "shared")
	}
	all := map[string][]byte{}
	for _, kind := range []string{"real", "derived"} {
		files, err := filepath.Glob(filepath.Join(folder, "feeds", kind, "*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			body, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			all[kind+"/"+filepath.Base(file)] = body
		}
	}
	if len(all) == 0 {
		t.Skip("no reference feeds beside the repository")
	}
	return all
}

// Of the reference feeds two need a policy: weblogs of one page a day or month,
// whose items are parts of it.
func TestPoliciesOfRealFeeds(t *testing.T) {
	want := map[string]schema.IdentityPolicy{
		"real/RSSOwl--51.xml": schema.PolicyGUID, "real/NetNewsWire--scriptingNews.rss": schema.PolicyGUID,
	}
	for file, body := range sharedFeeds(t) {
		w := &world{feed: &tides, answer: httpfetch.Response{Status: 200, FinalURL: tides.URL, Body: body}}
		if _, state := w.poll(t, schema.PollState{}); state.Identity != want[file] {
			t.Errorf("%s: %q, want %q", file, state.Identity, want[file])
		}
	}
}
