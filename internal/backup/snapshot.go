package backup

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/dateline-news/dateline/pkg/bus"
)

// The server's API for snapshots, which nats.go has no functions for.
const (
	apiSnapshot = "$JS.API.STREAM.SNAPSHOT."
	apiRestore  = "$JS.API.STREAM.RESTORE."
)

const (
	// chunk is how many bytes of a snapshot go in one message, window how many may
	// be on their way.
	chunk  = 256 << 10
	window = 4 << 20
	// silence is how long the server may take for a chunk, and settling how long to
	// make a stream of them, which reads all of it.
	silence  = time.Minute
	settling = 10 * time.Minute
)

// answer is what an answer of the API may be: an error, or what was asked for.
type answer struct {
	Error *struct {
		Code        int    `json:"err_code"`
		Description string `json:"description"`
	} `json:"error"`
	Config  json.RawMessage `json:"config"`
	State   State           `json:"state"`
	Deliver string          `json:"deliver_subject"`
}

func (a answer) err() error {
	if a.Error == nil {
		return nil
	}
	return fmt.Errorf("the server says: %s (%d)", a.Error.Description, a.Error.Code)
}

// request asks the server's API, or sends it a part of what it has asked for.
func request(ctx context.Context, nc *nats.Conn, subject string, data []byte, limit time.Duration) (answer, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	var a answer
	m, err := nc.RequestWithContext(ctx, subject, data)
	if err != nil {
		return a, fmt.Errorf("ask the server (which takes the user admin): %w", err)
	}
	if len(m.Data) == 0 { // a part has arrived
		return a, nil
	}
	if err := json.Unmarshal(m.Data, &a); err != nil {
		return a, fmt.Errorf("answer of the server: %w", err)
	}
	return a, a.err()
}

// writeStream keeps a stream in a file of the folder.
func writeStream(ctx context.Context, b *bus.Bus, dir, name string) (Stream, error) {
	s := Stream{Name: name, File: name + ".snapshot"}
	f, err := os.OpenFile(filepath.Join(dir, s.File), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return s, err
	}
	hash := sha256.New()
	err = s.receive(ctx, b.JetStream().Conn(), io.MultiWriter(f, hash))
	s.SHA256 = hex.EncodeToString(hash.Sum(nil))
	return s, errors.Join(err, f.Sync(), f.Close())
}

// receive asks for a snapshot, and writes it as it comes.
func (s *Stream) receive(ctx context.Context, nc *nats.Conn, w io.Writer) error {
	inbox := nc.NewInbox()
	sub, err := nc.SubscribeSync(inbox)
	if err != nil {
		return err
	}
	defer func() { _ = sub.Unsubscribe() }() // the server sees that as an end, if it is not at its own
	ask, err := json.Marshal(map[string]any{"deliver_subject": inbox, "chunk_size": chunk, "window_size": window, "jsck": true})
	if err != nil {
		return err
	}
	a, err := request(ctx, nc, apiSnapshot+s.Name, ask, settling)
	if err != nil {
		return err
	}
	s.Config, s.State = a.Config, a.State
	for {
		m, err := next(ctx, sub)
		if err != nil {
			return err
		}
		if len(m.Data) == 0 {
			return ended(m)
		}
		if _, err := w.Write(m.Data); err != nil {
			return err
		}
		s.Bytes += int64(len(m.Data))
		if m.Reply == "" { // the last one
			continue
		}
		if err := m.Respond(nil); err != nil {
			return err
		}
	}
}

func next(ctx context.Context, sub *nats.Subscription) (*nats.Msg, error) {
	ctx, cancel := context.WithTimeout(ctx, silence)
	defer cancel()
	m, err := sub.NextMsgWithContext(ctx)
	if err != nil {
		return nil, fmt.Errorf("snapshot: %w", err)
	}
	return m, nil
}

// ended is the error that a snapshot ended with, or nil.
func ended(m *nats.Msg) error {
	const good = "204"
	if status := m.Header.Get("Status"); status != "" && status != good {
		return fmt.Errorf("snapshot ended: %s %s", status, m.Header.Get("Description"))
	}
	return nil
}
