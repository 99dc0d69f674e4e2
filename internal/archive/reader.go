package archive

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/dateline-news/dateline/internal/store"
	"github.com/dateline-news/dateline/pkg/bus"
)

// Errors of a Reader.
var (
	ErrNoStream = errors.New("the archive holds nothing of it")
	ErrFormat   = errors.New("only files of whole messages (jsonl) can be read as a stream")
	ErrFollow   = errors.New("an archive has an end: it cannot be followed")
	// ErrDamaged says that a file is not what its manifest says.
	ErrDamaged = errors.New("damaged")
)

// Reader reads an archive as a bus reads streams. It is safe for concurrent use
// when its store is, as those of this repository are for reading.
type Reader struct{ store store.Store }

// NewReader returns a reader of the archive in a store.
func NewReader(s store.Store) *Reader { return &Reader{s} }

// Kind is the folder of a stream: its contract's name in lower case.
func Kind(stream string) string { return strings.ToLower(stream) }

// messages is what the archive holds of a stream, when that are whole messages.
func (r *Reader) messages(ctx context.Context, stream string) (*held, error) {
	h, err := r.held(ctx, stream)
	if err == nil && h.format != FormatJSONL {
		return nil, fmt.Errorf("%s: format %s: %w", stream, h.format, ErrFormat)
	}
	return h, err
}

// held is what the archive holds of a stream.
func (r *Reader) held(ctx context.Context, stream string) (*held, error) {
	kind := Kind(stream)
	c, err := read(ctx, r.store, kind)
	if err != nil {
		return nil, err
	}
	if len(c.days) == 0 {
		return nil, fmt.Errorf("%s: %w", stream, ErrNoStream)
	}
	h := &held{store: r.store, kind: kind, parts: c.parts(), covered: c.covered()}
	for _, m := range c.days {
		h.stream, h.created, h.format = m.Stream, m.Created, m.Format
	}
	return h, nil
}

// Read yields what bus.Read yields, for the same options but New and Follow: the
// messages of a stretch in their order, each once. Delivery.Pending is not told,
// and HeadersOnly tells no sizes.
// A file is checked before its first message is yielded. An error, which names a
// damaged file and is an ErrDamaged, is the last it yields.
func (r *Reader) Read(ctx context.Context, o bus.ReadOptions) iter.Seq2[bus.Delivery, error] {
	return func(yield func(bus.Delivery, error) bool) {
		if o.New || o.Follow {
			yield(bus.Delivery{}, ErrFollow)
			return
		}
		h, err := r.messages(ctx, o.Stream)
		if err == nil && o.Progress != nil {
			ahead := o
			ahead.Until = time.Time{}
			var n uint64
			if n, err = h.count(ctx, stretching{options: ahead}); err == nil {
				o.Progress(n)
			}
		}
		if err == nil {
			err = h.read(ctx, stretching{options: o}, yield)
		}
		if err != nil && !errors.Is(err, errStop) {
			yield(bus.Delivery{}, err)
		}
	}
}

// Count is how many messages Read yields for the same options. Without Filters the
// manifests tell, but for the files around the ends of the stretch.
func (r *Reader) Count(ctx context.Context, o bus.ReadOptions) (uint64, error) {
	h, err := r.messages(ctx, o.Stream)
	if err != nil {
		return 0, err
	}
	return h.count(ctx, stretching{options: o})
}

// Holding is what an archive holds of a stream.
type Holding struct {
	// Stream is its name on its server, and Created when that made it: a stream that
	// differs in one of them has other sequences.
	Stream  string
	Created time.Time
	// Messages is how many, and First and Last are the sequences at the ends.
	Messages    uint64
	First, Last uint64
	// Missing is how many sequences between the ends the archive says nothing of:
	// the stream had let them go before they were archived.
	Missing uint64
}

// Held tells what the archive holds of a stream, by its manifests.
func (r *Reader) Held(ctx context.Context, stream string) (Holding, error) {
	h, err := r.held(ctx, stream)
	if err != nil {
		return Holding{}, err
	}
	all := Holding{Stream: h.stream, Created: h.created, First: h.parts[0].First, Last: h.covered[len(h.covered)-1].last}
	for _, p := range h.parts {
		all.Messages += p.Messages
	}
	for i := 1; i < len(h.covered); i++ {
		all.Missing += h.covered[i].first - h.covered[i-1].last - 1
	}
	return all, nil
}

// Check reads all files of a stream and yields what is wrong with them: each error
// names a file, and is an ErrDamaged. Its store may hold any format.
func (r *Reader) Check(ctx context.Context, stream string) iter.Seq[error] {
	return func(yield func(error) bool) {
		c, err := read(ctx, r.store, Kind(stream))
		if err != nil {
			yield(err)
			return
		}
		h := &held{store: r.store, kind: Kind(stream), parts: c.parts()}
		for _, p := range h.parts {
			for _, f := range p.Files {
				file, err := h.open(ctx, p.day, f)
				if err == nil {
					err = file.Close()
				}
				if err != nil && !yield(err) {
					return
				}
			}
		}
	}
}

// held is what an archive holds of one stream.
type held struct {
	store   store.Store
	kind    string
	stream  string // its name on the server
	created time.Time
	format  string
	parts   []dayPart
	covered []stretch
}

// errStop says that no more messages are wanted.
var errStop = errors.New("no more")

