package polite_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dateline-news/dateline/services/fetcher/internal/hosts"
	"github.com/dateline-news/dateline/services/fetcher/internal/httpfetch"
	"github.com/dateline-news/dateline/services/fetcher/internal/polite"
)

// web is many hosts: an answer for each address, or the address that it leads to.
type web struct {
	answers map[string]httpfetch.Response
	to      map[string]string
	asked   []string
}

func (w *web) fetch(ctx context.Context, r httpfetch.Request) (httpfetch.Response, error) {
	for {
		w.asked = append(w.asked, r.URL)
		next, ok := w.to[r.URL]
		if !ok {
			break
		}
		if err := r.Follow(ctx, next); err != nil {
			return httpfetch.Response{}, fmt.Errorf("redirect: %w", err)
		}
		r.URL = next
	}
	answer, ok := w.answers[r.URL]
	if !ok {
		answer.Status = 404
	}
	answer.FinalURL = r.URL
	if answer.Status >= 400 {
		return answer, &httpfetch.Error{Code: httpfetch.CodeBadHTTP, Status: answer.Status}
	}
	return answer, nil
}

func (w *web) guest(t *testing.T) (*polite.Client, *hosts.Gate) {
	t.Helper()
	gate, err := hosts.New(&records{data: map[string][]byte{}, seqs: map[string]uint64{}}, hosts.DefaultConfig(), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	return polite.New(w.fetch, gate, time.Now, func(address string) bool { return strings.HasPrefix(address, "https://own.example/") }), gate
}

// The robots.txt of the host that a redirect leads to is asked for, and obeyed,
// where that of the first is.
func TestFollowObeys(t *testing.T) {
	none := text("User-agent: *", "Disallow: /")
	for name, test := range map[string]struct {
		obey  bool
		to    string
		good  bool
		asked string
	}{
		"allowed":             {true, "https://b.example/x", true, "a/robots.txt a/x b/robots.txt b/x"},
		"disallowed":          {true, "https://c.example/x", false, "a/robots.txt a/x c/robots.txt"},
		"on the same host":    {true, "https://a.example/private", false, "a/robots.txt a/x"},
		"to its other scheme": {true, "http://www.a.example/x", false, "a/robots.txt a/x www.a/robots.txt"},
		"on networks of ours": {true, "https://own.example/x", true, "a/robots.txt a/x own/x"},
		"not obeyed":          {false, "https://c.example/x", true, "a/x c/x"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := &web{
					answers: map[string]httpfetch.Response{
						"https://a.example/robots.txt": text("User-agent: *", "Disallow: /private"), "https://c.example/robots.txt": none,
						"http://www.a.example/robots.txt": none, "https://b.example/x": text("x"), "https://c.example/x": text("x"), "https://own.example/x": text("x"),
					},
					to: map[string]string{"https://a.example/x": test.to},
				}
				c, _ := w.guest(t)
				began := time.Now()
				_, err := c.Get(t.Context(), polite.Ask{Obey: test.obey}, httpfetch.Request{URL: "https://a.example/x"})
				if test.good && err != nil || !test.good && !isCode(err, httpfetch.CodeRobots) {
					t.Errorf("got %v", err)
				}
				asked := strings.NewReplacer("https://", "", "http://", "", ".example", "", "[", "", "]", "").Replace(fmt.Sprint(w.asked))
				if asked != test.asked {
					t.Errorf("asked %s, want %s", asked, test.asked)
				}
				if took := time.Since(began); took > 2*time.Second {
					t.Errorf("it took %s: somebody waited for itself", took)
				}
			})
		})
	}
}

// A host that wants to be left alone is not asked by a redirect either, and who
// has asked the first host comes back when that is over.
func TestFollowLeavesHostsAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &web{
			answers: map[string]httpfetch.Response{"https://b.example/x": text("x")},
			to:      map[string]string{"https://a.example/x": "https://b.example/x"},
		}
		c, gate := w.guest(t)
		until := time.Now().Add(time.Hour)
		if err := gate.Cool(t.Context(), "b.example", until, "asked to"); err != nil {
			t.Fatal(err)
		}
		r := httpfetch.Request{URL: "https://a.example/x"}
		_, err := c.Get(t.Context(), polite.Ask{Of: "1"}, r)
		later := new(polite.Later)
		if !errors.As(err, &later) || !later.Until.Equal(until) || later.Reason != hosts.Cooling || len(w.asked) != 1 {
			t.Fatalf("got %v after %v", err, w.asked)
		}
		time.Sleep(2 * time.Second) // of the bubble
		if _, err := c.Get(t.Context(), polite.Ask{Of: "1", IgnoreCool: true}, r); err != nil {
			t.Errorf("in spite of that: %v", err)
		}
		time.Sleep(time.Hour)
		if _, err := c.Get(t.Context(), polite.Ask{Of: "1", Turn: later.Until}, r); err != nil {
			t.Errorf("when it is over: %v", err)
		}
	})
}

// A target whose robots.txt is refused is cooled, and whoever asked is told.
func TestFollowCoolsByRobots(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &web{
			answers: map[string]httpfetch.Response{"https://b.example/robots.txt": {Status: 429}},
			to:      map[string]string{"https://a.example/x": "https://b.example/x"},
		}
		c, gate := w.guest(t)
		answer, err := c.Get(t.Context(), polite.Ask{Obey: true}, httpfetch.Request{URL: "https://a.example/x"})
		if !isCode(err, httpfetch.CodeRobots) || answer.Cooled.Until.IsZero() {
			t.Errorf("%+v, %v", answer.Cooled, err)
		}
		for host, cooled := range map[string]bool{"a.example": false, "b.example": true} {
			wait, err := gate.Cooling(t.Context(), host)
			if err != nil || wait.Until.IsZero() == cooled {
				t.Errorf("%s: %+v, %v", host, wait, err)
			}
		}
	})
}
