// Package store keeps the files of exports and archives: in a folder, or in a
// bucket of a server that speaks S3. A file appears under its name whole and
// durable, or not at all.
package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"strings"
)

// Store keeps files under names with slashes. It is safe for concurrent
// use; a File is for one goroutine at a time.
type Store interface {
	// Create begins a file, which has no name before it is committed.
	Create() (File, error)
	// Open opens a file to read. When there is none, errors.Is reports
	// fs.ErrNotExist.
	Open(ctx context.Context, name string) (io.ReadSeekCloser, error)
	// List yields the names of the files whose names begin with prefix, which is
	// empty or ends in a slash, in any order. An error is the last it yields.
	List(ctx context.Context, prefix string) iter.Seq2[string, error]
	// Remove removes a file; one that is not there is no error.
	Remove(ctx context.Context, name string) error
	// Close gives the store up, for another to write.
	Close() error
}

// File is a file that is written.
type File interface {
	io.Writer
	// Commit ends the file and makes it durable under its name, in place of one
	// that is there.
	Commit(ctx context.Context, name string) error
	// Discard gives the file up. After Commit it does nothing.
	Discard()
}

// Mode is what a store is opened for.
type Mode bool

// The modes of Open.
const (
	Read  Mode = false // the folder must be there
	Write Mode = true  // the folder is made, and nobody else may write it meanwhile
)

// Errors of a store.
var (
	ErrName     = errors.New("not the name of a file in a store")
	ErrInUse    = errors.New("another process writes to it")
	ErrLocation = errors.New("want a folder, or s3://BUCKET/PREFIX")
)

// Open opens the store at a location: a folder, or s3://BUCKET/PREFIX; see the
// settings of S3 at NewS3.
func Open(ctx context.Context, location string, m Mode) (Store, error) {
	scheme, rest, found := strings.Cut(location, "://")
	switch {
	case !found && location != "":
		return NewDir(location, m)
	case scheme == "s3":
		return NewS3(ctx, rest)
	default:
		return nil, fmt.Errorf("%q: %w", location, ErrLocation)
	}
}

// checkName refuses what could lead out of a store, and what is the store's own.
func checkName(name string) error {
	if !fs.ValidPath(name) || strings.HasPrefix(name, ".") || strings.ContainsAny(name, "\\\x00") {
		return fmt.Errorf("%q: %w", name, ErrName)
	}
	return nil
}
