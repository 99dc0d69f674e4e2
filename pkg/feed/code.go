package feed

import (
	"errors"

	"github.com/dateline-news/dateline/pkg/feed/cut"
	"github.com/dateline-news/dateline/pkg/feed/decode"
	"github.com/dateline-news/dateline/pkg/feed/guard"
)

// The codes of what is wrong with a document. They are a closed set that
// operators filter by; what was seen is in the error itself.
const (
	CodeNotFeed  = "not-a-feed"   // a web page, other XML, other JSON
	CodeBlocked  = "blocked"      // a wall against robots in place of the feed
	CodeEmpty    = "empty"        // nothing at all
	CodeTooLarge = "body-limit"   // longer than it may be, packed or unpacked
	CodeDepth    = "parse-depth"  // nested too deeply
	CodeBudget   = "parse-budget" // made to cost too much
	CodeEncoding = "bad-encoding" // packed wrongly
)

// CodeOf is the code of an error of Read.
func CodeOf(err error) string {
	var bound *guard.Error
	var limit *decode.LimitError
	switch {
	case errors.As(err, &bound) && (bound.Bound == "depth" || bound.Bound == "json_depth"):
		return CodeDepth
	case errors.As(err, &bound):
		return CodeBudget
	case errors.As(err, &limit):
		return CodeTooLarge
	case errors.Is(err, cut.ErrBlocked):
		return CodeBlocked
	case errors.Is(err, cut.ErrEmpty):
		return CodeEmpty
	case errors.Is(err, cut.ErrNotFeed):
		return CodeNotFeed
	default:
		return CodeEncoding
	}
}
