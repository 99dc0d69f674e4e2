package bustest

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// Disk is a small file system that a test fills.
type Disk struct {
	// Dir is its root.
	Dir string
}

// NewDisk mounts a file system of so many bytes, in memory, until the test ends.
// Where that is not allowed, which takes root on Linux, the test is skipped.
func NewDisk(t testing.TB, bytes int64) Disk {
	t.Helper()
	d := Disk{Dir: t.TempDir()}
	unmount, err := mount(d.Dir, bytes)
	if err != nil {
		t.Skipf("no file system to fill: %v (it takes root on Linux)", err)
	}
	t.Cleanup(func() {
		if err := unmount(); err != nil {
			t.Error(err)
		}
	})
	return d
}

// ballast is what fills it.
func (d Disk) ballast() string { return filepath.Join(d.Dir, "ballast") }

// Fill leaves no byte free.
func (d Disk) Fill(t testing.TB) {
	t.Helper()
	d.FillBut(t, 0)
}

// FillBut leaves so many bytes free, to a page.
func (d Disk) FillBut(t testing.TB, free int64) {
	t.Helper()
	f, err := os.OpenFile(d.ballast(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, err = f.Write(make([]byte, page))
	}
	if !isFull(err) {
		t.Fatal(err)
	}
	size, err := f.Seek(0, io.SeekEnd)
	if err == nil {
		err = f.Truncate(max(size-free, 0) / page * page)
	}
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
}

// page is the unit of the file system.
const page = 4 << 10

// Free takes away what Fill has put there.
func (d Disk) Free(t testing.TB) {
	t.Helper()
	if err := os.Remove(d.ballast()); err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
}
