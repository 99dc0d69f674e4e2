package poll_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/internal/hosts"
	"github.com/dateline-news/dateline/services/fetcher/internal/httpfetch"
	"github.com/dateline-news/dateline/services/fetcher/internal/polite"
)

// A host that has no time sends the poll away: the state stays as it is, and the
// poll comes again at its turn.
func TestPollPostponed(t *testing.T) {
	w := &world{feed: &tides, answer: ok(rss("high"), `"1"`)}
	_, state := w.poll(t, schema.PollState{Run: "r"})
	state.Run = "s"
	turn := noon.Add(time.Minute)
	w.fetch = func(context.Context, httpfetch.Request) (httpfetch.Response, error) {
		return httpfetch.Response{}, &polite.Later{Until: turn, For: time.Minute, Reason: hosts.Busy}
	}
	result, next := w.poll(t, state)
	want := state
	want.Next, want.Turn, want.Reason = turn, turn, hosts.Busy
	if diff := cmp.Diff(want, next); diff != "" || result.Verdict != "postponed" {
		t.Errorf("%s, -want +got:\n%s", result.Verdict, diff)
	}
	schedule := messages(result)[0]
	if schedule.Expect == nil || !schedule.Expect.Fence || !strings.HasPrefix(schedule.Header["Nats-Schedule"], "@at 2026-03-01T12:01:00") {
		t.Errorf("schedule: %+v %v", schedule.Expect, schedule.Header)
	}
	w.fetch = nil
	_, after := w.poll(t, next)
	if !w.ask.Turn.Equal(turn) || w.ask.Of != tides.ID || !after.Turn.IsZero() || after.Polls != state.Polls+1 || after.PolledRun != "s" {
		t.Errorf("asked %+v, then %+v", w.ask, after)
	}
}

func TestPollAsksPolitely(t *testing.T) {
	mine := tides
	mine.Robots = schema.RobotsObey
	w := &world{feed: &mine, answer: ok(rss("high"), "")}
	w.cooled = hosts.CoolDown{Until: noon.Add(time.Hour), Reason: "two feeds were refused"}
	var result bus.Result
	result, _ = w.poll(t, schema.PollState{})
	if detail := told(t, result)["rate-limited"]; !w.ask.Obey || !strings.Contains(detail, "two feeds were refused") || !strings.Contains(detail, "13:00") {
		t.Errorf("asked %+v, told %v", w.ask, told(t, result))
	}
}

// robots.txt may cool the host just before the poll: that is told, also when the
// poll then has to wait.
func TestPostponedPollTellsOfACooledHost(t *testing.T) {
	w := &world{feed: &tides, cooled: hosts.CoolDown{Until: noon.Add(time.Hour), Reason: "robots.txt was refused"}}
	w.err = &polite.Later{Until: noon.Add(time.Hour), For: time.Hour, Reason: hosts.Cooling}
	result, next := w.poll(t, schema.PollState{})
	if detail := told(t, result)["rate-limited"]; result.Verdict != "postponed" || !strings.Contains(detail, "robots.txt was refused") || next.Polls != 0 {
		t.Errorf("%s, told %v, then %+v", result.Verdict, told(t, result), next)
	}
}
