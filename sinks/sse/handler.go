package sse

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"

	"go.uber.org/zap"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
)

// path is where the events are.
const path = "/events"

// handler serves events.
type handler struct {
	bus     *bus.Bus
	config  Config
	clients chan struct{} // holds one for each client
	stats   *bus.StageStats
}

func newHandler(b *bus.Bus, c Config) http.Handler {
	h := &handler{bus: b, config: c, clients: make(chan struct{}, c.Clients), stats: b.Stats().Stage(Name)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+path, h.events)
	mux.HandleFunc("OPTIONS "+path, h.preflight)
	return harmless(mux)
}

// harmless tells browsers to take every answer for what it is, and to run nothing of it.
func harmless(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		w.Header().Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// preflight answers a browser that asks whether a page may connect.
func (h *handler) preflight(w http.ResponseWriter, r *http.Request) {
	if !h.admitted(w, r) {
		return
	}
	w.Header().Set("Access-Control-Allow-Methods", http.MethodGet)
	w.Header().Set("Access-Control-Allow-Headers", "authorization, last-event-id")
	w.Header().Set("Access-Control-Max-Age", "600")
	w.WriteHeader(http.StatusNoContent)
}

// events is a client's request, which ends with the client or the server.
func (h *handler) events(w http.ResponseWriter, r *http.Request) {
	if !h.admitted(w, r) {
		return
	}
	if !h.authorized(r) {
		h.refuse(w, "unauthorized", http.StatusUnauthorized, "a token is needed: Authorization: Bearer TOKEN, or ?token=TOKEN")
		return
	}
	q, err := parse(h.bus.Root(), r)
	if err != nil {
		h.refuse(w, "bad-request", http.StatusBadRequest, err.Error())
		return
	}
	select {
	case h.clients <- struct{}{}:
		defer func() { <-h.clients }()
	default:
		w.Header().Set("Retry-After", "5")
		h.refuse(w, "full", http.StatusServiceUnavailable, "too many clients; come again")
		return
	}
	last, err := h.last(r.Context())
	if err != nil {
		h.bus.Logger().Warn("begin for a client", zap.Error(err))
		w.Header().Set("Retry-After", "5")
		h.refuse(w, "unavailable", http.StatusServiceUnavailable, "the articles cannot be read now; come again")
		return
	}
	h.stats.InHand.Add(1)
	defer h.stats.InHand.Add(-1)
	h.stream(r.Context(), w, q.begin(last))
}

// last is the sequence of the last message of the stream.
func (h *handler) last(ctx context.Context) (uint64, error) {
	name := h.bus.Root().Stream(schema.StreamEnriched)
	stream, err := h.bus.JetStream().Stream(ctx, name)
	if err != nil {
		return 0, fmt.Errorf("stream %s: %w", name, err)
	}
	return stream.CachedInfo().State.LastSeq, nil
}

// refuse answers with an error, and counts it.
func (h *handler) refuse(w http.ResponseWriter, outcome string, status int, text string) {
	h.stats.Add(outcome, 1)
	http.Error(w, text, status)
}

// admitted lets pages of other sites in when they are allowed, and without a token
// none that reaches loopback by a name of its own (DNS rebinding).
func (h *handler) admitted(w http.ResponseWriter, r *http.Request) bool {
	host := r.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	if h.config.Token == "" && !isLoopback(strings.Trim(host, "[]")) {
		h.refuse(w, "foreign", http.StatusForbidden, "without a token only loopback is served")
		return false
	}
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true
	}
	w.Header().Add("Vary", "Origin")
	if !slices.Contains(h.config.AllowOrigin, "*") && !slices.Contains(h.config.AllowOrigin, origin) {
		h.refuse(w, "foreign", http.StatusForbidden, "pages of this origin may not connect; see --allow-origin")
		return false
	}
	w.Header().Set("Access-Control-Allow-Origin", origin)
	return true
}

func (h *handler) authorized(r *http.Request) bool {
	if h.config.Token == "" {
		return true
	}
	given, isBearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !isBearer {
		given = r.URL.Query().Get("token")
	}
	// The hashes are of one length, so that the time tells nothing.
	is, want := sha256.Sum256([]byte(given)), sha256.Sum256([]byte(h.config.Token))
	return subtle.ConstantTimeCompare(is[:], want[:]) == 1
}
