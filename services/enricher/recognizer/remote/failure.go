package remote

import (
	"errors"
	"fmt"

	"github.com/dateline-news/dateline/services/enricher/recognizer"
)

// kind is what a failure says of the server.
type kind int

const (
	refused kind = iota // it does not take the request, or its answer is none
	failed              // it could not answer: for this text, or for none
	down                // it answers nobody now
)

// failure is an error of a request.
type failure struct {
	kind kind
	host string
	why  error
}

func (r *Recognizer) fails(k kind, why error) error {
	return &failure{kind: k, host: r.host, why: why}
}

func (f *failure) Error() string { return fmt.Sprintf("model server %s: %v", f.host, f.why) }
func (f *failure) Unwrap() error { return f.why }

// Is makes a server that is down an ErrUnavailable.
func (f *failure) Is(target error) bool {
	return target == recognizer.ErrUnavailable && f.kind == down
}

// Why a request is not made.
var (
	errBusy  = errors.New("as many requests as it may get are on their way")
	errLater = errors.New("it wants to be left alone for a while")
	errOpen  = errors.New("it has failed again and again; it is asked once in ten seconds")
)
