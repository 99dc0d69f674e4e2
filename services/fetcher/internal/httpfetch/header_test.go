package httpfetch

import (
	"context"
	"errors"
	"fmt"
	"net"
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

func TestMaxAge(t *testing.T) {
	for value, want := range map[string]time.Duration{
		"":                           0,
		"no-cache":                   0,
		"max-age=60":                 time.Minute,
		"public, MAX-AGE=60, must":   time.Minute,
		`max-age="60"`:               time.Minute,
		"max-age=-5":                 0,
		"max-age=":                   0,
		"max-age":                    0,
		"s-maxage=60":                0,
		"max-age=31536000":           MaxWait,
		"max-age=999999999999999999": MaxWait,
	} {
		if got := maxAge([]string{"private", value}); got != want {
			t.Errorf("%q: %v, want %v", value, got, want)
		}
	}
}

// Names are not looked up in tests, so the causes are made by hand.
func TestExplain(t *testing.T) {
	ended, cancel := context.WithCancelCause(t.Context())
	cancel(errDeadline)
	for name, test := range map[string]struct {
		ctx  context.Context
		err  error
		want Code
	}{
		"no such name":  {t.Context(), &net.DNSError{Err: "no such host", Name: "x.invalid", IsNotFound: true}, CodeDNS},
		"slow resolver": {t.Context(), &net.OpError{Op: "dial", Err: &net.DNSError{Err: "timeout", IsTimeout: true}}, CodeDNS},
		"blocked":       {t.Context(), &net.OpError{Op: "dial", Err: fmt.Errorf("%w: 1", ErrBlocked)}, CodeBlockedAddress},
		"deadline":      {ended, &net.DNSError{Err: "cancelled"}, CodeTotalDeadline},
		"refused":       {t.Context(), &net.OpError{Op: "dial", Err: errors.New("refused")}, CodeBadHTTP},
	} {
		t.Run(name, func(t *testing.T) {
			failure, ok := errors.AsType[*Error](explain(test.ctx, "http://x.invalid", test.err))
			if !ok || failure.Code != test.want || !errors.Is(failure, test.err) {
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
