package fetchertest

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"
)

// Hub is a hub (WebSub) of a site. It asks a callback whether a subscription is
// meant before it answers the request for it.
type Hub struct {
	url    string
	client http.Client

	mu     sync.Mutex
	lease  time.Duration
	refuse int
	asked  []url.Values
	held   map[string]url.Values // subscriptions, by callback
}

// Hub makes the path a hub. It gives leases of a day.
func (s *Site) Hub(path string) *Hub {
	h := &Hub{
		url: s.URL(path), lease: 24 * time.Hour, held: map[string]url.Values{},
		client: http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}},
	}
	s.Handle(path, h)
	return h
}

// URL is the address of the hub.
func (h *Hub) URL() string { return h.url }

// SetLease is how long leases are from now on.
func (h *Hub) SetLease(lease time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.lease = lease
}

// Refuse answers requests with this status from now on; 0 takes them again.
func (h *Hub) Refuse(status int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.refuse = status
}

// Asked are the forms that were posted, in order.
func (h *Hub) Asked() []url.Values {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]url.Values(nil), h.asked...)
}

// Held are the forms of the subscriptions that were confirmed, by their callbacks.
func (h *Hub) Held() map[string]url.Values {
	h.mu.Lock()
	defer h.mu.Unlock()
	held := make(map[string]url.Values, len(h.held))
	for callback, form := range h.held {
		held[callback] = form
	}
	return held
}

// ServeHTTP takes a request for a subscription, or for none.
func (h *Hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	h.mu.Lock()
	h.asked = append(h.asked, r.PostForm)
	refuse, lease := h.refuse, h.lease
	h.mu.Unlock()
	if refuse != 0 {
		http.Error(w, "no", refuse)
		return
	}
	confirmed, err := h.Verify(r.Context(), r.PostForm, lease)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	callback := r.PostForm.Get("hub.callback")
	switch {
	case !confirmed:
	case r.PostForm.Get("hub.mode") == "subscribe":
		h.held[callback] = r.PostForm
	default:
		delete(h.held, callback)
	}
	w.WriteHeader(http.StatusAccepted)
}

// Verify asks a callback whether what a form says is meant.
func (h *Hub) Verify(ctx context.Context, form url.Values, lease time.Duration) (bool, error) {
	challenge := rand.Text()
	query := url.Values{"hub.mode": {form.Get("hub.mode")}, "hub.topic": {form.Get("hub.topic")}, "hub.challenge": {challenge}}
	if form.Get("hub.mode") == "subscribe" {
		query.Set("hub.lease_seconds", strconv.Itoa(int(lease/time.Second)))
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, form.Get("hub.callback")+"?"+query.Encode(), nil)
	if err != nil {
		return false, fmt.Errorf("verify: %w", err)
	}
	status, body, err := h.do(req)
	return status == http.StatusOK && body == challenge, err
}

// Push posts a document to a callback, signed with a secret, and returns the status
// of the answer.
func (h *Hub) Push(ctx context.Context, callback, secret string, body []byte) (int, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, callback, bytes.NewReader(body))
	if err != nil {
		return 0, fmt.Errorf("push: %w", err)
	}
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	req.Header.Set("X-Hub-Signature", "sha256="+hex.EncodeToString(mac.Sum(nil)))
	status, _, err := h.do(req)
	return status, err
}

// Publish pushes a document to all who hold a subscription of the topic, and
// returns how many have taken it.
func (h *Hub) Publish(ctx context.Context, topic string, body []byte) (taken int, err error) {
	for callback, form := range h.Held() {
		if form.Get("hub.topic") != topic {
			continue
		}
		status, err := h.Push(ctx, callback, form.Get("hub.secret"), body)
		if err != nil {
			return taken, err
		}
		if status/100 == 2 {
			taken++
		}
	}
	return taken, nil
}

func (h *Hub) do(req *http.Request) (status int, body string, err error) {
	resp, err := h.client.Do(req)
	if err != nil {
		return 0, "", fmt.Errorf("call %s: %w", req.URL.Host, err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	return resp.StatusCode, string(data), err
}
