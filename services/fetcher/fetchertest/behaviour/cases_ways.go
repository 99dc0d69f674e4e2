package behaviour

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

const elsewhere = "http://new.test/feed"

// redirects are the cases of feeds that are elsewhere.
func redirects() []Case {
	return []Case{
		{"redirect-temporary", "asks the registered address each time, while redirects are temporary", "RFC 9110, 15.4.3; readers that keep the last address", 3, playTemporary},
		{"redirect-permanent", "asks the new address alone, once a permanent redirect has stood for a day", "RFC 9110, 15.4.2; Miniflux, Media Cloud, which never learn it", 2, playPermanent},
		{"redirect-once", "does not take one permanent redirect for a move", "networks that redirect all they carry; Feedbin and NewsBlur wait too", 3, playOnce},
		{"redirect-back", "asks the registered address again when the new one fails", "readers that lose a feed by its move", 2, playBack},
		{"redirect-loop", "follows twenty redirects at most, and then waits", "RFC 9110, 15.4", 2, playLoop},
		{"redirect-private", "does not follow a redirect into private networks", "CVEs of Miniflux, CommaFeed, Stringer and RSSHub", 3, playPrivate},
		{"redirect-validators", "tells no site the validators of another", "RFC 9110, 8.8: they are of one resource", 2, playForeign},
	}
}

// ways counts the requests for both addresses from a time on.
func (w *World) ways(from time.Duration) (here, there int, err error) {
	for url, n := range map[string]*int{feed: &here, elsewhere: &there} {
		log, logErr := w.Log(url)
		if *n = len(log.After(from)); w.err != nil {
			err = logErr
		}
	}
	return here, there, err
}

func playTemporary(w *World) error {
	w.Serve(elsewhere, always(answer{body: rss(3)}))
	w.Poll(2*day, w.Serve(feed, always(moved(http.StatusFound, elsewhere))))
	here, there, err := w.ways(0)
	if err == nil && (here != there || here < 5) {
		err = fmt.Errorf("asked the old address %d times, the new %d times", here, there)
	}
	return err
}

func playPermanent(w *World) error {
	w.Serve(elsewhere, always(answer{body: rss(3)}))
	w.Poll(2*day, w.Serve(feed, always(moved(http.StatusMovedPermanently, elsewhere))))
	here, there, err := w.ways(day)
	if err == nil && (here > 0 || there == 0) {
		err = fmt.Errorf("on the second day asked the old address %d times, the new %d times", here, there)
	}
	return err
}

func playOnce(w *World) error {
	n := 0
	w.Serve(elsewhere, always(answer{body: rss(9)}))
	w.Serve(feed, asked(func(*http.Request) answer {
		if n++; n == 2 {
			return moved(http.StatusMovedPermanently, elsewhere)
		}
		return answer{body: rss(3)}
	}))
	w.Poll(day, feed)
	here, there, err := w.ways(0)
	if err == nil && (here < 5 || there > 1) {
		err = fmt.Errorf("asked the old address %d times, the other %d times", here, there)
	}
	return err
}

func playBack(w *World) error {
	w.Serve(elsewhere, always(answer{body: rss(3)}))
	w.Serve(feed, always(moved(http.StatusMovedPermanently, elsewhere)))
	w.Poll(day, feed)
	w.Serve(elsewhere, http.NotFound)
	w.Serve(feed, always(answer{body: rss(4)}))
	w.Poll(2*day, feed)
	here, _, err := w.ways(day)
	if err == nil && here == 0 {
		err = errors.New("the registered address was not asked any more")
	}
	return err
}

func playLoop(w *World) error {
	w.Poll(day, w.Serve(feed, always(moved(http.StatusFound, feed))))
	log, err := w.Log(feed)
	if err != nil {
		return err
	}
	for _, r := range log {
		if burst := len(log.Between(r.At, r.At+10*time.Second)); burst > 21 {
			return fmt.Errorf("%d requests in ten seconds", burst)
		}
	}
	return log.Count(2, 21*20)
}

func playPrivate(w *World) error {
	hosts := []string{"10.0.0.1", "127.0.0.1", "169.254.169.254", "192.168.1.1", "[::1]", "[fd00::1]"}
	var feeds []string
	for i, host := range hosts {
		w.Serve("http://"+host+"/secret", always(answer{body: rss(1)}))
		feeds = append(feeds, w.Serve(fmt.Sprintf("http://paper%d.test/feed", i), always(moved(http.StatusFound, "http://"+host+"/secret"))))
	}
	w.Poll(2*time.Hour, feeds...)
	for i, host := range hosts {
		if _, err := w.Log(feeds[i]); err != nil {
			return err
		}
		if err := w.Unasked(host); err != nil {
			return err
		}
	}
	return nil
}

