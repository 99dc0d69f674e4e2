package replay_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dateline-news/dateline/internal/replay"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
)

// numbers writes the sequences of messages, a line each.
type numbers struct{ io.Writer }

func (n numbers) Message(d bus.Delivery) error {
	_, err := fmt.Fprintln(n, d.Sequence)
	return err
}

func open(t *testing.T, dir, job string) *replay.Folder {
	t.Helper()
	f, err := replay.NewFolder(dir, "items", ".txt", job, func(w io.Writer, more bool) (replay.Encoder, error) {
		if !more {
			if _, err := fmt.Fprintln(w, "begin"); err != nil {
				return nil, err
			}
		}
		return numbers{w}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// days are messages of some days, three a day.
func days(n int) listed {
	at := time.Date(2026, 3, 1, 22, 0, 0, 0, time.UTC)
	var l listed
	for i := range 3 * n {
		l = append(l, bus.Delivery{Sequence: uint64(i + 1), Time: at.AddDate(0, 0, i/3).Add(time.Duration(i) * time.Minute)})
	}
	return l
}

// contents are the files of a folder but for its state.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if e.Name() != replay.StateName {
			files[e.Name()] = strings.ReplaceAll(string(data), "\n", " ")
		}
	}
	return files
}

// A folder that was written by processes which died at any message, with what they
// wrote last on the disk or not, holds each message once.
func TestFolderOfKilledReplayers(t *testing.T) {
	t.Parallel()
	const n = 4
	want := map[string]string{
		"items-2026-03-01.txt": "begin 1 2 3 ", "items-2026-03-02.txt": "begin 4 5 6 ",
		"items-2026-03-03.txt": "begin 7 8 9 ", "items-2026-03-04.txt": "begin 10 11 12 ",
	}
	for dies := range 3*n + 1 {
		t.Run(fmt.Sprint("at ", dies), func(t *testing.T) {
			dir := t.TempDir()
			messages := days(n)
			dead := open(t, dir, "job")
			if _, err := dead.Resume(t.Context(), schema.Progress{}); err != nil {
				t.Fatal(err)
			}
			p := schema.Progress{}
			for i, d := range messages[:dies] {
				if err := dead.Deliver(t.Context(), []bus.Delivery{d}); err != nil {
					t.Fatal(err)
				}
				if i == dies/2 { // the last sync
					p.Done, p.Sequence = uint64(i+1), d.Sequence
					if err := dead.Sync(t.Context(), &p); err != nil {
						t.Fatal(err)
					}
				}
			}
			if err := dead.Close(); err != nil { // its buffers reach the disk, no state does
				t.Fatal(err)
			}
			// What is not the replay's stays.
			mine := filepath.Join(dir, "items-of-mine.txt")
			if err := os.WriteFile(mine, []byte("mine"), 0o644); err != nil {
				t.Fatal(err)
			}
			f := open(t, dir, "job")
			at, err := f.Resume(t.Context(), schema.Progress{Done: 99, Sequence: 99})
			if err != nil || at.Done != p.Done || at.Sequence != p.Sequence {
				t.Fatalf("resumed at %+v, %v, want %+v", at, err, p)
			}
			at, err = replay.Run(t.Context(), messages, f, replay.Options{Last: 3 * n}, at)
			if err := errors.Join(err, f.Close()); err != nil || at.Done != 3*n {
				t.Fatalf("%+v, %v", at, err)
			}
			got := contents(t, dir)
			if got["items-of-mine.txt"] != "mine" {
				t.Error("a file of another is gone")
			}
			delete(got, "items-of-mine.txt")
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("got %v", got)
			}
		})
	}
}

// A clock that goes back does not open a day anew.
func TestFolderKeepsTheOrderOfDays(t *testing.T) {
	dir := t.TempDir()
	messages := days(2)
	slices.Reverse(messages)
	for i := range messages {
		messages[i].Sequence = uint64(i + 1)
	}
	f := open(t, dir, "job")
	p, err := f.Resume(t.Context(), schema.Progress{})
	if err == nil {
		_, err = replay.Run(t.Context(), messages, f, replay.Options{Last: 6}, p)
	}
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	if got := contents(t, dir); got["items-2026-03-02.txt"] != "begin 1 2 3 4 5 6 " || len(got) != 1 {
		t.Errorf("got %v", got)
	}
}

func TestFolderOfAnother(t *testing.T) {
	dir := t.TempDir()
	f := open(t, dir, "one")
	p, err := f.Resume(t.Context(), schema.Progress{})
	if err == nil {
		_, err = replay.Run(t.Context(), days(1), f, replay.Options{Last: 3}, p)
	}
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	other := open(t, dir, "two")
	if _, err := other.Resume(context.Background(), schema.Progress{}); !errors.Is(err, replay.ErrFolder) || !strings.Contains(err.Error(), `of job "one"`) {
		t.Errorf("got %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, replay.StateName), []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := other.Resume(context.Background(), schema.Progress{}); !errors.Is(err, replay.ErrFolder) {
		t.Errorf("got %v", err)
	}
	if _, err := replay.NewFolder(filepath.Join(dir, replay.StateName), "items", ".txt", "job", nil); err == nil {
		t.Error("a file is taken for a folder")
	}
}
