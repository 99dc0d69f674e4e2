// Package feed reads the body of an answer as a feed: it decodes it, holds it
// against bounds, and cuts it into items, none of which is parsed yet.
package feed

import (
	"github.com/dateline-news/dateline/pkg/feed/cut"
	"github.com/dateline-news/dateline/pkg/feed/decode"
	"github.com/dateline-news/dateline/pkg/feed/guard"
)

// Limits are what a document may cost.
type Limits struct {
	// Bytes is how large a document may be, before and after it is decoded.
	Bytes int
	// Structure bounds what the bytes hold.
	Structure guard.Limits
}

// DefaultLimits are far above what real feeds need.
func DefaultLimits() Limits {
	return Limits{Bytes: decode.DefaultLimit, Structure: guard.DefaultLimits()}
}

// ReadInfo says how a body was read.
type ReadInfo struct {
	// Charset is the charset that the body was in.
	Charset string
	// Repairs names what had to be mended; see package decode.
	Repairs []string
}

// Read reads a body that was served as contentType. The error says what was
// seen: cut.ErrNotFeed, of which cut.ErrBlocked is one, or cut.ErrEmpty;
// decode.ErrTooLarge (a *decode.LimitError); guard.ErrHostile (a *guard.Error
// with the bound); decode.ErrGzip. A torn document is no error: what is whole of
// it is there, and Document.Torn says so.
func Read(body []byte, contentType string, l Limits) (cut.Document, ReadInfo, error) {
	text, err := decode.UTF8(body, contentType, l.Bytes)
	if err != nil {
		return cut.Document{}, ReadInfo{}, err
	}
	info := ReadInfo{Charset: text.Charset, Repairs: text.Repairs}
	if err := guard.Check(text.Bytes, l.Structure); err != nil {
		// A web page is no feed, however deep its elements are nested.
		if _, notFeed := cut.Format(text.Bytes); notFeed != nil {
			err = notFeed
		}
		return cut.Document{}, info, err
	}
	d, err := cut.Cut(text.Bytes)
	if err != nil {
		return cut.Document{}, info, err
	}
	return d, info, nil
}
