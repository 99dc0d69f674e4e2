package remote

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dateline-news/dateline/services/enricher/recognizer"
)

// wire is a server without a network, for tests in which time is not real.
type wire func(n int, r *http.Request) (status int, header http.Header)

// recognizerOn is a recognizer that asks a wire, and a count of what it was asked.
func recognizerOn(t *testing.T, w wire) (*Recognizer, *int) {
	t.Helper()
	r, err := New(Config{URL: "http://model", Timeout: 10 * time.Second, Concurrency: 1})
	if err != nil {
		t.Fatal(err)
	}
	asked := new(int)
	r.client.Transport = roundTripper(func(request *http.Request) (*http.Response, error) {
		*asked++
		lists := "[[]]"
		if body, err := io.ReadAll(request.Body); err == nil && strings.Contains(string(body), "Guterres") {
			lists = "[[],[]]"
		}
		status, header := w(*asked, request)
		return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(string(answered(lists, ""))))}, nil
	})
	return r, asked
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// call recognizes one text within a time.
func call(t *testing.T, r *Recognizer, within time.Duration) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	_, err := r.Recognize(ctx, "en", []string{"Oslo"})
	return err
}

// A dead server is asked five times, then once in ten seconds, and again as
// before when it is back.
func TestBreaker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		up := false
		r, asked := recognizerOn(t, func(int, *http.Request) (int, http.Header) {
			if up {
				return 200, nil
			}
			return 503, nil
		})
		for range 100 {
			if err := call(t, r, 30*time.Second); !errors.Is(err, recognizer.ErrUnavailable) {
				t.Fatal(err)
			}
		}
		// A hundred calls are 75 seconds of waiting between their tries.
		if *asked < failuresToOpen || *asked > failuresToOpen+8 {
			t.Errorf("asked %d times", *asked)
		}
		before := *asked
		time.Sleep(openFor + time.Second)
		for range 3 {
			if err := call(t, r, 30*time.Second); !errors.Is(err, errOpen) {
				t.Errorf("got %v", err)
			}
		}
		if *asked != before+1 {
			t.Errorf("half open, asked %d times", *asked-before)
		}
		up = true
		time.Sleep(openFor + time.Second)
		for range 10 {
			if err := call(t, r, 30*time.Second); err != nil {
				t.Error(err)
			}
		}
		if *asked != before+11 {
			t.Errorf("closed, asked %d times", *asked-before-1)
		}
	})
}

// Texts that a server cannot work on do not open it: it is well.
func TestBreakerStaysClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, _ := recognizerOn(t, func(_ int, r *http.Request) (int, http.Header) {
			if r.ContentLength < 100 { // not the trial
				return 500, nil
			}
			return 200, nil
		})
		for range 50 {
			if err := call(t, r, 30*time.Second); err == nil || errors.Is(err, recognizer.ErrUnavailable) {
				t.Fatalf("got %v", err)
			}
		}
	})
}

// A text that takes the whole server down is found out, when the server comes back
// and goes down with it again and again; those that an outage hits are not.
func TestTextThatTakesTheServerDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		upFrom := time.Now()
		var deadly bool // it goes down with the text; else by itself
		r, _ := recognizerOn(t, nil)
		r.client.Transport = roundTripper(func(request *http.Request) (*http.Response, error) {
			body, err := io.ReadAll(request.Body)
			trial := strings.Contains(string(body), "Guterres")
			switch {
			case err != nil || time.Now().Before(upFrom):
				return nil, io.ErrUnexpectedEOF
			case deadly && !trial:
				upFrom = time.Now().Add(20 * time.Second)
				return nil, io.ErrUnexpectedEOF
			}
			lists := map[bool]string{true: "[[],[]]", false: "[[]]"}[trial]
			return &http.Response{StatusCode: 200, Body: io.NopCloser(strings.NewReader(string(answered(lists, ""))))}, nil
		})
		upFrom = time.Now().Add(time.Hour)
		for time.Now().Before(upFrom) {
			if err := call(t, r, 30*time.Second); !errors.Is(err, recognizer.ErrUnavailable) {
				t.Fatalf("in an outage: %v", err)
			}
			time.Sleep(time.Minute)
		}
		if err := call(t, r, 30*time.Second); err != nil {
			t.Fatalf("after it: %v", err)
		}
		deadly = true
		for n := range 10 {
			err := call(t, r, 30*time.Second)
			if err != nil && !errors.Is(err, recognizer.ErrUnavailable) {
				if n != maxDowns || !strings.Contains(err.Error(), "it went down with this text 4 times") {
					t.Errorf("at call %d: %v", n, err)
				}
				return
			}
			time.Sleep(time.Minute)
		}
		t.Error("it is never found out")
	})
}