func playForeign(w *World) error {
	w.Serve(elsewhere, asked(tagged(`"new"`, 3).unless))
	w.Serve(feed, always(moved(http.StatusFound, elsewhere)))
	w.Poll(2*time.Hour, feed)
	const third = "http://third.test/feed"
	w.Serve(third, always(answer{body: rss(3)}))
	w.Serve(feed, always(moved(http.StatusFound, third)))
	w.Poll(6*time.Hour, feed)
	return w.each(third, func(_ int, r Request) error {
		if got := r.Header.Get("If-None-Match"); got != "" {
			return fmt.Errorf("sent %s of new.test", got)
		}
		return nil
	}, 1)
}

// hosts are the cases of many feeds at one host.
func hosts() []Case {
	return []Case{
		{"one-at-a-time", "makes one request of a host at once", "RFC 9309 says nothing, publishers do; Miniflux, which has no limit by default", 3, playOneAtATime},
		{"spacing", "starts requests of a host a second apart", "publishers that count; FreshRSS, Liferea, where it is asked for (liferea#1413)", 2, playSpacing},
	}
}

func playOneAtATime(w *World) error {
	feeds := w.siblings(20, func(out http.ResponseWriter, r *http.Request) {
		select {
		case <-time.After(10 * time.Second):
			answer{body: rss(3)}.to(out)
		case <-r.Context().Done():
		}
	})
	w.Poll(2*time.Hour, feeds...)
	for _, url := range feeds {
		if _, err := w.Log(url); err != nil {
			return err
		}
	}
	log, err := w.Log("paper.test")
	if err != nil {
		return err
	}
	return log.inTurn(1, 0)
}

func playSpacing(w *World) error {
	feeds := w.siblings(20, always(answer{body: rss(3)}))
	w.Poll(2*time.Hour, feeds...)
	log, err := w.Log("paper.test")
	if err != nil {
		return err
	}
	return errors.Join(log.inTurn(20, 900*time.Millisecond), log.Count(len(feeds), 1<<30))
}

// requests are the cases of what each request says.
func requests() []Case {
	return []Case{
		{"user-agent", "says who asks, and where to find out more", "RFC 9110, 10.1.5; readers that pass for browsers", 3, playUserAgent},
		{"compression", "takes gzip", "RFC 9110, 12.5.3", 1, playCompression},
		{"plain-address", "asks for the address as it is, without cookies, Referer or inventions", "rachelbythebay.com/w/feed: `?null`, cookies, Referer", 2, playPlain},
	}
}

func (w *World) header(check func(http.Header) error) error {
	w.Poll(4*time.Hour, w.Serve(feed, always(answer{header: map[string]string{"Set-Cookie": "seen=1"}, body: rss(3)})))
	return w.each(feed, func(_ int, r Request) error { return check(r.Header) }, 2)
}

func playUserAgent(w *World) error {
	return w.header(func(h http.Header) error {
		agent := h.Get("User-Agent")
		contact := strings.Contains(agent, "+http") || strings.Contains(agent, "@")
		if !contact || strings.HasPrefix(agent, "Mozilla/") || strings.HasPrefix(agent, "Go-http-client/") {
			return fmt.Errorf("User-Agent: %q", agent)
		}
		return nil
	})
}

func playCompression(w *World) error {
	return w.header(func(h http.Header) error {
		if !strings.Contains(h.Get("Accept-Encoding"), "gzip") {
			return fmt.Errorf("Accept-Encoding: %q", h.Get("Accept-Encoding"))
		}
		return nil
	})
}

func playPlain(w *World) error {
	err := w.header(func(h http.Header) error {
		for _, name := range []string{"Cookie", "Referer", "If-None-Match", "If-Modified-Since", "Range"} {
			if value := h.Get(name); value != "" {
				return fmt.Errorf("%s: %q, which nobody has given", name, value)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	log, err := w.Log("paper.test")
	if err != nil {
		return err
	}
	for _, r := range log {
		if r.URI != "/feed" {
			return fmt.Errorf("asked for %s", r.URI)
		}
	}
	return nil
}
