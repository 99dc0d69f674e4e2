package push

import (
	"context"
	"crypto/subtle"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const (
	// maxChallenge and maxReason bound what a hub says, in bytes.
	maxChallenge, maxReason = 1024, 200
	// callTime bounds what is done for a call before its body is read, and then again.
	callTime = 10 * time.Second
	// readTime bounds how long the body of a push may take, beside what the longest
	// needs at leastRate, in bytes a second.
	readTime, leastRate = 5 * time.Second, 1 << 20
	// reason is that of a poll which a push has asked for.
	reason = "pushed by its hub"
)

// callbacks answer the calls of hubs, so many at once.
type callbacks struct {
	*Keeper
	bounds *bounds
}

// Callbacks answers the calls of hubs, at .../ID-OF-THE-FEED/TOKEN: a GET for the
// hub's questions and a POST for pushes. Those with another token than the feed's
// are refused before anything is taken in hand for them; the others see bounds.
func (k *Keeper) Callbacks() http.Handler { return callbacks{k, newBounds()} }

// outcome is what became of a call, as it is counted, and the answer to it.
type outcome struct {
	verdict string
	status  int
	text    string
}

// ServeHTTP answers a call.
func (c callbacks) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	feedID, token, ok := place(r.URL.Path)
	if !ok {
		http.NotFound(w, r)
		return
	}
	switch r.Method {
	case http.MethodGet:
		c.reply(w, c.question(r.Context(), feedID, token, r.URL.Query()))
	case http.MethodPost:
		// A push that was read counts, even of a hub that has left.
		c.reply(w, c.pushed(context.WithoutCancel(r.Context()), w, r, feedID, token))
	default:
		w.Header().Set("Allow", "GET, POST")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
	}
}

// reply counts what became of a call, and answers it.
func (c callbacks) reply(w http.ResponseWriter, o outcome) {
	c.Count(o.verdict)
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	if o.status == http.StatusServiceUnavailable {
		h.Set("Retry-After", "60")
		h.Set("Connection", "close") // or the answer would wait for the rest of the call
	}
	w.WriteHeader(o.status)
	_, _ = io.WriteString(w, o.text) // a hub that has left calls again
}

// busy and unavailable have a hub come later.
func busy() outcome { return outcome{"busy", http.StatusServiceUnavailable, "try again"} }

func unavailable() outcome { return outcome{"unavailable", http.StatusServiceUnavailable, "try again"} }

// place reads the address of a callback: 16 and 64 hex digits, whatever a proxy
// has left before them.
func place(path string) (feedID string, token Hidden, ok bool) {
	rest, last, _ := cutLast(path)
	_, feedID, ok = cutLast(rest)
	return feedID, Hidden(last), ok && isHex(feedID, 16) && isHex(last, 64)
}

func cutLast(path string) (before, last string, ok bool) {
	i := strings.LastIndexByte(path, '/')
	if i < 0 {
		return "", path, false
	}
	return path[:i], path[i+1:], true
}

func isHex(s string, n int) bool { return len(s) == n && strings.Trim(s, "0123456789abcdef") == "" }

// holds says whether the token is that of the subscription, in a time that tells
// nothing of where they differ.
func (s *Subscription) holds(token Hidden) bool {
	return s.Token != "" && subtle.ConstantTimeCompare([]byte(s.Token), []byte(token)) == 1
}

// question answers a hub that wants to know whether something is meant, or says
// that it is denied.
func (c callbacks) question(ctx context.Context, feedID string, token Hidden, query url.Values) outcome {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	notMeant := outcome{"not-confirmed", http.StatusNotFound, "not meant"}
	s, err := c.Get(ctx, feedID)
	switch {
	case err != nil:
		return unavailable()
	case !s.holds(token):
		return notMeant
	}
	leave, ok := c.bounds.ofFeed(feedID)
	if !ok {
		return busy()
	}
	defer leave()
	done, ok := c.bounds.begin()
	if !ok {
		return busy()
	}
	defer done()
	verdict, err := c.decide(ctx, feedID, token, query)
	switch {
	case err != nil:
		return unavailable()
	case verdict == "":
		return notMeant
	}
	return outcome{verdict, http.StatusOK, query.Get("hub.challenge")}
}

// decide has the subscription answer a question; see Subscription.answer.
func (k *Keeper) decide(ctx context.Context, feedID string, token Hidden, query url.Values) (verdict string, err error) {
	registered, err := k.Polls.Registered(ctx, feedID)
	if err != nil {
		return "", err
	}
	_, err = k.update(ctx, feedID, func(s *Subscription) bool {
		verdict = s.answer(token, query, registered, k.Now())
		return verdict != ""
	})
	return verdict, err
}

