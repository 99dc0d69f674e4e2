package hostile_test

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
)

// A feed is asked again in no less than a minute and no more than a day, and a
// tenth for chance; one that is gone, in a week.
const (
	minWait = time.Minute
	maxWait = 8 * 24 * time.Hour
)

// inert checks that text from outside reached no interpreter.
func inert(t *testing.T, b *bus.Bus, delivered map[string][]schema.Enriched, logged string) {
	t.Helper()
	for _, stream := range []string{schema.StreamItems, schema.StreamArticles, schema.StreamEnriched, schema.StreamMentions, schema.StreamDead, schema.StreamOps} {
		for _, d := range messages(t, b, stream) {
			plainSubject(t, d.Subject)
			plainHeaders(t, d)
		}
	}
	for _, all := range delivered {
		for _, e := range all {
			plainText(t, e)
		}
	}
	plainLog(t, logged)
}

// plainSubject: tokens of the contract's letters alone.
func plainSubject(t *testing.T, subject string) {
	t.Helper()
	if !regexp.MustCompile(`^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$`).MatchString(subject) || len(subject) > 400 {
		t.Errorf("subject %q", subject)
	}
}

// plainHeaders: no header that the contract does not have, no control character in one.
func plainHeaders(t *testing.T, d bus.Delivery) {
	t.Helper()
	for name, values := range d.Header {
		lower := strings.ToLower(name)
		known := strings.HasPrefix(lower, "dateline-") || strings.HasPrefix(lower, "nats-") || strings.HasPrefix(lower, "ce-") ||
			slices.Contains([]string{"content-type", "content-encoding", "traceparent", "tracestate"}, lower)
		if !known || lower == "nats-rollup" {
			t.Errorf("%s: header %s", d.Subject, name)
		}
		if strings.ContainsFunc(strings.Join(values, ""), unicode.IsControl) {
			t.Errorf("%s: %s: %q", d.Subject, name, values)
		}
	}
}

// plainText: text is text. No line carries control characters, no address but
// those of the web, no element of markup that the rows hid in their documents.
func plainText(t *testing.T, e schema.Enriched) {
	t.Helper()
	for _, line := range append([]string{e.Headline, e.Lead, e.Source.Name}, e.Body...) {
		if strings.ContainsFunc(line, unicode.IsControl) {
			t.Errorf("control characters in %q", line)
		}
		if len(line) > 200<<10 {
			t.Errorf("a line of %d bytes", len(line))
		}
	}
	for _, line := range e.Body {
		if strings.Contains(line, "onerror=") || strings.Contains(line, "<iframe") {
			t.Errorf("markup in %q", line)
		}
	}
	if e.URL != "" && !strings.HasPrefix(e.URL, "http://") && !strings.HasPrefix(e.URL, "https://") {
		t.Errorf("address %q", e.URL)
	}
	if e.Date < "1990" || e.Date > time.Now().AddDate(1, 0, 0).Format(time.DateOnly) {
		t.Errorf("%q is of %q", e.Headline, e.Date)
	}
	if name, err := os.Hostname(); err == nil && strings.Contains(e.Headline, "Outside") && strings.Contains(e.Headline, name) {
		t.Errorf("a file's content is in %q", e.Headline)
	}
}

// plainLog: each entry is one line of JSON.
func plainLog(t *testing.T, logged string) {
	t.Helper()
	for line := range strings.Lines(logged) {
		if !json.Valid([]byte(line)) || strings.ContainsFunc(strings.TrimSuffix(line, "\n"), unicode.IsControl) {
			t.Errorf("log line %q", line)
		}
	}
}
