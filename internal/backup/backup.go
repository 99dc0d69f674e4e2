// Package backup keeps the streams of a pipeline in files, with their consumers
// and the sequences of their messages, and puts them back on a server that has
// none. It asks the server for its own snapshots, so that what comes back is what
// was there, byte for byte.
package backup

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
)

// Errors that a caller may test for.
var (
	// ErrThere says that a place is not empty: a folder that holds a backup, or a
	// server that holds a stream.
	ErrThere = errors.New("is there already")
	// ErrDamaged says that a backup is not what was written.
	ErrDamaged = errors.New("backup is damaged")
)

// Manifest is what a backup holds. It is written last, as backup.json: a folder
// without it holds no backup.
type Manifest struct {
	// Format is 1.
	Format int `json:"format"`
	// Root is the first token of the pipeline's subjects.
	Root schema.Root `json:"root"`
	// Server is the version of the NATS server.
	Server string `json:"server"`
	// Begun and Ended are by the clock of the machine that asked. What was
	// acknowledged before Begun is in the backup.
	Begun time.Time `json:"begun"`
	Ended time.Time `json:"ended"`
	// Streams are in the order in which they were kept, see order.
	Streams []Stream `json:"streams"`
}

// Stream is a stream that was kept.
type Stream struct {
	Name string `json:"name"`
	// File is the name of the server's snapshot in the folder, of so many bytes.
	File   string `json:"file"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
	// State is what the stream held.
	State State `json:"state"`
	// Config is its configuration, as the server has it.
	Config json.RawMessage `json:"config"`
}

// State is what a stream holds, as the server's API has it.
type State struct {
	Messages  uint64    `json:"messages"`
	Bytes     uint64    `json:"bytes"`
	First     uint64    `json:"first_seq"`
	FirstTime time.Time `json:"first_ts"`
	Last      uint64    `json:"last_seq"`
	LastTime  time.Time `json:"last_ts"`
	Consumers int       `json:"consumer_count"`
}

const (
	format       = 1
	manifestName = "backup.json"
	// maxManifest bounds a manifest that is read.
	maxManifest = 1 << 20
)

// order is in which streams are kept while the pipeline works: along the way of a
// message. Each is older than those behind it, so after a restore a stage may find
// that its work is done already, which it is made for, and never misses any. The
// schedule comes before the memory of feeds, and that before the items: a poll
// that is made again finds nothing remembered that was not kept.
func order(root schema.Root) []string {
	bucket := func(name string) string { return "KV_" + root.Stream(name) }
	return []string{
		bucket(schema.BucketFeeds), root.Stream(schema.StreamPolls), bucket(schema.BucketFeedMemory), bucket(schema.BucketPush),
		root.Stream(schema.StreamFound), root.Stream(schema.StreamItems), root.Stream(schema.StreamArticles), root.Stream(schema.StreamEnriched),
		root.Stream(schema.StreamMentions), root.Stream(schema.StreamStories), root.Stream(schema.StreamDead), root.Stream(schema.StreamOps),
		bucket(schema.BucketJobs), root.Stream(schema.StreamReplay), bucket(schema.BucketHosts),
	}
}

// Write keeps all streams of the pipeline in a folder, which it makes. tell is
// called for each stream that is kept. Streams in memory are left out: they are
// made again by `dateline setup`.
func Write(ctx context.Context, b *bus.Bus, dir string, tell func(Stream)) (Manifest, error) {
	m := Manifest{Format: format, Root: b.Root(), Server: b.JetStream().Conn().ConnectedServerVersion(), Begun: time.Now().UTC()}
	if _, err := os.Stat(filepath.Join(dir, manifestName)); err == nil {
		return m, fmt.Errorf("%s: a backup %w", dir, ErrThere)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return m, fmt.Errorf("backup: %w", err)
	}
	for _, name := range order(b.Root()) {
		kept, err := inFiles(ctx, b, name)
		if err != nil {
			return m, err
		}
		if !kept {
			continue
		}
		s, err := writeStream(ctx, b, dir, name)
		if err != nil {
			return m, fmt.Errorf("keep stream %s: %w", name, err)
		}
		m.Streams = append(m.Streams, s)
		tell(s)
	}
	m.Ended = time.Now().UTC()
	return m, writeManifest(dir, m)
}

// inFiles reports whether a stream is kept on disk.
func inFiles(ctx context.Context, b *bus.Bus, name string) (bool, error) {
	stream, err := b.JetStream().Stream(ctx, name)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		return false, fmt.Errorf("stream %s is %w", name, bus.ErrNotSetUp)
	}
	if err != nil {
		return false, fmt.Errorf("stream %s: %w", name, err)
	}
	return stream.CachedInfo().Config.Storage == jetstream.FileStorage, nil
}

// writeManifest writes the manifest so that it is there whole or not at all.
func writeManifest(dir string, m Manifest) error {
	data, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	unfinished := filepath.Join(dir, manifestName+".new")
	if err := writeFile(unfinished, append(data, '\n')); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	if err := os.Rename(unfinished, filepath.Join(dir, manifestName)); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	return nil
}

// writeFile writes a file for its owner alone and sees it on disk.
func writeFile(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Sync(), f.Close())
}

// Read reads the manifest of a backup.
func Read(dir string) (Manifest, error) {
	var m Manifest
	f, err := os.Open(filepath.Join(dir, manifestName))
	if err != nil {
		return m, fmt.Errorf("no backup: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxManifest))
	if err != nil {
		return m, fmt.Errorf("backup: %w", err)
	}
	return parse(data)
}

// streamName is what a stream of the pipeline may be called.
var streamName = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

// parse reads the bytes of a manifest. Its names become subjects and those of files.
func parse(data []byte) (Manifest, error) {
	var m Manifest
	if err := json.Unmarshal(data, &m); err != nil {
		return m, fmt.Errorf("%s: %w: %w", manifestName, ErrDamaged, err)
	}
	if m.Format != format {
		return m, fmt.Errorf("%s: format %d, want %d: it was made by another release of dateline", manifestName, m.Format, format)
	}
	if err := m.Root.Validate(); err != nil {
		return m, fmt.Errorf("%s: %w: %w", manifestName, ErrDamaged, err)
	}
	for _, s := range m.Streams {
		if !streamName.MatchString(s.Name) || s.File != filepath.Base(s.File) || !filepath.IsLocal(s.File) || s.File == "." {
			return m, fmt.Errorf("%s: %w: stream %q in file %q", manifestName, ErrDamaged, s.Name, s.File)
		}
	}
	return m, nil
}
