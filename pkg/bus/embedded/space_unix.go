//go:build linux || darwin || freebsd

package embedded

import (
	"fmt"
	"syscall"
)

// freeBytes is how many bytes the disk of a directory has for this user; false
// where that cannot be known.
func freeBytes(dir string) (free int64, known bool, err error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, false, fmt.Errorf("disk of %s: %w", dir, err)
	}
	return int64(s.Bavail) * int64(s.Bsize), true, nil // #nosec G115 -- no disk has 2^63 bytes
}
