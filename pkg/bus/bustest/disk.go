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

// page is the unit of the file system.
const page = 4 << 10

// Fill leaves no byte free.
func (d Disk) Fill(t testing.TB) {
	t.Helper()
	var err error
	for err == nil {
		err = d.grow(page)
	}
	if !isFull(err) {
		t.Fatal(err)
	}
}

// FillBut leaves so many bytes free, to a page.
func (d Disk) FillBut(t testing.TB, want int64) {
	t.Helper()
	free, err := free(d.Dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.grow((free - want) / page * page); err != nil {
		t.Fatal(err)
	}
}

// grow adds bytes to the ballast, or takes some away.
func (d Disk) grow(by int64) error {
	f, err := os.OpenFile(d.ballast(), os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	size, err := f.Seek(0, io.SeekEnd)
	switch {
	case err != nil:
	case by < 0:
		err = f.Truncate(max(size+by, 0))
	default:
		_, err = f.Write(make([]byte, by))
	}
	return errors.Join(err, f.Close())
}

// Free takes away what Fill has put there.
func (d Disk) Free(t testing.TB) {
	t.Helper()
	if err := os.Remove(d.ballast()); err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
}