// read yields the messages of a stretch. It returns errStop when no more are
// wanted.
func (h *held) read(ctx context.Context, s stretching, yield func(bus.Delivery, error) bool) error {
	for _, p := range h.parts {
		if s.before(p.Part) {
			continue
		}
		err := h.each(ctx, p, func(d bus.Delivery) error {
			switch ended, wanted := s.next(d); {
			case ended:
				return errStop
			case !wanted:
				return nil
			}
			if s.options.HeadersOnly {
				d.Data = nil
			}
			if !yield(d, nil) {
				return errStop
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// stretching tells the messages of a stretch from those around it, as a stream
// does: Since is where it begins, whatever the times of the messages after that
// are, and Until ends it for good.
type stretching struct {
	options bus.ReadOptions
	from    uint64 // the first sequence that is wanted of it
	to      uint64 // the last, if not 0
	begun   bool
	last    uint64
}

// before reports whether a part is before what is wanted of the stretch.
func (s *stretching) before(p Part) bool {
	o := s.options
	if p.Last < max(s.from, o.From) {
		s.begun = s.begun || o.From == 0 && !p.LastTime.Before(o.Since)
		return true
	}
	return !s.begun && o.From == 0 && !o.Since.IsZero() && o.Since.Sub(p.LastTime) > clockSkew
}

// clockSkew is by how much the clock of a stream may go back, when its leader
// changes or its machine's clock is set.
const clockSkew = time.Hour

// next reports whether the stretch has ended before a message, and otherwise
// whether the message is wanted.
func (s *stretching) next(d bus.Delivery) (ended, wanted bool) {
	o := s.options
	if !s.begun {
		s.begun = d.Sequence >= o.From && (o.From > 0 || !d.Time.Before(o.Since))
	}
	switch {
	case !s.begun, d.Sequence < s.from, d.Sequence <= s.last:
		return false, false
	case !onFilters(o.Filters, d.Subject):
		return false, false
	case !o.Until.IsZero() && !d.Time.Before(o.Until), s.to > 0 && d.Sequence > s.to:
		return true, false
	}
	s.last = d.Sequence
	return false, true
}

func onFilters(filters []string, subject string) bool {
	return len(filters) == 0 || slices.ContainsFunc(filters, func(f string) bool { return bus.Matches(f, subject) })
}

// count counts the messages of a stretch, by the manifests where they tell.
func (h *held) count(ctx context.Context, s stretching) (n uint64, err error) {
	for _, p := range h.parts {
		if s.before(p.Part) {
			continue
		}
		if len(s.options.Filters) == 0 && s.whole(p.Part) {
			n += p.Messages - p.LeftOut
			s.begun, s.last = true, p.Last
			continue
		}
		err := h.each(ctx, p, func(d bus.Delivery) error {
			ended, wanted := s.next(d)
			if ended {
				return errStop
			}
			if wanted {
				n++
			}
			return nil
		})
		if errors.Is(err, errStop) {
			return n, nil
		}
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// whole reports whether all messages of a part are in the stretch.
func (s *stretching) whole(p Part) bool {
	o := s.options
	begun := s.begun || p.First >= o.From && (o.From > 0 || o.Since.IsZero() || !p.FirstTime.Before(o.Since))
	return begun && p.First >= s.from && p.First > s.last && (s.to == 0 || p.Last <= s.to) && (o.Until.IsZero() || o.Until.Sub(p.LastTime) > clockSkew && o.Until.Sub(p.FirstTime) > clockSkew)
}

// maxLine bounds a line: a message of 1 MiB in base64, with its headers.
const maxLine = 16 << 20

// each calls a function with the messages of a part.
func (h *held) each(ctx context.Context, p dayPart, f func(bus.Delivery) error) error {
	name := path.Join(folder(h.kind, p.day), p.Files[0].Name)
	file, err := h.open(ctx, p.day, p.Files[0])
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }() // it is only read
	for d, err := range records(file) {
		if err != nil {
			return fmt.Errorf("%s is %w: %w", name, ErrDamaged, err)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		d.Stream = h.stream
		if err := f(d); err != nil {
			return err
		}
	}
	return nil
}

// records yields the messages of a file. An error is the last it yields.
func records(file io.Reader) iter.Seq2[bus.Delivery, error] {
	return func(yield func(bus.Delivery, error) bool) {
		unpacked, err := zstd.NewReader(file, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(2*window))
		if err != nil {
			yield(bus.Delivery{}, fmt.Errorf("zstd: %w", err))
			return
		}
		defer unpacked.Close()
		lines := bufio.NewScanner(unpacked)
		lines.Buffer(make([]byte, 0, 64<<10), maxLine)
		for lines.Scan() {
			d, err := parseRecord(lines.Bytes())
			if !yield(d, err) || err != nil {
				return
			}
		}
		if err := lines.Err(); err != nil {
			yield(bus.Delivery{}, err)
		}
	}
}

// open opens a file when it is what the manifest says.
func (h *held) open(ctx context.Context, day string, f File) (io.ReadSeekCloser, error) {
	name := path.Join(folder(h.kind, day), f.Name)
	file, err := h.store.Open(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("%s is %w: %w", name, ErrDamaged, err)
	}
	hash := sha256.New()
	n, err := io.Copy(hash, file)
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if sum := hex.EncodeToString(hash.Sum(nil)); err == nil && (n != f.Bytes || sum != f.SHA256) {
		err = fmt.Errorf("%d bytes with the hash %s, where the manifest says %d with %s", n, sum, f.Bytes, f.SHA256)
	}
	if err != nil {
		_ = file.Close() // it was only read
		return nil, fmt.Errorf("%s is %w: %w", name, ErrDamaged, err)
	}
	return file, nil
}
