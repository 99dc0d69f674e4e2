package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path"
	"strconv"
	"strings"
	"sync/atomic"
)

// Dir is a store in a folder. Nothing that it is asked for leads out of it.
type Dir struct {
	root *os.Root
	lock *os.File     // nil when it is only read
	made atomic.Int64 // how many files were begun
}

// The store's own files: what is not finished, and the lock.
const (
	partDir  = ".part"
	lockName = ".lock"
)

// NewDir opens a folder. To write, it is made, locked, and rid of what a killed
// process has left unfinished.
func NewDir(dir string, m Mode) (*Dir, error) {
	if m == Write {
		// #nosec G301 -- for others to read, as the umask allows
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return nil, fmt.Errorf("store: %w", err)
		}
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	d := &Dir{root: root}
	if m == Write {
		err = d.claim()
	}
	if err != nil {
		_ = d.Close() // nothing was written
		return nil, fmt.Errorf("store %s: %w", dir, err)
	}
	return d, nil
}

func (d *Dir) claim() (err error) {
	if d.lock, err = d.root.OpenFile(lockName, os.O_CREATE|os.O_RDWR, 0o644); err != nil {
		return err
	}
	if err := lock(d.lock); err != nil {
		return err
	}
	return errors.Join(d.root.RemoveAll(partDir), d.root.Mkdir(partDir, 0o755))
}

// Create implements Store.
func (d *Dir) Create() (File, error) {
	part := path.Join(partDir, strconv.FormatInt(d.made.Add(1), 10))
	file, err := d.root.OpenFile(part, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	return &dirFile{File: file, dir: d, part: part}, nil
}

// dirFile is a file beside the others until it is whole.
type dirFile struct {
	*os.File
	dir  *Dir
	part string // empty once it is committed or given up
}

// Commit implements File: the bytes are on the disk before the name is, and the
// name before it returns.
func (f *dirFile) Commit(_ context.Context, name string) error {
	err := checkName(name)
	if err == nil {
		err = errors.Join(f.Sync(), f.Close())
	}
	if err == nil {
		err = f.dir.root.MkdirAll(path.Dir(name), 0o755)
	}
	if err == nil {
		err = f.dir.root.Rename(f.part, name)
	}
	if err != nil {
		return fmt.Errorf("store: %w", err)
	}
	f.part = ""
	return f.dir.sync(path.Dir(name))
}

// Discard implements File.
func (f *dirFile) Discard() {
	if f.part != "" {
		_ = errors.Join(f.Close(), f.dir.root.Remove(f.part)) // the next to open the store removes it
		f.part = ""
	}
}

// sync makes the entries of a folder durable, and of those that it is in.
func (d *Dir) sync(name string) error {
	for {
		dir, err := d.root.Open(name)
		if err == nil {
			err = errors.Join(dir.Sync(), dir.Close())
		}
		if err != nil {
			return fmt.Errorf("store: %w", err)
		}
		if name == "." {
			return nil
		}
		name = path.Dir(name)
	}
}

// Open implements Store.
func (d *Dir) Open(_ context.Context, name string) (io.ReadSeekCloser, error) {
	if err := checkName(name); err != nil {
		return nil, err
	}
	file, err := d.root.Open(name)
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	return file, nil
}

// List implements Store.
func (d *Dir) List(ctx context.Context, prefix string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		top := path.Clean(strings.TrimSuffix(prefix, "/"))
		err := fs.WalkDir(d.root.FS(), top, func(name string, entry fs.DirEntry, err error) error {
			switch {
			case err == nil:
				err = ctx.Err()
			case errors.Is(err, fs.ErrNotExist):
				return nil
			}
			if err != nil {
				return err
			}
			if name != "." && strings.HasPrefix(entry.Name(), ".") {
				if entry.IsDir() {
					return fs.SkipDir
				}
				return nil
			}
			if entry.Type().IsRegular() && !yield(name, nil) {
				return fs.SkipAll
			}
			return nil
		})
		if err != nil {
			yield("", fmt.Errorf("store: %w", err))
		}
	}
}

// Remove implements Store.
func (d *Dir) Remove(_ context.Context, name string) error {
	if err := checkName(name); err != nil {
		return err
	}
	if err := d.root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("store: %w", err)
	}
	return nil
}

// Close implements Store.
func (d *Dir) Close() error {
	if d.lock == nil {
		return d.root.Close()
	}
	return errors.Join(d.lock.Close(), d.root.Close()) // closing ends the lock
}
