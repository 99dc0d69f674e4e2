//go:build !linux && !darwin

package doctor

import "errors"

func diskSpace(string) (free, all int64, err error) {
	return 0, 0, errors.New("free space is not read on this system")
}
