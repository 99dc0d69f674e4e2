package hostile_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher"
)

// secondPolls are rows whose harm would be done at the poll after: a validator that
// was kept of a document that was not whole would hide its items for good.
func secondPolls() map[string]server {
	cut := rss("")
	return map[string]server{
		"S02 gzip that is cut": once(func(w http.ResponseWriter, _ *http.Request) {
			write(w, zipped(rss(""))[:200], "Content-Encoding", "gzip")
		}),
		"S12 hung up in the middle": once(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("ETag", `"trap"`)
			w.Header().Set("Content-Length", "100000")
			fmt.Fprint(w, cut[:len(cut)/2])
		}),
		"S36 200 and nothing": once(func(w http.ResponseWriter, _ *http.Request) { write(w, "") }),
		"S37 200 and a web page": once(func(w http.ResponseWriter, _ *http.Request) {
			write(w, "<!doctype html><html><p>Back soon.</html>", "Content-Type", "text/html")
		}),
	}
}

func TestNothingIsLostAfterwards(t *testing.T) {
	t.Parallel()
	pipeline, _ := open(t, unchanged)
	var names []string
	var made []server
	for name, s := range secondPolls() {
		names, made = append(names, name), append(made, s)
	}
	feeds := register(t, pipeline, made...)
	if s := poll(t, pipeline); s.Articles != 0 || s.Failing != len(made) {
		t.Errorf("first poll: %+v", s)
	}
	poll(t, pipeline)
	// The good feeds of the rows are alike, and so each of their articles is one.
	for i, name := range names {
		if s := state(t, pipeline, feeds[i]); s.Error != "" || s.Seen != 20 {
			t.Errorf("%s: seen %d, %q", name, s.Seen, s.Error)
		}
	}
}

// S47: of a document that ends in its last item, the whole items or none are
// taken, and no validator is kept.
func TestTornDocument(t *testing.T) {
	t.Parallel()
	var torn atomic.Bool
	torn.Store(true)
	whole := rss("")
	pipeline, _ := open(t, unchanged)
	feeds := register(t, pipeline, answer(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("If-None-Match") == `"torn"` {
			t.Error("asked with the validator of a torn document")
		}
		if torn.Load() {
			write(w, whole[:strings.LastIndex(whole, "</description>")-10], "ETag", `"torn"`)
			return
		}
		write(w, whole)
	}))
	if s := poll(t, pipeline); s.Articles != 0 && s.Articles != 19 {
		t.Errorf("first poll: %+v", s)
	}
	if s := state(t, pipeline, feeds[0]); s.ETag != "" {
		t.Errorf("kept %q", s.ETag)
	}
	torn.Store(false)
	poll(t, pipeline)
	if got := articles(t, pipeline.Bus)[feeds[0].ID]; len(got) != 20 {
		t.Errorf("%d articles", len(got))
	}
}

// S75 and S76: another validator is no news, another text is a revision.
func TestChangesOfOneFeed(t *testing.T) {
	t.Parallel()
	var polled atomic.Int32 // the polls that there were, however often each asked
	pipeline, _ := open(t, unchanged)
	register(t, pipeline, answer(func(w http.ResponseWriter, _ *http.Request) {
		n, document := polled.Load(), rss("")
		if n >= 2 {
			document = strings.Replace(document, "would follow", "have followed", 1)
		}
		write(w, document, "ETag", fmt.Sprintf("\"%d\"", n))
	}))
	for i, want := range []struct{ articles, revisions int64 }{{20, 0}, {0, 0}, {0, 1}, {0, 0}} {
		if s := poll(t, pipeline); s.Articles != want.articles || s.Revisions != want.revisions {
			t.Errorf("poll %d: %d articles, %d revisions, want %+v", i+1, s.Articles, s.Revisions, want)
		}
		polled.Add(1)
	}
}

// Secrets of the configuration and of feeds are sent to their site, and written
// nowhere else: not in logs, events, states, items, articles or dead letters.
func TestSecretsStayHidden(t *testing.T) {
	t.Parallel()
	const password, header = "canary-password-4711", "canary-header-0815"
	var asked atomic.Int32
	pipeline, logged := open(t, func(c *fetcher.Config) { c.User = map[string]string{"desk": "reader:" + password} })
	site := func(status int, document string) server {
		return answer(func(w http.ResponseWriter, r *http.Request) {
			if _, got, _ := r.BasicAuth(); got == password && r.Header.Get("X-Key") == header {
				asked.Add(1)
			}
			w.WriteHeader(status)
			fmt.Fprint(w, document)
		})
	}
	var feeds []schema.Feed
	for _, s := range []server{site(200, rss("")), site(403, ""), site(200, "no feed"), site(200, rss(item("Big", "big", strings.Repeat("<category>word</category>", 200<<10))))} {
		feed := feedOf(s(t))
		feed.Auth, feed.Headers = "desk", map[string]string{"X-Key": header}
		feeds = append(feeds, feed)
	}
	if _, _, err := pipeline.Registry.Register(t.Context(), feeds); err != nil {
		t.Fatal(err)
	}
	poll(t, pipeline)
	for _, feed := range feeds {
		hidden(t, "state", fmt.Sprintf("%+v", state(t, pipeline, feed)), password, header)
	}
	if asked.Load() < 4 { // a poll may come twice
		t.Errorf("%d requests had the secrets, want one of each site", asked.Load())
	}
	hidden(t, "log", logged.String(), password, header)
	for _, stream := range []string{"ITEMS", "ARTICLES", "ENRICHED", "MENTIONS", "DEAD", "OPS"} {
		for _, d := range messages(t, pipeline.Bus, stream) {
			hidden(t, stream+" "+d.Subject, string(d.Data)+fmt.Sprint(d.Header), password, header)
		}
	}
}

func hidden(t *testing.T, where, text string, secrets ...string) {
	t.Helper()
	for _, secret := range secrets {
		if strings.Contains(text, secret) {
			t.Errorf("%s holds %s", where, secret)
		}
	}
}
