//go:build linux || darwin

package doctor

import (
	"fmt"
	"syscall"
)

// diskSpace is what is free for users on the disk of a folder, and its size.
func diskSpace(dir string) (free, all int64, err error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, 0, fmt.Errorf("%s: %w", dir, err)
	}
	block := int64(s.Bsize)
	return int64(s.Bavail) * block, int64(s.Blocks) * block, nil
}
