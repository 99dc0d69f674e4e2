package replay

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
)

// StateName is the name of the file in a folder that says how far it is.
const StateName = "replay.json"

// ErrFolder says that a folder holds another replay.
var ErrFolder = errors.New("the folder holds another replay")

// Encoder writes messages of one format. Each file has its own.
type Encoder interface {
	// Message writes a message. One that is not of its kind is left out.
	Message(d bus.Delivery) error
}

// Folder is an Output: files of a day each, PREFIX-2026-01-02.SUFFIX, by the time
// at which the messages were stored. Beside them StateName says how far they are;
// what a killed replay wrote after that is taken away again, so that each message
// is there once.
type Folder struct {
	dir, prefix, suffix string
	job                 string
	encoder             func(w io.Writer, more bool) (Encoder, error)

	root  *os.Root
	state folderState
	file  *os.File
	out   *counter
	write Encoder
}

// folderState is how far the files of a folder are.
type folderState struct {
	Job      string `json:"job"`
	Sequence uint64 `json:"sequence"`
	Messages uint64 `json:"messages"`
	Live     uint64 `json:"live,omitempty"`
	Ended    bool   `json:"ended"`
	// File is the last file, and Bytes how much of it counts.
	File  string `json:"file,omitempty"`
	Bytes int64  `json:"bytes,omitempty"`
}

// counter counts what is written through a buffer.
type counter struct {
	*bufio.Writer
	n int64
}

// Write implements io.Writer.
func (c *counter) Write(data []byte) (int, error) {
	n, err := c.Writer.Write(data)
	c.n += int64(n)
	return n, err
}

// NewFolder writes the replay of a job into a folder, which is made when it is not
// there. encoder makes the Encoder of a file; more says that the file holds
// messages already.
func NewFolder(dir, prefix, suffix, job string, encoder func(w io.Writer, more bool) (Encoder, error)) (*Folder, error) {
	// #nosec G301 -- for others to read, as the umask allows
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("folder %s: %w", dir, err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("folder %s: %w", dir, err)
	}
	return &Folder{dir: dir, prefix: prefix, suffix: suffix, job: job, encoder: encoder, root: root}, nil
}

// Close closes the folder.
func (f *Folder) Close() error { return errors.Join(f.closeFile(), f.root.Close()) }

// Resume reads how far the folder is, and takes away what was written after that.
func (f *Folder) Resume(_ context.Context, p schema.Progress) (schema.Progress, error) {
	if err := f.closeFile(); err != nil {
		return p, err
	}
	data, err := f.root.ReadFile(StateName)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		f.state = folderState{Job: f.job}
	case err != nil:
		return p, fmt.Errorf("folder %s: %w", f.dir, err)
	case json.Unmarshal(data, &f.state) != nil || f.state.Job != f.job:
		return p, fmt.Errorf("%w: %s is of job %q, want %q; choose another folder", ErrFolder, f.dir, f.state.Job, f.job)
	case f.state.File != "" && !f.isOwn(f.state.File):
		return p, fmt.Errorf("%w: %s names %.100q in %s, which is no file of this one", ErrFolder, f.dir, f.state.File, StateName)
	}
	if err := f.cut(); err != nil {
		return p, fmt.Errorf("folder %s: %w", f.dir, err)
	}
	p.Done, p.Sequence, p.Live, p.Marked = f.state.Messages, f.state.Sequence, f.state.Live, f.state.Ended
	return p, nil
}

// cut takes away what no state counts.
func (f *Folder) cut() error {
	entries, err := fs.ReadDir(f.root.FS(), ".")
	if err != nil {
		return err
	}
	for _, e := range entries {
		name := e.Name()
		if !f.isOwn(name) {
			continue
		}
		if name > f.state.File { // days are in order
			err = f.root.Remove(name)
		} else if name == f.state.File {
			err = f.truncate(name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// truncate takes away what was written to the last file since the state was. One
// that is shorter than that has lost messages.
func (f *Folder) truncate(name string) error {
	file, err := f.root.OpenFile(name, os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	info, err := file.Stat()
	switch {
	case err != nil:
	case info.Size() < f.state.Bytes || f.state.Bytes < 0:
		err = fmt.Errorf("%w: %s has %d bytes, and %s counts %d; remove both to begin anew", ErrFolder, name, info.Size(), StateName, f.state.Bytes)
	default:
		err = file.Truncate(f.state.Bytes)
	}
	return errors.Join(err, file.Close())
}

// isOwn reports whether a file may be one of the replay.
func (f *Folder) isOwn(name string) bool {
	day, _ := strings.CutPrefix(name, f.prefix+"-")
	day, _ = strings.CutSuffix(day, f.suffix)
	at, err := time.Parse(time.DateOnly, day)
	return err == nil && name == f.name(at)
}

// name is the file of messages that were stored on a day.
func (f *Folder) name(stored time.Time) string {
	return f.prefix + "-" + stored.UTC().Format(time.DateOnly) + f.suffix
}

// Deliver implements Output.
func (f *Folder) Deliver(_ context.Context, window []bus.Delivery) error {
	for _, d := range window {
		// A server whose clock went back does not reopen a day.
		name := max(f.name(d.Time), f.state.File)
		if f.file == nil || name != f.state.File {
			if err := f.open(name); err != nil {
				return fmt.Errorf("folder %s: %w", f.dir, err)
			}
		}
		if err := f.write.Message(d); err != nil {
			return fmt.Errorf("folder %s: %w", f.dir, err)
		}
	}
	return nil
}

// open begins a file, or goes on with the one that was cut.
func (f *Folder) open(name string) (err error) {
	if err := f.closeFile(); err != nil {
		return err
	}
	if f.file, err = f.root.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644); err != nil {
		return err
	}
	info, err := f.file.Stat()
	if err != nil {
		return err
	}
	f.out = &counter{bufio.NewWriterSize(f.file, 1<<18), info.Size()}
	f.state.File = name
	f.write, err = f.encoder(f.out, info.Size() > 0)
	return err
}

func (f *Folder) closeFile() error {
	if f.file == nil {
		return nil
	}
	err := errors.Join(f.out.Flush(), f.file.Sync(), f.file.Close())
	f.file = nil
	return err
}

// End implements Output: Sync writes that the stretch has ended.
func (f *Folder) End(context.Context, uint64) error { return nil }

// Sync writes how far the folder is, after the files are on the disk.
func (f *Folder) Sync(_ context.Context, p *schema.Progress) error {
	state := f.state
	state.Sequence, state.Messages, state.Live, state.Ended = p.Sequence, p.Done, p.Live, p.Marked
	if f.file != nil {
		if err := errors.Join(f.out.Flush(), f.file.Sync()); err != nil {
			return fmt.Errorf("folder %s: %w", f.dir, err)
		}
		state.Bytes = f.out.n
	}
	if state == f.state {
		return nil
	}
	data, err := json.Marshal(state)
	if err != nil {
		return fmt.Errorf("folder %s: %w", f.dir, err)
	}
	if err := f.replace(append(data, '\n')); err != nil {
		return fmt.Errorf("folder %s: %w", f.dir, err)
	}
	f.state = state
	return nil
}

// replace puts the state in place of the one before, of which there always is a
// whole one.
func (f *Folder) replace(data []byte) error {
	const next = StateName + ".next"
	file, err := f.root.OpenFile(next, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return err
	}
	return f.root.Rename(next, StateName)
}
