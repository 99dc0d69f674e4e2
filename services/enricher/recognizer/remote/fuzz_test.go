package remote

import (
	"testing"
	"time"
)

// FuzzRetryAfter holds that a model server is left alone for no longer than the
// longest rest, whatever it asks for.
func FuzzRetryAfter(f *testing.F) {
	for _, value := range []string{"", "0", "3", "-1", "4294967295", "99999999999999999999", "1.5", "Sun, 01 Mar 2026 12:05:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "\x00"} {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		r := &Recognizer{}
		before := time.Now()
		r.restFor(retryAfter(value, before))
		rest := r.rest.Load()
		if rest != nil && (rest.Before(before) || rest.After(time.Now().Add(maxRest))) {
			t.Errorf("%q: until %s", value, rest)
		}
	})
}
