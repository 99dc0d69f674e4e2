package behaviour

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// refusals are the cases of servers that want fewer requests.
func refusals() []Case {
	return []Case{
		{"retry-after", "waits for the Retry-After of a 429", "RFC 6585, 4; RFC 9110, 10.2.3", 3, playRetryAfter(http.StatusTooManyRequests, "10800")},
		{"retry-after-503", "waits for the Retry-After of a 503 too", "RFC 9110, 15.6.4; Miniflux, which reads it of a 429 alone", 2, playRetryAfter(http.StatusServiceUnavailable, "10800")},
		{"retry-after-date", "reads a Retry-After that is a date", "RFC 9110, 10.2.3; Media Cloud, which reads seconds alone", 2, playRetryAfter(http.StatusTooManyRequests, "")},
		{"retry-after-absurd", "waits for hours, and two days at most, when Retry-After is beyond all numbers", "readers whose numbers overflow", 2, playAbsurd},
		{"refused-without-time", "asks less often after a 429 that does not say for how long", "RFC 6585, 4", 3, playRefused},
		{"host-cools", "asks for no other feed of a host that has refused two", "FreshRSS, where each feed asks on (FreshRSS#8925)", 2, playHostCools},
		{"feed-cools", "goes on with the other feeds of a host that refuses one", "FreshRSS, where one feed stopped a whole host (FreshRSS#7870)", 2, playFeedCools},
	}
}

func playRetryAfter(status int, value string) func(*World) error {
	return func(w *World) error {
		w.Serve(feed, asked(func(*http.Request) answer {
			if value == "" {
				return refusal(status, httpTime(3*time.Hour))
			}
			return refusal(status, value)
		}))
		w.Poll(day, feed)
		log, err := w.Log(feed)
		if err != nil {
			return err
		}
		return log.Apart(3 * time.Hour)
	}
}

func playAbsurd(w *World) error {
	w.Poll(5*day, w.Serve(feed, always(refusal(http.StatusTooManyRequests, strings.Repeat("9", 30)))))
	log, err := w.Log(feed)
	if err != nil {
		return err
	}
	return errors.Join(log.Apart(time.Hour), log.Within(2*day, 5*day))
}

func playRefused(w *World) error {
	w.Poll(day, w.Serve(feed, always(refusal(http.StatusTooManyRequests, ""))))
	log, err := w.Log(feed)
	if err != nil {
		return err
	}
	return errors.Join(log.Apart(5*time.Minute), log.Count(2, 20))
}

func playHostCools(w *World) error {
	w.Poll(2*time.Hour, w.siblings(5, always(refusal(http.StatusTooManyRequests, "10800")))...)
	log, err := w.Log("paper.test")
	if err != nil {
		return err
	}
	return log.Count(1, 2)
}

func playFeedCools(w *World) error {
	feeds := w.siblings(4, always(answer{body: rss(3)}))
	w.Serve(feeds[0], always(refusal(http.StatusTooManyRequests, "43200")))
	w.Poll(6*time.Hour, feeds...)
	for _, url := range feeds[1:] {
		log, err := w.Log(url)
		if err != nil {
			return err
		}
		if err := log.Count(3, 1<<30); err != nil {
			return fmt.Errorf("%s: %w", url, err)
		}
	}
	return nil
}

// failures are the cases of servers that do not work.
func failures() []Case {
	return []Case{
		{"backoff-status", "asks less and less often while a server answers 500", "readers that ask on at their interval, or at once again", 3, playBackoff(func(w *World) {
			w.Serve(feed, always(answer{status: http.StatusInternalServerError}))
		})},
		{"backoff-connection", "asks less and less often while nobody answers", "the same", 2, playBackoff(func(w *World) { w.Refuse("paper.test", true) })},
		{"never-gives-up", "asks each day for a feed that fails for days", "Miniflux, which stops after three errors by default", 3, playNeverGivesUp},
		{"gone", "hardly asks after 410: three times in two weeks at most", "RFC 9110, 15.5.11; Miniflux, Feedbin, for which it is any error", 3, playGone},
		{"gone-returns", "finds a feed within ten days that was gone by mistake", "FreshRSS, where a feed is muted for good", 2, playGoneReturns},
		{"endless-body", "reads 16 MiB of a document at most", "readers that run out of memory", 2, playEndless},
		{"slow-body", "hangs up within five minutes on a server that drips", "readers whose workers are all held by such servers", 2, playSlow},
	}
}

func playBackoff(prepare func(*World)) func(*World) error {
	return func(w *World) error {
		prepare(w)
		w.Poll(day, feed)
		log, err := w.Log(feed)
		if err != nil {
			return err
		}
		return errors.Join(log.Apart(30*time.Second), log.Count(2, 20))
	}
}

func playNeverGivesUp(w *World) error {
	w.Poll(4*day, w.Serve(feed, always(answer{status: http.StatusInternalServerError})))
	log, err := w.Log(feed)
	if err != nil {
		return err
	}
	return log.Within(27*time.Hour, 4*day)
}

func playGone(w *World) error {
	w.Poll(14*day, w.Serve(feed, always(answer{status: http.StatusGone})))
	log, err := w.Log(feed)
	if err != nil {
		return err
	}
	return log.Count(1, 4)
}

func playGoneReturns(w *World) error {
	w.Serve(feed, always(answer{status: http.StatusGone}))
	w.Poll(2*day, feed)
	w.Serve(feed, always(answer{body: rss(3)}))
	w.Poll(11*day, feed)
	log, err := w.Log(feed)
	if err != nil {
		return err
	}
	log = log.After(2 * day)
	if len(log) < 3 || log[0].At > 12*day {
		return fmt.Errorf("%d requests after it came back", len(log))
	}
	return nil
}

func playEndless(w *World) error {
	const most = 16 << 20
	w.Serve(feed, func(out http.ResponseWriter, _ *http.Request) {
		chunk := strings.Repeat(" ", 1<<20)
		for range most/len(chunk) + 1 {
			if _, err := io.WriteString(out, chunk); err != nil {
				return
			}
		}
	})
	w.Poll(90*time.Minute, feed)
	return w.each(feed, func(_ int, r Request) error {
		if r.Sent > most {
			return fmt.Errorf("read %d bytes", r.Sent)
		}
		return nil
	}, 1)
}

func playSlow(w *World) error {
	w.Serve(feed, func(out http.ResponseWriter, r *http.Request) {
		flusher := http.NewResponseController(out)
		for range 1000 {
			_, err := io.WriteString(out, " ")
			if errors.Join(err, flusher.Flush()) != nil {
				return
			}
			select {
			case <-time.After(5 * time.Second):
			case <-r.Context().Done():
				return
			}
		}
	})
	w.Poll(4*time.Hour, feed)
	return w.each(feed, func(_ int, r Request) error {
		if r.Took > 5*time.Minute {
			return fmt.Errorf("held for %s", r.Took)
		}
		return nil
	}, 1)
}
