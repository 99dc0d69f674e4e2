package archive

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/dateline-news/dateline/internal/store"
)

// Manifest says what the store holds of one stream and day. A file that no
// manifest names is not there.
type Manifest struct {
	// Version is that of the manifest's own form, 1.
	Version int `json:"version"`
	// Format is the name of the format of its files.
	Format string `json:"format"`
	// Stream is the stream's name on its server, and Created when that made it: it
	// tells the stream from another of its name.
	Stream  string    `json:"stream"`
	Created time.Time `json:"created"`
	// Filters are the subjects that were taken; all when empty.
	Filters []string `json:"filters,omitempty"`
	// Day is when the messages were stored, YYYY-MM-DD in UTC.
	Day string `json:"day"`
	// Parts are in the order of their sequences.
	Parts []Part `json:"parts"`
}

// Part is a run of messages.
type Part struct {
	// First and Last are the sequences of its messages, and all on the filters from
	// After+1 to Last are in it. FirstTime and LastTime are when they were stored.
	After     uint64    `json:"after"`
	First     uint64    `json:"first"`
	Last      uint64    `json:"last"`
	FirstTime time.Time `json:"first_time"`
	LastTime  time.Time `json:"last_time"`
	// Messages is how many they are, and LeftOut how many of them the format has
	// no place for.
	Messages uint64 `json:"messages"`
	LeftOut  uint64 `json:"left_out,omitempty"`
	// Files hold them.
	Files []File `json:"files"`
}

// File is a file of a part.
type File struct {
	// Name is its name in the folder of the manifest.
	Name string `json:"name"`
	// Bytes is its length, and SHA256 the hash of its bytes in hex.
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// Errors of manifests.
var (
	ErrManifest = errors.New("not a manifest of this version")
	ErrOther    = errors.New("it holds something else")
)

const (
	manifestVersion = 1
	manifestName    = "manifest.json"
	maxManifest     = 64 << 20 // bytes: some 200,000 parts in a day
)

// folder is where the files of a day are: KIND/day=YYYY-MM-DD.
func folder(kind, day string) string { return kind + "/day=" + day }

var (
	ownName  = regexp.MustCompile(`^[a-z]+/day=\d{4}-\d\d-\d\d/(manifest\.json|[a-z]+-\d{20}\.[a-z.]+)$`)
	fileName = regexp.MustCompile(`^[a-z]+-\d{20}\.[a-z.]+$`)
)

// contents are the manifests of one kind, by day, and the files that none of them
// names.
type contents struct {
	days    map[string]*Manifest
	orphans []string
}

// read reads the manifests of a kind.
func read(ctx context.Context, s store.Store, kind string) (contents, error) {
	c := contents{days: map[string]*Manifest{}}
	var files []string
	for name, err := range s.List(ctx, kind+"/") {
		if err != nil {
			return c, err
		}
		switch {
		case !ownName.MatchString(name):
		case path.Base(name) == manifestName:
			m, err := readManifest(ctx, s, name)
			if err != nil {
				return c, fmt.Errorf("%s: %w", name, err)
			}
			c.days[m.Day] = m
		default:
			files = append(files, name)
		}
	}
	known := map[string]bool{}
	for day, m := range c.days {
		for _, p := range m.Parts {
			for _, f := range p.Files {
				known[path.Join(folder(kind, day), f.Name)] = true
			}
		}
	}
	c.orphans = slices.DeleteFunc(files, func(name string) bool { return known[name] })
	return c, nil
}

func readManifest(ctx context.Context, s store.Store, name string) (*Manifest, error) {
	file, err := s.Open(ctx, name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // it is only read
	data, err := io.ReadAll(io.LimitReader(file, maxManifest+1))
	if err != nil {
		return nil, err
	}
	return parseManifest(name, data)
}

// parseManifest reads the bytes of a manifest of that name.
func parseManifest(name string, data []byte) (*Manifest, error) {
	m := new(Manifest)
	if err := json.Unmarshal(data, m); err != nil || len(data) > maxManifest {
		return nil, errors.Join(ErrManifest, err)
	}
	if m.Version != manifestVersion || path.Base(path.Dir(name)) != "day="+m.Day || !m.sound() {
		return nil, ErrManifest
	}
	return m, nil
}

// sound reports whether parts are in order, and files where they belong.
func (m *Manifest) sound() bool {
	last := uint64(0)
	for _, p := range m.Parts {
		if p.After < last || p.First <= p.After || p.Last < p.First || p.Messages == 0 || len(p.Files) == 0 {
			return false
		}
		last = p.Last
		for _, f := range p.Files {
			if !fileName.MatchString(f.Name) {
				return false
			}
		}
	}
	return true
}

// add adds a part in its place.
func (m *Manifest) add(p Part) {
	at, _ := slices.BinarySearchFunc(m.Parts, p, func(a, b Part) int {
		if a.First < b.First {
			return -1
		}
		return 1
	})
	m.Parts = slices.Insert(m.Parts, at, p)
}

// write makes the manifest durable.
func (m *Manifest) write(ctx context.Context, s store.Store, kind string) error {
	data, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return fmt.Errorf("manifest: %w", err)
	}
	file, err := s.Create()
	if err != nil {
		return err
	}
	defer file.Discard()
	if _, err := file.Write(append(data, '\n')); err != nil {
		return fmt.Errorf("manifest: %w", err)
	}
	return file.Commit(ctx, path.Join(folder(kind, m.Day), manifestName))
}

// same says how a manifest differs from what is to be written beside it.
func (m *Manifest) same(o *Manifest) error {
	switch {
	case m.Format != o.Format:
		return fmt.Errorf("%w: format %s, not %s", ErrOther, o.Format, m.Format)
	case m.Stream != o.Stream || !m.Created.Equal(o.Created):
		return fmt.Errorf("%w: stream %s of %s, not %s of %s", ErrOther, o.Stream, o.Created.Format(time.RFC3339), m.Stream, m.Created.Format(time.RFC3339))
	case !slices.Equal(m.Filters, o.Filters):
		return fmt.Errorf("%w: subjects %q, not %q", ErrOther, strings.Join(o.Filters, " "), strings.Join(m.Filters, " "))
	}
	return nil
}

// stretch is a run of sequences, both ends included, of which a store holds all.
type stretch struct{ first, last uint64 }

// covered are the stretches that a store holds, in order, those that meet as one.
func (c contents) covered() []stretch {
	var all []stretch
	for _, p := range c.parts() {
		if n := len(all); n > 0 && p.After <= all[n-1].last {
			all[n-1].last = max(all[n-1].last, p.Last)
			continue
		}
		all = append(all, stretch{p.After + 1, p.Last})
	}
	return all
}

// dayPart is a part with its day.
type dayPart struct {
	Part
	day string
}

// parts are all parts by their sequences.
func (c contents) parts() []dayPart {
	var all []dayPart
	for day, m := range c.days {
		for _, p := range m.Parts {
			all = append(all, dayPart{p, day})
		}
	}
	slices.SortFunc(all, func(a, b dayPart) int {
		if a.First < b.First {
			return -1
		}
		return 1
	})
	return all
}
