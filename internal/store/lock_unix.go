//go:build unix

package store

import (
	"errors"
	"os"
	"syscall"
)

// lock claims a file until it is closed, or its process ends however.
func lock(f *os.File) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return ErrInUse
	}
	return err
}
