package page

import (
	"context"

	"github.com/dateline-news/dateline/services/fetcher/internal/httpfetch"
)

// Robots says what may be asked. It may be used by many goroutines at once.
type Robots interface {
	// Allowed reports whether robots.txt allows an address. An error is one of
	// ctx or of the pipeline, or of bus.After when that can't be told now; a site
	// without an answer is no error.
	Allowed(ctx context.Context, address string) (bool, error)
}

// Hosts lets requests through to hosts, so many at once and so far apart as they
// bear. It may be used by many goroutines at once.
type Hosts interface {
	// Visit makes a request, once, when its host takes it now or in a moment.
	// Otherwise it makes none, and the error is one of bus.After: come back then.
	// Other errors are of ctx or of the pipeline. What is wrong with the answer
	// is none.
	Visit(ctx context.Context, v Visit, request func(context.Context) httpfetch.Response) error
}

// Visit is one request that somebody wants to make.
type Visit struct {
	// Address is what is to be asked for.
	Address string
	// Of is the id of the article, empty when it is not known yet.
	Of string
	// Back says that whoever asks was told before to come back, and has waited
	// until then. The turn itself is not known: each try may be another worker's.
	Back bool
}

// Open is Robots that allow everything and Hosts that are always free.
type Open struct{}

// Allowed is always true.
func (Open) Allowed(context.Context, string) (bool, error) { return true, nil }

// Visit makes the request.
func (Open) Visit(ctx context.Context, _ Visit, request func(context.Context) httpfetch.Response) error {
	request(ctx)
	return nil
}
