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

// free is how many bytes the file system of a folder has left.
func free(dir string) (int64, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, fmt.Errorf("%s: %w", dir, err)
	}
	return int64(s.Bavail) * s.Bsize, nil
}
