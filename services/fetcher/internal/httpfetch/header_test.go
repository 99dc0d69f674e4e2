package httpfetch

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"":                               0,
		"0":                              0,
		"120":                            2 * time.Minute,
		" 120 ":                          2 * time.Minute,
		"-1":                             0,
		"1.5":                            0,
		"soon":                           0,
		"99999999999999999999":           MaxWait,
		"4294967295":                     MaxWait,
		"Sun, 01 Mar 2026 12:05:00 GMT":  5 * time.Minute,
		"Sun, 01 Mar 2026 11:00:00 GMT":  0,
		"Sun, 01 Mar 9999 11:00:00 GMT":  MaxWait,
		"Sunday, 01-Mar-26 12:01:00 GMT": time.Minute,
	} {
		if got := retryAfter(value, now); got != want {
			t.Errorf("%q: %v, want %v", value, got, want)
		}
	}
}

func TestFresh(t *testing.T) {
	const noon, later = "Sun, 01 Mar 2026 12:00:00 GMT", "Sun, 01 Mar 2026 12:05:00 GMT"
	for name, test := range map[string]struct {
		header string // lines of Name: value
		want   time.Duration
	}{
		"nothing said":               {"", 0},
		"no-cache":                   {"Cache-Control: no-cache", 0},
		"no-store wins":              {"Cache-Control: max-age=60, no-store", 0},
		"max-age":                    {"Cache-Control: max-age=60", time.Minute},
		"in another case":            {"Cache-Control: public, MAX-AGE=60, must", time.Minute},
		"in quotes":                  {`Cache-Control: max-age="60"`, time.Minute},
		"in a second header":         {"Cache-Control: private\nCache-Control: max-age=60", time.Minute},
		"the first of two":           {"Cache-Control: max-age=60, max-age=90", time.Minute},
		"negative":                   {"Cache-Control: max-age=-5", 0},
		"no number":                  {"Cache-Control: max-age=\nCache-Control: max-age", 0},
		"a year":                     {"Cache-Control: max-age=31536000", MaxWait},
		"no number at all":           {"Cache-Control: max-age=999999999999999999", MaxWait},
		"s-maxage alone":             {"Cache-Control: s-maxage=120", 2 * time.Minute},
		"s-maxage after max-age":     {"Cache-Control: s-maxage=120, max-age=60", time.Minute},
		"less its age":               {"Cache-Control: max-age=60\nAge: 20", 40 * time.Second},
		"older than it may be":       {"Cache-Control: max-age=60\nAge: 90", 0},
		"age is no number":           {"Cache-Control: max-age=60\nAge: old", time.Minute},
		"expires":                    {"Expires: " + later, 5 * time.Minute},
		"expires less its age":       {"Age: 60\nExpires: " + later, 4 * time.Minute},
		"expired":                    {"Expires: Sun, 01 Mar 2026 11:00:00 GMT", 0},
		"expires never":              {"Expires: Sun, 01 Mar 9999 11:00:00 GMT", MaxWait},
		"expires 0":                  {"Expires: 0", 0},
		"expires after max-age":      {"Cache-Control: max-age=60\nExpires: " + later, time.Minute},
		"expires by its own clock":   {"Date: Sun, 01 Mar 2026 12:04:00 GMT\nExpires: " + later, time.Minute},
		"expires by a broken clock":  {"Date: today\nExpires: " + later, 5 * time.Minute},
		"max-age=0 is stale at once": {"Cache-Control: max-age=0\nExpires: " + later, 0},
	} {
		t.Run(name, func(t *testing.T) {
			h := http.Header{}
			for line := range strings.SplitSeq(test.header, "\n") {
				name, value, _ := strings.Cut(line, ": ")
				h.Add(name, value)
			}
			now, _ := http.ParseTime(noon)
			if got := fresh(h, serverTime(h, now)); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

// Names are not looked up in tests, so the causes are made by hand.
func TestExplain(t *testing.T) {
	ended, cancel := context.WithCancelCause(t.Context())
	cancel(errDeadline)
	slow, cancel := context.WithCancelCause(t.Context())
	cancel(errSlow)
	for name, test := range map[string]struct {
		ctx  context.Context
		err  error
		want Code
	}{
		"no such name":  {t.Context(), &net.DNSError{Err: "no such host", Name: "x.invalid", IsNotFound: true}, CodeDNS},
		"slow resolver": {t.Context(), &net.OpError{Op: "dial", Err: &net.DNSError{Err: "timeout", IsTimeout: true}}, CodeDNS},
		"blocked":       {t.Context(), &net.OpError{Op: "dial", Err: fmt.Errorf("%w: 1", ErrBlocked)}, CodeBlockedAddress},
		"deadline":      {ended, &net.DNSError{Err: "cancelled"}, CodeTotalDeadline},
		"too slow":      {slow, errors.New("read: cancelled"), CodeTotalDeadline},
		"h2 headers":    {t.Context(), errors.New("http2: response header list larger than advertised limit"), CodeHeaderLimit},
		"refused":       {t.Context(), &net.OpError{Op: "dial", Err: errors.New("refused")}, CodeBadHTTP},
	} {
		t.Run(name, func(t *testing.T) {
			failure, ok := errors.AsType[*Error](explain(test.ctx, "http://x.invalid", test.err))
			if !ok || failure.Code != test.want || !errors.Is(failure, test.err) && !errors.Is(failure, errSlow) {
				t.Errorf("got %v, want %s", failure, test.want)
			}
		})
	}
	if err := explain(ended, "", nil); err != nil {
		t.Errorf("no error became %v", err)
	}
}

func TestErrorText(t *testing.T) {
	for want, failure := range map[string]Error{
		"get http://a: gone: status 410":                      {Code: CodeGone, URL: "http://a", Status: 410},
		"get http://a: bad-http: status 304: why":             {Code: CodeBadHTTP, URL: "http://a", Status: 304, Err: errors.New("why")},
		"get http://a: dns: lookup a: no such host":           {Code: CodeDNS, URL: "http://a", Err: &net.DNSError{Err: "no such host", Name: "a"}},
		"get http://a: body-limit: status 200: body too long": {Code: CodeBodyLimit, URL: "http://a", Status: 200, Err: errTooLong},
	} {
		if failure.Error() != want {
			t.Errorf("got %q, want %q", failure.Error(), want)
		}
	}
}

// Whatever a server says, it can ask for no more than a day, and for no time that
// has passed.
func FuzzHeaders(f *testing.F) {
	for _, value := range []string{"120", "-1", "99999999999999999999", "Sun, 01 Mar 2026 12:05:00 GMT", `max-age="60", s-maxage=1`, "no-cache", "\x00", ",=,"} {
		f.Add(value, value, value, value)
	}
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, retry, cache, expires, age string) {
		h := http.Header{"Cache-Control": {cache, retry}, "Expires": {expires}, "Age": {age}, "Date": {retry}}
		for _, wait := range []time.Duration{retryAfter(retry, serverTime(h, now)), fresh(h, serverTime(h, now))} {
			if wait < 0 || wait > MaxWait {
				t.Errorf("%v of %q", wait, h)
			}
		}
		if v := validator(retry); v != "" && v != retry {
			t.Errorf("validator %q became %q", retry, v)
		}
	})
}