// answer applies what a hub asks or says, and returns what that was: nothing when
// it is not what was asked of the hub, and must not be confirmed.
func (s *Subscription) answer(token Hidden, query url.Values, registered bool, now time.Time) (verdict string) {
	if !s.holds(token) || query.Get("hub.topic") != s.Topic {
		return ""
	}
	challenge := query.Get("hub.challenge")
	asks := challenge != "" && len(challenge) <= maxChallenge
	switch mode := query.Get("hub.mode"); {
	case mode == modeDenied && !s.Ended:
		s.deny(printable(query.Get("hub.reason")), now)
		return "denied"
	case mode == modeSubscribe && asks && !s.Ended && registered:
		seconds, err := strconv.ParseUint(query.Get("hub.lease_seconds"), 10, 31)
		if err != nil && query.Has("hub.lease_seconds") {
			return ""
		}
		s.confirm(time.Duration(seconds)*time.Second, now)
		return "subscribed"
	case mode == modeUnsubscribe && asks && s.Ended:
		*s = Subscription{}
		return "unsubscribed"
	}
	return ""
}

// pushed takes a push. It is answered when it cannot be lost any more.
func (c callbacks) pushed(ctx context.Context, w http.ResponseWriter, r *http.Request, feedID string, token Hidden) outcome {
	s, taken, err := c.takes(ctx, feedID, token)
	switch {
	case err != nil:
		return unavailable()
	case !taken:
		return outcome{"gone", http.StatusGone, ""}
	}
	leave, ok := c.bounds.ofFeed(feedID)
	if !ok {
		return busy()
	}
	defer leave()
	// From here on the body has its time. Only a server of tests cannot set one.
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(c.bodyTime()))
	err = verify(r.Header.Get("X-Hub-Signature"), string(s.Secret), http.MaxBytesReader(nil, r.Body, c.MaxBody))
	if err != nil && !errors.Is(err, errWeak) {
		return refused(err)
	}
	done, ok := c.bounds.begin()
	if !ok {
		return busy()
	}
	defer done()
	return c.read(ctx, feedID, err)
}

// takes says whether a callback takes pushes, and returns its subscription.
func (k *Keeper) takes(ctx context.Context, feedID string, token Hidden) (s Subscription, taken bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	s, err = k.Get(ctx, feedID)
	if err != nil || !s.holds(token) || s.Ended {
		return s, false, err
	}
	taken, err = k.Polls.Registered(ctx, feedID)
	return s, taken, err
}

// bodyTime is how long the body of a push may take.
func (k *Keeper) bodyTime() time.Duration {
	return readTime + time.Duration(k.MaxBody/leastRate)*time.Second
}

// refused is what becomes of a push whose signature is not good. A hub is not told
// that: who made it must not learn it.
func refused(err error) outcome {
	switch tooLong := (*http.MaxBytesError)(nil); {
	case errors.As(err, &tooLong):
		return outcome{"push-oversize", http.StatusRequestEntityTooLarge, ""}
	case errors.Is(err, errUnsigned):
		return outcome{"push-unsigned", http.StatusAccepted, ""}
	case errors.Is(err, errSignature):
		return outcome{"push-forged", http.StatusAccepted, ""}
	default:
		return outcome{"push-cut", http.StatusBadRequest, ""}
	}
}

// read is what becomes of a push that was read and is signed, if weakly.
func (k *Keeper) read(ctx context.Context, feedID string, signature error) outcome {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	apply := k.accept
	if errors.Is(signature, errWeak) {
		apply = k.weak
	}
	verdict, err := apply(ctx, feedID)
	if err != nil {
		return unavailable()
	}
	return outcome{verdict, http.StatusAccepted, ""}
}

// weak tells the operator why a hub that pushes does not count.
func (k *Keeper) weak(ctx context.Context, feedID string) (verdict string, err error) {
	const problem = "the hub signs with SHA-1, which is not taken"
	_, err = k.update(ctx, feedID, func(s *Subscription) bool {
		news := s.Token != "" && s.Problem != problem
		s.Problem = problem
		return news
	})
	return "push-weak", err
}

// accept has the feed polled for a push. When a poll is ahead already that is for
// a push and soon, this one needs nothing: that poll answers both.
//
// A push is counted before the schedule is looked at. So a poll that is under way
// either saw it when it began, or sees it when it is done; see After.
func (k *Keeper) accept(ctx context.Context, feedID string) (verdict string, err error) {
	state, ahead, err := k.Polls.Ahead(ctx, feedID)
	if err != nil {
		return "", err
	}
	now := k.Now()
	var at time.Time
	joined := false
	if _, err := k.update(ctx, feedID, func(s *Subscription) bool {
		joined = ahead && state.Push.Began != s.Pushes && !state.Next.After(now.Add(k.Spacing))
		if joined || s.Token == "" {
			return false
		}
		at = s.push(now, k.Spacing)
		return true
	}); err != nil {
		return "", err
	}
	if joined {
		return "push-joined", nil
	}
	return "pushed", k.Polls.By(ctx, feedID, at, reason)
}

// After is to be called when a poll has stored the next schedule of its feed: what
// was pushed since it began asks for another.
func (k *Keeper) After(ctx context.Context, feedID string) error {
	state, ahead, err := k.Polls.Ahead(ctx, feedID)
	if err != nil || !ahead {
		return err
	}
	s, err := k.Get(ctx, feedID)
	if err != nil || s.Pushes == state.Push.Began {
		return err
	}
	return k.Polls.By(ctx, feedID, s.Due, reason)
}

// printable is a text of others as it may be shown: short, on one line, in ASCII.
func printable(text string) string {
	text = text[:min(len(text), maxReason)]
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, text)
}
