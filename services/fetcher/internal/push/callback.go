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
	// callTime bounds what is done for a call once it is read.
	callTime = 10 * time.Second
	// reason is that of a poll which a push has asked for.
	reason = "pushed by its hub"
)

// ServeHTTP answers the calls of hubs, at .../ID-OF-THE-FEED/TOKEN: a GET for the
// hub's questions and a POST for pushes.
func (k *Keeper) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	feedID, token, ok := place(r.URL.Path)
	if !ok {
		http.NotFound(w, r)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), callTime)
	defer cancel()
	switch r.Method {
	case http.MethodGet:
		k.question(ctx, w, feedID, token, r.URL.Query())
	case http.MethodPost:
		// The time for reading is the server's.
		k.pushed(context.WithoutCancel(ctx), w, r, feedID, token)
	default:
		w.Header().Set("Allow", "GET, POST")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
	}
}

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
func (k *Keeper) question(ctx context.Context, w http.ResponseWriter, feedID string, token Hidden, query url.Values) {
	challenge := query.Get("hub.challenge")
	verdict := ""
	registered, err := k.Polls.Registered(ctx, feedID)
	if err == nil {
		_, err = k.update(ctx, feedID, func(s *Subscription) bool {
			verdict = s.answer(token, query, registered, k.Now())
			return verdict != ""
		})
	}
	switch {
	case err != nil:
		k.Count("unavailable")
		http.Error(w, "try again", http.StatusServiceUnavailable)
	case verdict == "":
		k.Count("not-confirmed")
		http.Error(w, "not meant", http.StatusNotFound)
	default:
		k.Count(verdict)
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		_, _ = io.WriteString(w, challenge) // a hub that has left asks again
	}
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
func (k *Keeper) pushed(ctx context.Context, w http.ResponseWriter, r *http.Request, feedID string, token Hidden) {
	verdict, status := k.take(ctx, r, feedID, token)
	k.Count(verdict)
	if status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "60")
	}
	w.WriteHeader(status)
}

// take returns what became of a push, and the status to answer it with. A hub is
// not told that its signature is wrong: who made it must not learn that.
func (k *Keeper) take(ctx context.Context, r *http.Request, feedID string, token Hidden) (verdict string, status int) {
	s, err := k.Get(ctx, feedID)
	registered := false
	if err == nil && s.holds(token) && !s.Ended {
		registered, err = k.Polls.Registered(ctx, feedID)
	}
	switch {
	case err != nil:
		return "unavailable", http.StatusServiceUnavailable
	case !registered:
		return "gone", http.StatusGone
	}
	err = verify(r.Header.Get("X-Hub-Signature"), string(s.Secret), http.MaxBytesReader(nil, r.Body, k.MaxBody))
	if errors.Is(err, errWeak) {
		return k.weak(ctx, feedID)
	}
	if err != nil {
		return refused(err)
	}
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	verdict, err = k.accept(ctx, feedID)
	if err != nil {
		return "unavailable", http.StatusServiceUnavailable
	}
	return verdict, http.StatusAccepted
}

// refused is what becomes of a push whose signature is not good.
func refused(err error) (verdict string, status int) {
	switch tooLong := (*http.MaxBytesError)(nil); {
	case errors.As(err, &tooLong):
		return "push-oversize", http.StatusRequestEntityTooLarge
	case errors.Is(err, errUnsigned):
		return "push-unsigned", http.StatusAccepted
	case errors.Is(err, errSignature):
		return "push-forged", http.StatusAccepted
	default:
		return "push-cut", http.StatusBadRequest
	}
}

// weak tells the operator why a hub that pushes does not count.
func (k *Keeper) weak(ctx context.Context, feedID string) (verdict string, status int) {
	const problem = "the hub signs with SHA-1, which is not taken"
	_, err := k.update(ctx, feedID, func(s *Subscription) bool {
		news := s.Token != "" && s.Problem != problem
		s.Problem = problem
		return news
	})
	if err != nil {
		return "unavailable", http.StatusServiceUnavailable
	}
	return "push-weak", http.StatusAccepted
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
