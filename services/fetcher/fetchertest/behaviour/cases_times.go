package behaviour

import (
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// intervals are the cases of how often a feed is asked that says nothing of it.
func intervals() []Case {
	return []Case{
		{"interval", "never asks for a feed twice within five minutes", "rachelbythebay.com: readers that ask each minute, or twice at once", 3, playInterval},
		{"quiet-feed", "asks less and less often for a feed with nothing new: hourly at most on the third day", "rachelbythebay.com/w/feed; Feedbin, which asks each feed every 15 minutes", 2, playQuiet},
		{"busy-feed", "asks at least every two hours for a feed that has news every half of an hour", "readers that slow down and miss items", 3, playBusy},
		{"no-beat", "spreads feeds that were added together over time", "servers of many feeds that all are asked at the full hour", 2, playNoBeat},
	}
}

func playInterval(w *World) error {
	return w.apart(answer{body: rss(3)}, 5*time.Minute)
}

// apart plays a day of a feed and wants its requests so far apart.
func (w *World) apart(a answer, least time.Duration) error {
	w.Poll(day, w.Serve(feed, always(a)))
	log, err := w.Log(feed)
	if err != nil {
		return err
	}
	return log.Apart(least)
}

func playQuiet(w *World) error {
	w.Poll(3*day, w.Serve(feed, asked(tagged(`"1"`, 3).unless)))
	log, err := w.Log(feed)
	if err != nil {
		return err
	}
	return log.Between(2*day, 3*day).Count(1, 24)
}

func playBusy(w *World) error {
	w.Serve(feed, asked(func(r *http.Request) answer {
		n := int(w.Now() / (30 * time.Minute))
		return tagged(strconv.Quote(strconv.Itoa(n)), n+1).unless(r)
	}))
	w.Poll(2*day, feed)
	log, err := w.Log(feed)
	if err != nil {
		return err
	}
	return log.Within(2*time.Hour, 2*day)
}

func playNoBeat(w *World) error {
	const count = 40
	var feeds []string
	for i := range count {
		feeds = append(feeds, w.Serve(fmt.Sprintf("http://paper%d.test/feed", i), always(answer{body: rss(3)})))
	}
	w.Poll(12*time.Hour, feeds...)
	minutes := map[time.Duration]int{}
	for i := range count {
		log, err := w.Log(feeds[i])
		if err != nil {
			return err
		}
		for _, r := range log.After(6 * time.Hour) {
			if minutes[r.At/time.Minute]++; minutes[r.At/time.Minute] > count/4 {
				return fmt.Errorf("more than %d of %d feeds were asked in the minute after %s", count/4, count, r.At)
			}
		}
	}
	return nil
}

// hints are the cases of what servers and feeds say about how often they want to
// be asked.
func hints() []Case {
	return []Case{
		{"max-age", "waits for as long as Cache-Control calls the answer fresh", "RFC 9111, 4.2", 3, playHeader("Cache-Control", "public, max-age=7200")},
		{"expires", "waits until Expires", "RFC 9111, 5.3; readers that know max-age alone", 2, playExpires},
		{"ttl", "waits for the `ttl` of a feed", "RSS 2.0", 2, playElement("<ttl>120</ttl>")},
		{"update-period", "waits for the `sy:updatePeriod` of a feed", "RSS 1.0, module Syndication", 2, playElement("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>12</sy:updateFrequency>")},
		{"skip-hours", "leaves a feed alone in its `skipHours`", "RSS 2.0; most readers", 2, playSkipHours},
		{"skip-days", "leaves a feed alone on its `skipDays`", "RSS 2.0; most readers", 2, playSkipDays},
		{"max-age-of-years", "asks within two days although the answer is called fresh for years", "caches set up for pictures; readers that never come back", 3, playYears},
		{"max-age-of-nothing", "does not ask more often for an answer that is stale at once", "RFC 9111, 5.2.2.4", 2, func(w *World) error {
			return w.apart(answer{header: map[string]string{"Cache-Control": "no-cache, max-age=0", "Expires": "0"}, body: rss(3)}, 5*time.Minute)
		}},
	}
}

func playHeader(name, value string) func(*World) error {
	return func(w *World) error {
		return w.apart(answer{header: map[string]string{name: value}, body: rss(3)}, 2*time.Hour)
	}
}

func playElement(text string) func(*World) error {
	return func(w *World) error { return w.apart(answer{body: rss(3, text)}, 2*time.Hour) }
}

func playExpires(w *World) error {
	w.Serve(feed, asked(func(*http.Request) answer {
		return answer{header: map[string]string{"Expires": httpTime(2 * time.Hour)}, body: rss(3)}
	}))
	w.Poll(day, feed)
	log, err := w.Log(feed)
	if err != nil {
		return err
	}
	return log.Apart(2 * time.Hour)
}

// httpTime is the time from now, not earlier than that.
func httpTime(from time.Duration) string {
	return time.Now().Add(from + time.Second).UTC().Format(http.TimeFormat)
}

func playSkipHours(w *World) error {
	hours := ""
	for h := 6; h < 18; h++ {
		hours += fmt.Sprintf("<hour>%d</hour>", h)
	}
	return w.skipping("<skipHours>"+hours+"</skipHours>", func(at time.Time) bool { return at.Hour() >= 6 && at.Hour() < 18 })
}

func playSkipDays(w *World) error {
	return w.skipping("<skipDays><day>Sunday</day></skipDays>", func(at time.Time) bool { return at.Weekday() == time.Sunday })
}

// skipping wants no request at some times, once the feed was read.
func (w *World) skipping(text string, skipped func(time.Time) bool) error {
	w.Poll(3*day, w.Serve(feed, always(answer{body: rss(3, text)})))
	return w.each(feed, func(i int, r Request) error {
		if at := w.began.Add(r.At).UTC(); i > 0 && skipped(at) {
			return fmt.Errorf("came on %s", at.Format("Monday at 15:04"))
		}
		return nil
	}, 5)
}

func playYears(w *World) error {
	w.Poll(5*day, w.Serve(feed, always(answer{header: map[string]string{"Cache-Control": "max-age=315360000"}, body: rss(3)})))
	log, err := w.Log(feed)
	if err != nil {
		return err
	}
	return log.Within(2*day, 5*day)
}

// restarts are the cases of a poller that is stopped and started.
func restarts() []Case {
	return []Case{
		{"restart-validators", "knows its validators after a restart", "readers that keep them in memory", 3, playRestartValidators},
		{"restart-not-due", "asks for nothing after a restart that is not due", "readers that ask for all feeds when they start", 3, playRestartNotDue},
		{"restart-retry-after", "knows after a restart who wants to be left alone", "readers that keep it in memory", 2, playRestartRetryAfter},
		{"restart-herd", "asks for all that is overdue after a long stop one by one", "readers that ask for all feeds at once", 3, playRestartHerd},
	}
}

func playRestartValidators(w *World) error {
	w.Serve(feed, asked(tagged(`"1"`, 3).unless))
	w.Poll(90*time.Minute, feed)
	w.Pass(time.Hour)
	started := w.Now()
	w.Poll(2*time.Hour, feed)
	log, err := w.Log(feed)
	if err != nil {
		return err
	}
	log = log.After(started)
	if len(log) == 0 || !log[0].Conditional() {
		return fmt.Errorf("%d requests after the restart, the first without a validator", len(log))
	}
	return nil
}

func playRestartNotDue(w *World) error {
	w.Serve(feed, asked(tagged(`"1"`, 3).unless))
	for range 40 {
		w.Poll(4*time.Minute, feed)
		w.Pass(time.Second)
	}
	log, err := w.Log(feed)
	if err != nil {
		return err
	}
	return log.Apart(5 * time.Minute)
}

func playRestartRetryAfter(w *World) error {
	w.Serve(feed, always(refusal(http.StatusTooManyRequests, "10800")))
	w.Poll(10*time.Minute, feed)
	w.Pass(time.Minute)
	w.Poll(6*time.Hour, feed)
	log, err := w.Log(feed)
	if err != nil {
		return err
	}
	return log.Apart(3 * time.Hour)
}

func playRestartHerd(w *World) error {
	feeds := w.siblings(30, always(answer{body: rss(3)}))
	w.Poll(90*time.Minute, feeds...)
	w.Pass(6 * time.Hour)
	w.Poll(90*time.Minute, feeds...)
	log, err := w.Log("paper.test")
	if err != nil {
		return err
	}
	log = log.After(7*time.Hour + 30*time.Minute)
	asked := map[string]bool{}
	for _, r := range log {
		asked[r.URI] = true
	}
	if len(asked) < len(feeds) {
		return fmt.Errorf("%d of %d feeds were asked", len(asked), len(feeds))
	}
	return log.inTurn(1, 900*time.Millisecond)
}

// siblings are feeds of one host.
func (w *World) siblings(count int, h http.HandlerFunc) []string {
	var feeds []string
	for i := range count {
		feeds = append(feeds, w.Serve(fmt.Sprintf("http://paper.test/%d", i), h))
	}
	return feeds
}

// inTurn wants so many requests at once and at least so long from one start to
// the next.
func (l Log) inTurn(most int, apart time.Duration) error {
	for i, r := range l {
		if n := l.atOnce(i); n > most {
			return fmt.Errorf("%d requests at once after %s", n, r.At)
		}
	}
	return l.Apart(apart)
}
