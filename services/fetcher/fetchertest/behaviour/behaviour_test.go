package behaviour_test

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/dateline-news/dateline/services/fetcher/fetchertest/behaviour"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// faults are the cases that each bad poller fails in: those of its mistakes, and
// no others.
func faults() map[string]string {
	return map[string]string{
		"eager": `etag last-modified mostly-conditional quiet-feed no-beat max-age expires ttl update-period skip-hours
			skip-days retry-after retry-after-503 retry-after-date retry-after-absurd refused-without-time host-cools
			backoff-status backoff-connection gone endless-body redirect-permanent redirect-loop redirect-private
			one-at-a-time spacing restart-validators restart-not-due restart-retry-after restart-herd user-agent`,
		"hourly": `etag last-modified validators-replaced validators-of-errors validators-of-torn validators-of-web-page
			no-beat max-age expires ttl update-period skip-hours skip-days retry-after retry-after-503
			retry-after-date refused-without-time host-cools backoff-status backoff-connection gone endless-body
			redirect-once redirect-back redirect-private spacing restart-retry-after restart-herd`,
		"reader": `lying-304 no-beat update-period skip-hours skip-days max-age-of-years retry-after-503
			refused-without-time host-cools never-gives-up gone-returns endless-body redirect-permanent
			redirect-private redirect-validators one-at-a-time spacing restart-herd`,
		"clumsy": `last-modified both-validators validators-replaced validators-of-errors validators-of-web-page
			lying-304 interval busy-feed no-beat max-age expires ttl update-period skip-hours skip-days max-age-of-years
			max-age-of-nothing retry-after-503 host-cools feed-cools never-gives-up gone endless-body
			slow-body redirect-temporary redirect-once redirect-back redirect-private redirect-validators
			spacing restart-not-due restart-retry-after restart-herd compression plain-address`,
	}
}

func TestBadPollersFail(t *testing.T) {
	failed := map[string]bool{}
	for name, poller := range bad() {
		t.Run(name, func(t *testing.T) {
			score := behaviour.Run(t, behaviour.Cases(), poller)
			t.Logf("\n%s", score)
			if name == "idle" {
				if earned, all := score.Points(); earned != 0 || all == 0 {
					t.Errorf("who does nothing earns %d of %d", earned, all)
				}
				return
			}
			want := strings.Fields(faults()[name])
			if got := surely(t, score.Failed(), want, poller); !slices.Equal(got, want) {
				t.Errorf("failed in\n%s\nwant\n%s", strings.Join(got, " "), strings.Join(want, " "))
			}
			for _, id := range score.Failed() {
				failed[id] = true
			}
		})
	}
	for _, c := range behaviour.Cases() {
		if !failed[c.ID] {
			t.Errorf("nobody who asks at all fails in %s", c.ID)
		}
	}
}

// surely leaves out of the cases that a poller failed in those that are not wanted
// and go well the next time: what happens at one instant of the clock in a bubble
// happens in an order of its own, which these pollers do not care for.
func surely(t *testing.T, failed, want []string, poller behaviour.Maker) []string {
	t.Helper()
	return slices.DeleteFunc(failed, func(id string) bool {
		if slices.Contains(want, id) {
			return false
		}
		again := slices.DeleteFunc(behaviour.Cases(), func(c behaviour.Case) bool { return c.ID != id })
		return len(behaviour.Run(t, again, poller).Failed()) == 0
	})
}

func TestCasesAreComplete(t *testing.T) {
	id := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	seen := map[string]bool{}
	for _, c := range behaviour.Cases() {
		if !id.MatchString(c.ID) || seen[c.ID] {
			t.Errorf("id %q: want small letters and hyphens, once", c.ID)
		}
		seen[c.ID] = true
		if c.Promise == "" || c.Source == "" || c.Points < 1 || c.Points > 3 || strings.Contains(c.Promise+c.Source, "|") {
			t.Errorf("%s: %+v", c.ID, c)
		}
	}
}

func TestScore(t *testing.T) {
	score := behaviour.Score{
		{Case: behaviour.Case{ID: "good", Points: 3}},
		{Case: behaviour.Case{ID: "bad", Points: 2}, Err: errors.New("asked at night")},
	}
	if earned, all := score.Points(); earned != 3 || all != 5 {
		t.Errorf("%d of %d", earned, all)
	}
	if got := score.Failed(); !slices.Equal(got, []string{"bad"}) {
		t.Errorf("failed: %v", got)
	}
	for _, want := range []string{"good  ", "3/3", "0/2  asked at night\n", "3/5\n"} {
		if !strings.Contains(score.String(), want) {
			t.Errorf("no %q in\n%s", want, score)
		}
	}
}

func TestMarkdown(t *testing.T) {
	got := behaviour.Markdown([]behaviour.Case{{ID: "calm", Promise: "waits", Source: "RFC 1", Points: 2}})
	want := "| case | what a poller does | where it is from | points |\n|---|---|---|---|\n| `calm` | waits | RFC 1 | 2 |\n"
	if got != want {
		t.Errorf("got\n%s", got)
	}
}
