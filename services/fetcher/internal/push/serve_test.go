package push_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/services/fetcher/internal/push"
)

// Records are changed by compare-and-set, and one that was removed can be made again.
func TestBucket(t *testing.T) {
	if _, err := push.Bucket(t.Context(), bustest.Connect(t, bustest.Server(t), "test")); !errors.Is(err, bus.ErrNotSetUp) {
		t.Errorf("without a bucket: %v", err)
	}
	records, err := push.Bucket(t.Context(), bustest.New(t))
	if err != nil {
		t.Fatal(err)
	}
	for step, s := range []struct {
		put  string
		last int // which of the sequences so far, 0 for none
		err  error
	}{
		{"a", 0, nil}, {"b", 0, bus.ErrConflict}, {"b", 1, nil}, {"c", 1, bus.ErrConflict},
		{"", 2, nil}, {"d", 0, bus.ErrConflict}, {"d", 3, nil},
	} {
		var data []byte
		if s.put != "" {
			data = []byte(s.put)
		}
		if err := records.Put(t.Context(), paper.ID, data, uint64(s.last)); !errors.Is(err, s.err) {
			t.Fatalf("step %d: %v", step, err)
		}
		if s.err != nil {
			continue
		}
		if got, seq, err := records.Get(t.Context(), paper.ID); err != nil || string(got) != s.put || seq != uint64(s.last+1) {
			t.Fatalf("step %d: got %q at %d, %v", step, got, seq, err)
		}
	}
	keys, err := records.Keys(t.Context())
	if err != nil || !slices.Equal(keys, []string{paper.ID}) {
		t.Errorf("keys %v, %v", keys, err)
	}
	if got, seq, err := records.Get(t.Context(), "none"); got != nil || seq != 0 || err != nil {
		t.Errorf("got %q at %d, %v", got, seq, err)
	}
}

// Two fetchers share what is known: the one that the hub calls is not the one that
// has asked it.
func TestTwoFetchers(t *testing.T) {
	asks, called := start(t), start(t)
	b := bustest.New(t)
	var err error
	if asks.Records, err = push.Bucket(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	if called.Records, err = push.Bucket(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	s := asks.tend(t)
	called.confirm(t, day)
	if got := called.push(string(s.Token), sign("sha256", string(s.Secret), "x"), "x"); got != http.StatusAccepted || len(called.by) != 1 {
		t.Errorf("got %d, polled %v", got, called.by)
	}
	if got := asks.state(t); got.Pushes != 1 || !got.Until.Equal(noon.Add(day)) {
		t.Errorf("got %+v", got)
	}
	if err := asks.End(t.Context(), paper.ID); err != nil {
		t.Fatal(err)
	}
	if got := called.push(string(s.Token), sign("sha256", string(s.Secret), "x"), "x"); got != http.StatusGone {
		t.Errorf("ended: got %d", got)
	}
}

// serving is a keeper behind its own server.
func serving(t *testing.T, w *world) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	bustest.Start(t, func(ctx context.Context) error { return w.Serve(ctx, l) })
	return "http://" + l.Addr().String()
}

func TestServe(t *testing.T) {
	w := start(t)
	s := w.subscribed(t, day)
	address := serving(t, w)
	callback := address + "/push/" + paper.ID + "/" + string(s.Token)
	post := func(body io.Reader, signature string) int {
		t.Helper()
		r, err := http.NewRequest(http.MethodPost, callback, body)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("X-Hub-Signature", signature)
		resp, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return resp.StatusCode
	}
	body := strings.Repeat("x", 900)
	if got := post(strings.NewReader(body), sign("sha256", string(s.Secret), body)); got != http.StatusAccepted {
		t.Errorf("got %d", got)
	}
	// Its length is not told, and it is longer than it may be.
	if got := post(io.MultiReader(bytes.NewReader(make([]byte, 2000))), "sha256=00"); got != http.StatusRequestEntityTooLarge {
		t.Errorf("oversize: got %d", got)
	}
	query := verification(day)
	query.Set("hub.topic", "other")
	resp, err := http.Get(callback + "?" + query.Encode())
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusNotFound {
		t.Errorf("another topic: got %d", resp.StatusCode)
	}
	if resp, err = http.Get(callback + "?" + url.Values{"x": {strings.Repeat("x", 32<<10)}}.Encode()); err == nil {
		resp.Body.Close()
		if resp.StatusCode/100 != 4 {
			t.Errorf("a long address: got %d", resp.StatusCode)
		}
	}
}

func TestServeFails(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := start(t).Serve(ctx, l); err == nil || ctx.Err() != nil {
		t.Errorf("got %v", err)
	}
}
