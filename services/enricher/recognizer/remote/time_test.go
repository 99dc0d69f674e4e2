package remote

import (
	"context"
	"errors"
	"io"
	"net/http"
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
