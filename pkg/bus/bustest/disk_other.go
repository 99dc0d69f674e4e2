//go:build !linux

package bustest

import "errors"

func mount(string, int64) (unmount func() error, err error) {
	return nil, errors.New("not here")
}

func isFull(error) bool { return false }

func free(string) (int64, error) { return 0, errors.New("not here") }
