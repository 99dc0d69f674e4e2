package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// byteSize is a number of bytes, written as 10GiB, 500MiB or a plain number.
type byteSize int64

// byteUnits are what a size may end in, largest first. As a flag's value GB is
// refused: it is one thing to disks and another to memory.
var byteUnits = []struct {
	name  string
	bytes int64
}{
	{"TiB", 1 << 40},
	{"GiB", 1 << 30},
	{"MiB", 1 << 20},
	{"KiB", 1 << 10},
}

// UnmarshalText reads a size.
func (b *byteSize) UnmarshalText(text []byte) error {
	number, unit := string(text), int64(1)
	for _, u := range byteUnits {
		if rest, ok := strings.CutSuffix(number, u.name); ok {
			number, unit = strings.TrimSpace(rest), u.bytes
			break
		}
	}
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || n < 0 || n > math.MaxInt64/unit {
		return fmt.Errorf("got %q, want a size such as 10GiB, 500MiB or a number of bytes", text)
	}
	*b = byteSize(n * unit)
	return nil
}

// String is the size to one decimal, in the largest unit that it reaches.
func (b byteSize) String() string {
	for _, u := range byteUnits {
		if int64(b) >= u.bytes {
			return strings.TrimSuffix(fmt.Sprintf("%.1f", float64(b)/float64(u.bytes)), ".0") + " " + u.name
		}
	}
	return strconv.FormatInt(int64(b), 10) + " B"
}
