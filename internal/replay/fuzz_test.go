package replay

import (
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
)

// FuzzFolder holds that a folder with whatever state is refused, or goes on: what was
// in its files is there up to where the state says, files of others stay, and how far
// it is then is read back.
func FuzzFolder(f *testing.F) {
	const first, later = "items-2026-03-01.txt", "items-2026-03-03.txt"
	for _, state := range []string{
		"", "{", "null", `{"job":"one"}`, `{"job":"two"}`, `{"job":"one","sequence":3,"messages":3,"file":"items-2026-03-01.txt","bytes":5}`,
		`{"job":"one","file":"items-2026-03-01.txt","bytes":-1}`, `{"job":"one","file":"items-2026-03-01.txt","bytes":1000}`,
		`{"job":"one","file":"items-2026-03-01.txt","bytes":1152921504606846976}`, `{"job":"one","file":"items-9999-12-31.txt","bytes":4}`,
		`{"job":"one","file":"items-2026-02-30.txt"}`, `{"job":"one","file":"replay.json"}`, `{"job":"one","file":"../notes.txt"}`, `{"job":"one","file":"zzz"}`,
		`{"job":"one","sequence":18446744073709551615,"messages":18446744073709551615,"live":1,"ended":true}`,
	} {
		f.Add([]byte(state))
	}
	f.Fuzz(func(t *testing.T, state []byte) {
		dir := t.TempDir()
		before := map[string]string{StateName: string(state), first: "1\n2\n3\n", later: "4\n", "items-of-mine-1.txt": "mine", "notes.txt": "mine"}
		for name, text := range before {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		p, err := resumed(t, dir)
		after := texts(t, dir)
		if err == nil {
			if again, err := resumed(t, dir); err != nil || again.Sequence != p.Sequence+1 || again.Done != p.Done+1 || again.Live != p.Live || again.Marked != p.Marked {
				t.Errorf("went on at %+v, and then at %+v: %v", p, again, err)
			}
		}
		for name, text := range after {
			switch was, there := before[name]; {
			case name == StateName && (err == nil || text == was):
			case there && name != first && name != later && text != was, there && err != nil && text != was:
				t.Errorf("after %q: %s was %q, is %q", state, name, was, text)
			case len(text) > 100 || strings.Contains(text, "\x00"):
				t.Errorf("after %q: %s has %d bytes", state, name, len(text))
			case !there && !strings.HasPrefix(name, "items-"):
				t.Errorf("after %q: there is %q", state, name)
			}
		}
		if after["items-of-mine-1.txt"] == "" || after["notes.txt"] == "" || err != nil && len(after) != len(before) {
			t.Errorf("after %q: %v is left", state, slices.Collect(maps.Keys(after)))
		}
	})
}

// resumed goes on with a folder, by one message, and says where.
func resumed(t *testing.T, dir string) (schema.Progress, error) {
	t.Helper()
	out, err := NewFolder(dir, "items", ".txt", "one", func(w io.Writer, _ bool) (Encoder, error) { return lines{w}, nil })
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := out.Close(); err != nil {
			t.Error(err)
		}
	}()
	p, err := out.Resume(t.Context(), schema.Progress{})
	if err != nil {
		return p, err
	}
	next := p
	next.Sequence, next.Done = p.Sequence+1, p.Done+1
	at := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	if err := out.Deliver(t.Context(), []bus.Delivery{{Sequence: next.Sequence, Time: at}}); err != nil {
		t.Fatal(err)
	}
	if err := out.Sync(t.Context(), &next); err != nil {
		t.Fatal(err)
	}
	return p, nil
}

// lines writes the sequences of messages, a line each.
type lines struct{ io.Writer }

func (l lines) Message(d bus.Delivery) error {
	_, err := fmt.Fprintln(l, d.Sequence)
	return err
}

func texts(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all[e.Name()] = string(text)
	}
	return all
}

// FuzzSeen holds that whatever headers a stream has on its messages, what a replay
// takes for its own output is counted once, and never leads it back.
func FuzzSeen(f *testing.F) {
	for _, header := range []string{"", "1", "7", "-1", "1.5", " 8", "18446744073709551615", "18446744073709551616", "x"} {
		f.Add(header, "", uint64(7), uint64(3), uint64(0), false)
		f.Add(header, "", uint64(0), uint64(3), uint64(2), true)
		f.Add(header, "12", uint64(math.MaxUint64), uint64(3), uint64(2), false)
	}
	f.Fuzz(func(t *testing.T, sequence, end string, at, done, live uint64, marked bool) {
		before := schema.Progress{Sequence: at, Done: done, Live: live, Marked: marked}
		d := bus.Delivery{Header: nats.Header{schema.HeaderReplaySequence: {sequence}, schema.HeaderReplayEnd: {end}}}
		after := seen(before, d)
		counted := after.Done - before.Done + after.Live - before.Live
		if after.Sequence < before.Sequence || counted > 1 || (counted == 1) != (after.Sequence > before.Sequence) || before.Marked && !after.Marked {
			t.Errorf("%q, %q: %+v became %+v", sequence, end, before, after)
		}
		if again := seen(after, d); again != after {
			t.Errorf("%q, %q, again: %+v became %+v", sequence, end, after, again)
		}
	})
}
