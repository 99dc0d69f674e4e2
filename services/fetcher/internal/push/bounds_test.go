package push_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/internal/push"
)

// pipes is a listener in memory, for the clock of synctest.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
}

func (p pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.conns:
		return conn, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p pipes) Close() error { close(p.closed); return nil }

func (p pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipes", Net: "unix"} }

// served is a keeper with a server that ends with the test: synctest then fails when
// anything still runs.
func served(t *testing.T, w *world) pipes {
	t.Helper()
	p := pipes{make(chan net.Conn), make(chan struct{})}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- w.Serve(ctx, p) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return p
}

// call is a call of a hub whose answer is still to come.
type call struct {
	net.Conn
	made time.Time
}

// send makes a call, of which nothing more comes unless the test writes it.
func (p pipes) send(t *testing.T, head string) call {
	t.Helper()
	ours, theirs := net.Pipe()
	p.conns <- theirs
	c := call{ours, time.Now()}
	if _, err := io.WriteString(c, strings.ReplaceAll(head, "\n", "\r\n")); err != nil {
		t.Fatal(err)
	}
	return c
}

// answer waits for the answer and ends the call.
func (c call) answer(t *testing.T) (resp *http.Response, after time.Duration) {
	t.Helper()
	defer c.Close()
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return resp, time.Since(c.made)
}

// want checks the answer and how long it took.
func (c call) want(t *testing.T, what string, status int, after time.Duration) {
	t.Helper()
	resp, took := c.answer(t)
	if resp.StatusCode != status || took != after {
		t.Errorf("%s: got %d after %v, want %d after %v", what, resp.StatusCode, took, status, after)
	}
	if later := resp.Header.Get("Retry-After") != ""; later != (status == http.StatusServiceUnavailable) {
		t.Errorf("%s: to be tried again: %v", what, later)
	}
}

// callee is a feed with a callback.
type callee struct {
	id string
	push.Subscription
}

// callee subscribes the feed number n.
func (w *world) callee(t *testing.T, n int) callee {
	t.Helper()
	address := fmt.Sprint(topic, n)
	feed := schema.Feed{ID: schema.FeedID(address), URL: address}
	s, err := w.Tend(t.Context(), feed, hub, topic)
	if err != nil {
		t.Fatal(err)
	}
	return callee{feed.ID, s}
}

// post is the head of a push with the body.
func (c callee) post(body string) string {
	return fmt.Sprintf("POST /%s/%s HTTP/1.1\nHost: x\nX-Hub-Signature: %s\nContent-Length: %d\n\n",
		c.id, string(c.Token), sign("sha256", string(c.Secret), body), len(body))
}

func (c callee) get() string {
	return fmt.Sprintf("GET /%s/%s?%s HTTP/1.1\nHost: x\n\n", c.id, string(c.Token), verification(day).Encode())
}

// counted is how often something has happened, while calls may be in hand.
func (w *world) counted(what string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.counts[what]
}

// A feed whose calls hang is in the way of no other, and not for long of itself.
func TestCallsOfOneFeedHang(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t)
		hostile, honest := w.callee(t, 1), w.callee(t, 2)
		p := served(t, w)
		hanging := []call{p.send(t, hostile.post("x")), p.send(t, hostile.post("x"))}
		synctest.Wait()
		for range 100 {
			p.send(t, hostile.post("x")).want(t, "a third push", 503, 0)
		}
		p.send(t, hostile.get()).want(t, "a third call", 503, 0)
		p.send(t, honest.post("x")+"x").want(t, "a push of another feed", 202, 0)
		p.send(t, honest.get()).want(t, "a question of another feed", 200, 0)
		if w.counted("busy") != 101 || w.counted("pushed") != 1 || w.counted("subscribed") != 1 {
			t.Error("counted otherwise")
		}
		for _, c := range hanging {
			c.want(t, "a body that does not come", 400, 5*time.Second)
		}
		if w.counted("push-cut") != 2 {
			t.Error("counted otherwise")
		}
		p.send(t, hostile.post("x")+"x").want(t, "afterwards", 202, 0)
	})
}

// Whoever does not know the token takes nothing of what a feed may have.
func TestStrangersTakeNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t)
		feed := w.callee(t, 1)
		stranger := feed
		stranger.Token = push.Hidden(strings.Repeat("0", 64))
		p := served(t, w)
		var hanging []call
		for range 100 {
			hanging = append(hanging, p.send(t, stranger.post("x")))
		}
		synctest.Wait()
		p.send(t, stranger.get()).want(t, "a stranger", 404, 0)
		p.send(t, feed.get()).want(t, "the feed's question", 200, 0)
		p.send(t, feed.post("x")+"x").want(t, "the feed's push", 202, 0)
		if w.counted("gone") != 100 || w.counted("busy") != 0 {
			t.Error("counted otherwise")
		}
		for _, c := range hanging {
			c.want(t, "a stranger's body", 410, 10*time.Second)
		}
	})
}

