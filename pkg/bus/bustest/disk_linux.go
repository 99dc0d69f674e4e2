package bustest

import (
	"errors"
	"fmt"
	"syscall"
)

// mount mounts a file system in memory. Unmounting lets those who still have files
// open there go on with them.
func mount(dir string, bytes int64) (unmount func() error, err error) {
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%d", bytes)); err != nil {
		return nil, fmt.Errorf("mount: %w", err)
	}
	return func() error { return syscall.Unmount(dir, syscall.MNT_DETACH) }, nil
}

func isFull(err error) bool { return errors.Is(err, syscall.ENOSPC) }
