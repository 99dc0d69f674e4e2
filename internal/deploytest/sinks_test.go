package deploytest

import (
	"bufio"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
)

// hook takes webhooks, but for one article, which it never takes.
type hook struct {
	*httptest.Server
	refused  string
	mu       sync.Mutex
	arrived  []string // ids of articles, in the order that they came
	sequence uint64   // of the last
	half     chan struct{}
}

func newHook(t *testing.T, refused string, half int) *hook {
	h := &hook{refused: refused, half: make(chan struct{})}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := r.Header.Get("ce-subject")
		h.mu.Lock()
		defer h.mu.Unlock()
		if id == h.refused {
			http.Error(w, "no", http.StatusUnprocessableEntity)
			return
		}
		h.arrived = append(h.arrived, id)
		seq, err := strconv.ParseUint(r.Header.Get("dateline-sequence"), 10, 64)
		if err != nil || seq < h.sequence {
			t.Errorf("message %d came after %d (%v)", seq, h.sequence, err)
		}
		h.sequence = seq
		if len(h.arrived) == half {
			close(h.half)
		}
	}))
	t.Cleanup(h.Close)
	return h
}

// delivered expects that the sinks deliver all articles, as the user who may do no
// more than that: a webhook in order, while its sender is killed in the middle of it,
// and as events.
func (p *deployment) delivered(t *testing.T, programs string) {
	t.Helper()
	secrets := filepath.Join(t.TempDir(), "secrets")
	if err := os.WriteFile(secrets, []byte("whsec_c2lnbmVkLXNpZ25lZC1zaWduZWQtc2lnbmVkLXNpZ25l\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	refused := p.want[len(p.want)/4]
	h := newHook(t, refused, len(p.want)/2)
	send := func() *process {
		return start(t, filepath.Join(programs, "dateline"), p.server.environment("sink"), "sink", "webhook", "--url", h.URL,
			"--secret-file", secrets, "--allow-net", "127.0.0.0/8", "--since", "1h", "--attempts", "3", "--retry", "10ms")
	}
	first := send()
	<-h.half
	first.kill()
	second := send()
	if letter := bustest.Next(t, p.admin, 1, schema.StreamDead, "news.dead.webhook.>")[0]; !strings.HasSuffix(letter.Header.Get(schema.HeaderDeadReason), "attempt 3 of 3: status 422") {
		t.Errorf("reason %q", letter.Header.Get(schema.HeaderDeadReason))
	}
	var last uint64
	for _, d := range bustest.Next(t, p.admin, len(p.want), schema.StreamEnriched) {
		if d.Header.Get(schema.HeaderSubject) != refused {
			last = d.Sequence
		}
	}
	bustest.Eventually(t, func() error {
		h.mu.Lock()
		defer h.mu.Unlock()
		if h.sequence != last {
			return http.ErrMissingFile
		}
		return nil
	})
	second.stop(t)
	h.mu.Lock()
	defer h.mu.Unlock()
	different := map[string]bool{}
	for _, id := range h.arrived {
		different[id] = true
	}
	// What was being sent when the sender was killed comes again.
	if len(different) != len(p.want)-1 || len(h.arrived) > len(p.want)+1 {
		t.Errorf("%d requests with %d articles, want %d", len(h.arrived), len(different), len(p.want)-1)
	}
	p.streamed(t, programs)
}

// streamed reads all articles as events.
func (p *deployment) streamed(t *testing.T, programs string) {
	t.Helper()
	serving := start(t, filepath.Join(programs, "dateline"), p.server.environment("sink"), "sink", "sse", "--listen", "127.0.0.1:0")
	address := field(t, serving.await(t, `"msg":"serving events"`), "listen")
	resp, err := http.Get("http://" + address + "/events?last_event_id=0")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	events := 0
	in := bufio.NewScanner(resp.Body)
	in.Buffer(nil, 2<<20)
	for events < len(p.want) && in.Scan() {
		if strings.HasPrefix(in.Text(), "data: ") {
			events++
		}
	}
	if events != len(p.want) {
		t.Errorf("%d events, want %d: %v", events, len(p.want), in.Err())
	}
	serving.stop(t)
}
