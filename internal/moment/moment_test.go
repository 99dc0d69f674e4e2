package moment_test

import (
	"strings"
	"testing"
	"time"

	"github.com/dateline-news/dateline/internal/moment"
)

func TestParse(t *testing.T) {
	now := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]string{
		"0s":                        "2026-03-04T12:00:00Z",
		"1h":                        "2026-03-04T11:00:00Z",
		"1h30m":                     "2026-03-04T10:30:00Z",
		"7d":                        "2026-02-25T12:00:00Z",
		"1d12h":                     "2026-03-03T00:00:00Z",
		"2026-01-02":                "2026-01-02T00:00:00Z",
		"2026-01-02T15:04:05Z":      "2026-01-02T15:04:05Z",
		"2026-01-02T15:04:05.5Z":    "2026-01-02T15:04:05.5Z",
		"2026-01-02T15:04:05+02:00": "2026-01-02T13:04:05Z",
	} {
		t.Run(text, func(t *testing.T) {
			got, err := moment.Parse(text, now)
			if err != nil {
				t.Fatal(err)
			}
			if got := got.UTC().Format(time.RFC3339Nano); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	for _, text := range []string{
		"", "d", "1", "-1h", "-7d", "1d-1h", "1dd", "1.5d", "99999999d", "99999h99999999h", "yesterday",
		"2026-02-30", "2026-1-2", "2026-01-02 15:04:05", "2026-01-02T15:04:05",
	} {
		t.Run(text, func(t *testing.T) {
			got, err := moment.Parse(text, time.Now())
			if err == nil || !strings.Contains(err.Error(), "want a time ago such as 1h or 7d") {
				t.Errorf("got %v, %v", got, err)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{"1h", "7d", "1d12h", "2026-01-02", "2026-01-02T15:04:05Z", "x"} {
		f.Add(text)
	}
	now := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, text string) {
		got, err := moment.Parse(text, now)
		if err != nil {
			return
		}
		again, err := moment.Parse(got.Format(time.RFC3339Nano), now)
		if got.Year() > 0 && (err != nil || !again.Equal(got)) {
			t.Errorf("%q is %v, and that is %v, %v", text, got, again, err)
		}
	})
}
