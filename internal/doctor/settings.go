package doctor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/dateline-news/dateline/pkg/bus/boot"
	"github.com/dateline-news/dateline/pkg/schema"
)

// minPayload is the largest message of the pipeline with its headers.
const minPayload = 1 << 20

// varz is what the server's monitoring tells of its settings.
type varz struct {
	JetStream struct {
		Config struct {
			MaxStorage   int64         `json:"max_storage"`
			StoreDir     string        `json:"store_dir"`
			SyncInterval time.Duration `json:"sync_interval"`
			SyncAlways   bool          `json:"sync_always"`
		} `json:"config"`
		Stats struct {
			Reserved int64 `json:"reserved_storage"`
		} `json:"stats"`
	} `json:"jetstream"`
}

// settings looks at what the server is set to.
func (e *examination) settings(ctx context.Context) {
	if n := e.bus.JetStream().Conn().MaxPayload(); n < minPayload {
		e.add("max_payload", Fail, fmt.Sprintf("the server takes messages of %d bytes; items have up to %d", n, minPayload), "set max_payload: 1MB in the server's configuration")
	} else {
		e.add("max_payload", OK, fmt.Sprintf("%d bytes", n), "")
	}
	if e.Monitor == "" {
		e.add("sync_interval", Skip, "only the server's monitoring tells it, and max_file_store", "give --monitor http://HOST:8222 of the server")
		return
	}
	if err := e.monitor(ctx); err != nil {
		e.add("monitor", Fail, err.Error(), "set http: \"127.0.0.1:8222\" in the server's configuration and ask from its machine, or leave --monitor out")
		return
	}
	e.durability()
	e.fileStore()
}

// monitor asks the server's monitoring.
func (e *examination) monitor(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(e.Monitor, "/")+"/varz", nil)
	if err != nil {
		return errors.New("--monitor: want an address such as http://127.0.0.1:8222")
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("monitoring at %s: %w", req.URL.Host, boot.Cause(err))
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("monitoring: %s of %s", resp.Status, req.URL.Host)
	}
	if err := json.NewDecoder(io.LimitReader(resp.Body, 4<<20)).Decode(&e.server); err != nil {
		return fmt.Errorf("monitoring: %w", err)
	}
	if e.Data == "" {
		e.Data = e.server.JetStream.Config.StoreDir
	}
	return nil
}

// durability looks at when what is acknowledged is on disk.
func (e *examination) durability() {
	c := e.server.JetStream.Config
	if c.SyncAlways {
		e.add("sync_interval", OK, "always: acknowledged means stored", "")
		return
	}
	e.add("sync_interval", Warn, fmt.Sprintf("%s: a power cut takes what was acknowledged since", c.SyncInterval),
		"set sync_interval: always in the jetstream block of the server's configuration")
}

// fileStore looks at whether the streams fit into what the server gives.
func (e *examination) fileStore() {
	most, reserved := e.server.JetStream.Config.MaxStorage, e.server.JetStream.Stats.Reserved
	text := fmt.Sprintf("%s, of which streams may take %s", size(most), size(reserved))
	if most > 0 && reserved > most/6*5 {
		e.add("max_file_store", Warn, text, "make max_file_store larger than `dateline setup --store` by a fifth: indexes and what is deleted take room too")
		return
	}
	e.add("max_file_store", OK, text, "")
}

// How far clocks may be apart. The server decides when a poll is due; a feed's
// server only tells the time to the second, and may be wrong itself.
const (
	clockWarn    = 2 * time.Second
	clockFail    = 30 * time.Second
	webClockWarn = 5 * time.Second
)

// clock compares this machine's clock with the server's.
func (e *examination) clock(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	// Every service may ask for one of these.
	for _, name := range []string{schema.StreamPolls, schema.StreamOps, schema.StreamEnriched} {
		name = e.bus.Root().Stream(name)
		if ok, err := e.attempt(ctx, "$JS.API.STREAM.INFO."+name); err != nil || !ok {
			continue
		}
		asked := time.Now()
		s, err := e.bus.JetStream().Stream(ctx, name)
		if err != nil {
			continue
		}
		told := s.CachedInfo().TimeStamp
		e.apart(told.Sub(asked.Add(time.Since(asked) / 2)))
		return
	}
	e.add("clock", Skip, "the server's clock is asked for with a stream, and none answers", "")
}

func (e *examination) apart(by time.Duration) {
	text := fmt.Sprintf("the server's is %s from this machine's", by.Abs().Round(time.Millisecond))
	const do = "let NTP set both clocks (timedatectl, chronyc tracking): polls and dates of the first sight go by the server's, logs by this machine's"
	switch {
	case by.Abs() > clockFail:
		e.add("clock", Fail, text, do)
	case by.Abs() > clockWarn:
		e.add("clock", Warn, text, do)
	default:
		e.add("clock", OK, text, "")
	}
}

// quiet keeps the client library from telling of each refusal.
func (e *examination) quiet() {
	e.bus.JetStream().Conn().SetErrorHandler(func(*nats.Conn, *nats.Subscription, error) {})
}

// size is a number of bytes, for people.
func size(n int64) string {
	const gib = 1 << 30
	if n >= gib {
		return fmt.Sprintf("%.1f GiB", float64(n)/gib)
	}
	return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
}

// patience is how long an answer is waited for.
const patience = 5 * time.Second
