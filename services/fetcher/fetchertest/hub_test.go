package fetchertest_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/dateline-news/dateline/services/fetcher/fetchertest"
)

func TestHub(t *testing.T) {
	site := fetchertest.New(t)
	hub := site.Hub("/hub")
	meant := true
	var pushed []string
	subscriber := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			body, _ := io.ReadAll(r.Body)
			pushed = append(pushed, r.Header.Get("X-Hub-Signature")[:7]+string(body))
			return
		}
		if meant && r.URL.Query().Get("hub.topic") == "topic" {
			io.WriteString(w, r.URL.Query().Get("hub.challenge"))
		}
	}))
	t.Cleanup(subscriber.Close)
	ask := func(mode, topic string) int {
		form := url.Values{"hub.mode": {mode}, "hub.topic": {topic}, "hub.callback": {subscriber.URL}, "hub.secret": {"s"}}
		resp, err := http.Post(hub.URL(), "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return resp.StatusCode
	}
	hub.SetLease(time.Hour)
	for _, step := range []struct {
		mode, topic  string
		meant        bool
		refuse       int
		status, held int
	}{
		{"subscribe", "other", true, 0, 202, 0},
		{"subscribe", "topic", false, 0, 202, 0},
		{"subscribe", "topic", true, 503, 503, 0},
		{"subscribe", "topic", true, 0, 202, 1},
		{"unsubscribe", "topic", false, 0, 202, 1},
	} {
		meant = step.meant
		hub.Refuse(step.refuse)
		if got := ask(step.mode, step.topic); got != step.status || len(hub.Held()) != step.held {
			t.Errorf("%+v: got %d, %d held", step, got, len(hub.Held()))
		}
	}
	if n, err := hub.Publish(t.Context(), "topic", []byte("news")); n != 1 || err != nil || len(pushed) != 1 || pushed[0] != "sha256=news" {
		t.Errorf("%d pushed, %v: %q", n, err, pushed)
	}
	if n, err := hub.Publish(t.Context(), "other", []byte("news")); n != 0 || err != nil {
		t.Errorf("%d pushed of another topic, %v", n, err)
	}
	meant = true
	if ask("unsubscribe", "topic"); len(hub.Held()) != 0 || len(hub.Asked()) != 6 {
		t.Errorf("%d held, asked %d times", len(hub.Held()), len(hub.Asked()))
	}
}

func TestFeedNamesItsHub(t *testing.T) {
	site := fetchertest.New(t)
	feed := site.Feed("/news.rss")
	for _, want := range []string{"", `<https://hub.example/>; rel="hub", <` + feed.URL() + `>; rel="self"`, ""} {
		resp, err := http.Get(feed.URL())
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if got := resp.Header.Get("Link"); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		if feed.SetHub("https://hub.example/"); want != "" {
			feed.SetHub("")
		}
	}
}
