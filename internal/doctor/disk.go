package doctor

import (
	"fmt"

	"github.com/dateline-news/dateline/internal/status"
)

// leastFree is the part of a disk, and the bytes, below which it is as good as full.
const (
	leastFreePart  = 20
	leastFreeBytes = 256 << 20
)

// disk compares what is free with what the streams may still take.
func (e *examination) disk(streams []status.Stream) {
	if e.Data == "" {
		e.add("disk", Skip, "the server's folder is not known here", "give --data DIR on the server's machine")
		return
	}
	free, all, err := diskSpace(e.Data)
	if err != nil {
		e.add("disk", Skip, err.Error(), "give --data DIR on the server's machine")
		return
	}
	var room int64
	for _, s := range streams {
		room += max(0, s.Limit-int64(s.Bytes))
	}
	e.space(free, all, room)
}

// space judges a disk with so many bytes free, when the streams may take room more.
func (e *examination) space(free, all, room int64) {
	text := fmt.Sprintf("%s of %s free at %s, streams may take %s more", size(free), size(all), e.Data, size(room))
	switch {
	case free < leastFreeBytes || free < all/leastFreePart:
		e.add("disk", Fail, text, "make room now: a server whose disk is full stops taking messages")
	case free < room:
		e.add("disk", Warn, text, "the disk is full before the streams are: use a larger one, or dateline setup --store with less")
	default:
		e.add("disk", OK, text, "")
	}
}
