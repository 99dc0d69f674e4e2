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

// Read reads a body that was served as contentType. The error is one of package
// cut when it is no feed, a *decode.LimitError or a *guard.Error when it is too
// much, or decode.ErrGzip.
func Read(body []byte, contentType string, l Limits) (cut.Document, ReadInfo, error) {
	text, err := decode.UTF8(body, contentType, l.Bytes)
	if err != nil {
		return cut.Document{}, ReadInfo{}, err
	}
	info := ReadInfo{Charset: text.Charset, Repairs: text.Repairs}
	// A web page is no feed, however deep its elements are nested.
	if _, err := cut.Format(text.Bytes); err != nil {
		return cut.Document{}, info, err
	}
	if err := guard.Check(text.Bytes, l.Structure); err != nil {
		return cut.Document{}, info, err
	}
	d, err := cut.Cut(text.Bytes)
	if err != nil {
		return cut.Document{}, info, err
	}
	return d, info, nil
}
