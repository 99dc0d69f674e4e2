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

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/dateline-news/dateline/pkg/bus"
)

// Restore puts all streams of a backup back, each with its consumers and the
// sequences that its messages had. The server must hold none of them. replicas is
// how many servers are to hold each, 0 for as many as did. tell is called for each
// stream that is back.
func Restore(ctx context.Context, b *bus.Bus, dir string, replicas int, tell func(Stream)) error {
	m, err := Read(dir)
	if err != nil {
		return err
	}
	if m.Root != b.Root() {
		return fmt.Errorf("the backup is of the root %s: ask with --root %s", m.Root, m.Root)
	}
	// What is wrong is found before anything is changed.
	for _, s := range m.Streams {
		if err := s.check(dir); err != nil {
			return err
		}
		if err := absent(ctx, b.JetStream(), s.Name); err != nil {
			return err
		}
	}
	for _, s := range m.Streams {
		if err := s.restore(ctx, b.JetStream().Conn(), dir, replicas); err != nil {
			return fmt.Errorf("restore stream %s: %w", s.Name, err)
		}
		tell(s)
	}
	return nil
}

// check compares a stream's file with what was written.
func (s Stream) check(dir string) error {
	f, err := os.Open(filepath.Join(dir, s.File))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	defer f.Close()
	hash := sha256.New()
	n, err := io.Copy(hash, f)
	if err != nil {
		return fmt.Errorf("%s: %w", s.File, err)
	}
	if n != s.Bytes || hex.EncodeToString(hash.Sum(nil)) != s.SHA256 {
		return fmt.Errorf("%w: %s is not the file that was written", ErrDamaged, s.File)
	}
	return nil
}

// absent is nil when the server has no such stream.
func absent(ctx context.Context, js jetstream.JetStream, name string) error {
	_, err := js.Stream(ctx, name)
	switch {
	case errors.Is(err, jetstream.ErrStreamNotFound):
		return nil
	case err != nil:
		return fmt.Errorf("stream %s: %w", name, err)
	default:
		return fmt.Errorf("stream %s %w: a backup goes onto a server without streams; stop it, move its store away and start it again", name, ErrThere)
	}
}

func (s Stream) restore(ctx context.Context, nc *nats.Conn, dir string, replicas int) error {
	ask, err := s.request(replicas)
	if err != nil {
		return err
	}
	a, err := request(ctx, nc, apiRestore+s.Name, ask, silence)
	if err != nil {
		return err
	}
	f, err := os.Open(filepath.Join(dir, s.File))
	if err != nil {
		return err
	}
	defer f.Close()
	if err := send(ctx, nc, a.Deliver, f); err != nil {
		return err
	}
	a, err = request(ctx, nc, a.Deliver, nil, settling)
	if err != nil {
		return err
	}
	if a.State.Last < s.State.Last {
		return fmt.Errorf("its last message is %d, and was %d", a.State.Last, s.State.Last)
	}
	return nil
}

// request is what asks for the restore of a stream.
func (s Stream) request(replicas int) ([]byte, error) {
	config := map[string]json.RawMessage{}
	if err := json.Unmarshal(s.Config, &config); err != nil {
		return nil, fmt.Errorf("%w: configuration: %w", ErrDamaged, err)
	}
	if replicas > 0 {
		config["num_replicas"] = fmt.Append(nil, replicas)
	}
	return json.Marshal(map[string]any{"config": config, "state": s.State})
}

// send sends a snapshot; each part is acknowledged before the next.
func send(ctx context.Context, nc *nats.Conn, subject string, r io.Reader) error {
	part := make([]byte, chunk)
	for {
		n, err := io.ReadFull(r, part)
		if n > 0 {
			if _, err := request(ctx, nc, subject, part[:n], silence); err != nil {
				return err
			}
		}
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return nil
		case err != nil:
			return err
		}
	}
}
