package push_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"
)

// A subscription of a time that is yet to come, by a clock that was put back, is
// asked for anew at once; one by a clock that is right is not.
func TestClockPutBack(t *testing.T) {
	for _, test := range []struct {
		age, back time.Duration
		asks      bool
	}{
		{hour, 0, false},
		{5 * day, 2 * hour, false}, // renewed two hours later, which is early enough
		{hour, 2 * hour, true},
		{hour, 366 * day, true},
		{5 * day, 366 * day, true},
	} {
		w := start(t)
		w.subscribed(t, 10*day)
		w.now = noon.Add(test.age - test.back)
		s := w.tend(t)
		if asked := len(w.asked) > 1; asked != test.asks {
			t.Errorf("asked %s ago, put back by %s: asked again %v", test.age, test.back, asked)
		}
		if test.asks {
			w.confirm(t, 10*day)
			s = w.state(t)
		}
		if s.Until.After(w.now.Add(10*day)) || s.Renew.After(w.now.Add(7*day)) || s.Token == "" {
			t.Errorf("asked %s ago, put back by %s: leased until %s, renewed at %s, and it is %s", test.age, test.back, s.Until, s.Renew, w.now)
		}
		if w.tend(t); len(w.asked) > 2 {
			t.Errorf("asked %s ago, put back by %s: asked over and over", test.age, test.back)
		}
	}
}

// A hub that has refused is asked again a day later at most.
func TestClockPutBackAfterARefusal(t *testing.T) {
	for _, back := range []time.Duration{time.Hour, 3 * day, 366 * day} {
		w := start(t)
		w.subscribed(t, 80*day)
		w.now = noon.Add(40 * day)
		query := url.Values{"hub.mode": {"denied"}, "hub.topic": {topic}}
		if got := w.question(t, string(w.state(t).Token), query); got.Code != http.StatusOK {
			t.Fatalf("got %d", got.Code)
		}
		w.now = w.now.Add(-back)
		end := w.now.Add(day + time.Hour)
		for w.now.Before(end) {
			w.tend(t)
			w.now = w.now.Add(10 * time.Minute)
		}
		if len(w.asked) < 2 {
			t.Errorf("put back by %s: not asked again", back)
		}
	}
}

// A push has its feed polled within the spacing, whatever was promised before.
func TestClockPutBackBetweenPushes(t *testing.T) {
	for _, back := range []time.Duration{0, 30 * time.Second, 2 * hour, 366 * day} {
		w := start(t)
		s := w.subscribed(t, 80*day)
		pushed := func() { w.push(string(s.Token), sign("sha256", string(s.Secret), "x"), "x") }
		for range 3 {
			pushed()
			w.now = w.now.Add(time.Second)
		}
		w.now = w.now.Add(-back)
		pushed()
		if last := w.by[len(w.by)-1]; last.After(w.now.Add(w.Spacing)) {
			t.Errorf("put back by %s: polled at %s, and it is %s", back, last, w.now)
		}
	}
}