// The longest body that may be has a time that a hub can keep, byte by byte or not.
func TestTimeOfABody(t *testing.T) {
	for name, test := range map[string]struct {
		maxBody int64
		pause   time.Duration // before each of two halves
		status  int
		after   time.Duration
	}{
		"at once":             {1000, 0, 202, 0},
		"in time":             {1000, 2 * time.Second, 202, 4 * time.Second},
		"half in time":        {1000, 3 * time.Second, 400, 5 * time.Second},
		"longer ones in time": {8 << 20, 6 * time.Second, 202, 12 * time.Second},
		"longer ones too":     {8 << 20, 7 * time.Second, 400, 13 * time.Second},
		"the longest":         {64 << 20, 34 * time.Second, 202, 68 * time.Second},
		"the longest too":     {64 << 20, 35 * time.Second, 400, 69 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := start(t)
				w.MaxBody = test.maxBody
				feed := w.callee(t, 1)
				c := served(t, w).send(t, feed.post("ab"))
				sent := make(chan struct{})
				go func() {
					defer close(sent)
					for _, half := range []string{"a", "b"} {
						<-time.After(test.pause)
						_, _ = io.WriteString(c, half) // one that is late finds no reader
					}
				}()
				c.want(t, name, test.status, test.after)
				<-sent
			})
		})
	}
}

// patient are polls that take a while to be looked up.
type patient struct {
	*world
	ahead time.Duration
}

func (p patient) Ahead(ctx context.Context, feedID string) (schema.PollState, bool, error) {
	select {
	case <-ctx.Done():
		return schema.PollState{}, false, ctx.Err()
	case <-time.After(p.ahead):
		return p.world.Ahead(ctx, feedID)
	}
}

// The time of the body is not that of the work for it, which has its own.
func TestTimeOfTheWork(t *testing.T) {
	for ahead, want := range map[time.Duration]struct {
		status int
		after  time.Duration
	}{
		0:               {202, 0},
		9 * time.Second: {202, 9 * time.Second},
		time.Minute:     {503, 10 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			w := start(t)
			w.Polls = patient{w, ahead}
			feed := w.callee(t, 1)
			served(t, w).send(t, feed.post("x")+"x").want(t, ahead.String(), want.status, want.after)
		})
	}
}

// A push that was read counts, even of a hub that does not wait for the answer.
func TestHubThatLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t)
		w.Polls = patient{w, 9 * time.Second}
		feed := w.callee(t, 1)
		c := served(t, w).send(t, feed.post("x")+"x")
		synctest.Wait()
		c.Close()
		<-time.After(10 * time.Second)
		synctest.Wait()
		if w.counted("pushed") != 1 || len(w.by) != 1 {
			t.Error("counted otherwise")
		}
	})
}

// held are polls that hold the first who ask whether a feed is registered.
type held struct {
	*world
	first chan struct{} // as many as are to be held
	leave chan struct{}
}

func (h held) Registered(context.Context, string) (bool, error) {
	select {
	case <-h.first:
		<-h.leave
		return false, nil
	default:
		return true, nil
	}
}

// More calls than are worked on at once are told to come later, whatever their feed,
// and all that were begun are answered.
func TestWorkIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const most, perFeed = 64, 2
		w := start(t)
		polls := held{w, make(chan struct{}, most), make(chan struct{})}
		w.Polls = polls
		p := served(t, w)
		var inHand []call
		for n := range most / perFeed {
			feed := w.callee(t, n)
			for range perFeed {
				polls.first <- struct{}{}
				inHand = append(inHand, p.send(t, feed.get()))
				synctest.Wait()
			}
		}
		other := w.callee(t, most)
		p.send(t, other.get()).want(t, "one question more", 503, 0)
		p.send(t, other.post("x")+"x").want(t, "one push more", 503, 0)
		other.Token = push.Hidden(strings.Repeat("0", 64))
		p.send(t, other.get()).want(t, "a stranger", 404, 0)
		if w.counted("busy") != 2 {
			t.Error("counted otherwise")
		}
		close(polls.leave)
		for _, c := range inHand {
			c.want(t, "in hand", 404, 0)
		}
	})
}