func TestSuspectsAreBounded(t *testing.T) {
	s := newSuspects()
	for n := range 3 * maxSuspects {
		q := question{body: []byte(strconv.Itoa(n))}
		if s.has(q) || s.add(q) || !s.has(q) || len(s.times) > maxSuspects {
			t.Fatalf("at %d: %d", n, len(s.times))
		}
	}
	q := question{body: []byte("x")}
	for n := range 6 {
		if s.add(q) != (n >= maxDowns) {
			t.Errorf("at fault after %d", n+1)
		}
	}
	if s.drop(q); s.has(q) {
		t.Error("it was answered")
	}
}

// A server that says for how long is left alone for that, by all calls; a call
// that has no time for it gives up at once.
func TestRetryAfterIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		var at []time.Duration
		r, _ := recognizerOn(t, func(n int, _ *http.Request) (int, http.Header) {
			at = append(at, time.Since(begun))
			if n == 1 {
				return 429, http.Header{"Retry-After": {"5"}}
			}
			return 200, nil
		})
		if err := call(t, r, 30*time.Second); err != nil {
			t.Fatal(err)
		}
		if at[1] < 5*time.Second || at[1] > 6*time.Second {
			t.Errorf("asked again after %s", at[1])
		}
	})
	synctest.Test(t, func(t *testing.T) {
		r, asked := recognizerOn(t, func(n int, _ *http.Request) (int, http.Header) {
			if n == 1 {
				return 503, http.Header{"Retry-After": {"86400"}}
			}
			return 200, nil
		})
		begun := time.Now()
		for range 10 {
			if err := call(t, r, 30*time.Second); !errors.Is(err, recognizer.ErrUnavailable) {
				t.Fatalf("got %v", err)
			}
		}
		if *asked != 1 || time.Since(begun) > time.Second {
			t.Errorf("asked %d times in %s", *asked, time.Since(begun))
		}
		time.Sleep(maxRest) // a day is more than a server may ask for
		if err := call(t, r, 30*time.Second); err != nil {
			t.Error(err)
		}
	})
}

// A call ends by itself before its article's time does: what the stage would see
// as a failure of the article is one of the server.
func TestRecognizeEndsInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, _ := recognizerOn(t, func(_ int, r *http.Request) (int, http.Header) {
			<-r.Context().Done()
			return 200, nil
		})
		r.client.Transport = roundTripper(func(request *http.Request) (*http.Response, error) {
			<-request.Context().Done()
			return nil, request.Context().Err()
		})
		for _, within := range []time.Duration{time.Second, 5 * time.Second, 15 * time.Second, 25 * time.Second, 45 * time.Second} {
			begun := time.Now()
			err := call(t, r, within)
			if took := time.Since(begun); !errors.Is(err, recognizer.ErrUnavailable) || took >= within {
				t.Errorf("%s: %v after %s", within, err, took)
			}
		}
	})
}

// The rest of a server is by the monotonic clock: who puts the clock on the wall
// back does not leave the server alone for as long.
func TestRestIsNotByTheClockOnTheWall(t *testing.T) {
	r := new(Recognizer)
	if err := r.wait(t.Context(), 0); err != nil || r.rest.Load() != nil {
		t.Errorf("before any: %v", err)
	}
	for _, d := range []time.Duration{time.Minute, time.Second, -time.Hour, 0} {
		r.restFor(d)
		if rest := r.rest.Load(); rest == nil || *rest == rest.Round(0) || time.Until(*rest) > time.Minute || time.Until(*rest) < time.Second {
			t.Errorf("after %s: %v", d, rest)
		}
	}
}
