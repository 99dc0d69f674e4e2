package fetcher_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher"
	"github.com/dateline-news/dateline/services/fetcher/internal/hosts"
)

func TestHosts(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	gate, err := hosts.Open(t.Context(), b, hosts.DefaultConfig(), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	until := time.Now().Add(time.Hour)
	if err := errors.Join(gate.Delay(t.Context(), "calm.example", 5*time.Second), gate.Cool(t.Context(), "hot.example:8080", until, "because")); err != nil {
		t.Fatal(err)
	}
	if _, _, err := gate.Enter(t.Context(), "calm.example", hosts.Ask{}); err != nil {
		t.Fatal(err)
	}
	known, err := fetcher.Hosts(t.Context(), b)
	if err != nil || len(known) != 2 {
		t.Fatalf("%+v, %v", known, err)
	}
	if calm := known[0]; calm.Name != "calm.example" || calm.Cooled() || calm.CrawlDelay != 5 || calm.InHand != 1 {
		t.Errorf("%+v", calm)
	}
	if hot := known[1]; hot.Name != "hot.example:8080" || !hot.Cooled() || hot.Reason != "because" || hot.CoolUntil.Sub(until).Abs() > time.Minute {
		t.Errorf("%+v", hot)
	}
	if err := fetcher.ClearHost(t.Context(), b, "HOT.example:8080"); err != nil {
		t.Fatal(err)
	}
	if known, err = fetcher.Hosts(t.Context(), b); err != nil || known[1].Cooled() {
		t.Errorf("%+v, %v", known, err)
	}
}

func TestClearHostSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	for name, unknown := range map[string]bool{"none.example": true, "https://www.none.example/feed": true, "": false, "a b": false} {
		if err := fetcher.ClearHost(t.Context(), b, name); err == nil || errors.Is(err, fetcher.ErrNoHost) != unknown {
			t.Errorf("%q: %v", name, err)
		}
	}
	empty := bustest.Connect(t, bustest.Server(t), "test")
	if _, err := fetcher.Hosts(t.Context(), empty); !errors.Is(err, bus.ErrNotSetUp) {
		t.Errorf("without setup: %v", err)
	}
}

// A cool-down that pages have begun is told once for each feed, however often it
// is made longer.
func TestCooledByPagesIsTold(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	c := hosts.CoolDown{Since: time.Now(), Until: time.Now().Add(time.Minute), Reason: "two pages were refused"}
	for _, feed := range []string{"f1", "f1", "f2"} {
		fetcher.TellCooled(t.Context(), b, schema.FeedRef{ID: feed, URL: "https://example.org/" + feed}, c)
		c.Until = c.Until.Add(time.Minute)
	}
	for i, d := range bustest.Next(t, b, 2, schema.StreamOps) {
		event, err := bus.Decode[schema.Health](d)
		if err != nil || event.Kind != "rate-limited" || event.FeedID != []string{"f1", "f2"}[i] || !strings.Contains(event.Detail, "two pages were refused") {
			t.Errorf("%+v, %v", event, err)
		}
	}
}
