package bus

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Errors that a caller may test for.
var (
	// ErrConflict says that the subject has moved on: the message that was
	// expected to be its last is not.
	ErrConflict = errors.New("bus: another message came first")
	// ErrTooLarge says that a message is above what the server takes.
	ErrTooLarge = errors.New("bus: message too large")
	// ErrNotSetUp says that a stream, bucket or consumer is missing.
	ErrNotSetUp = errors.New("not set up; run: dateline setup")
	// ErrUnreachable says that no NATS server answers.
	ErrUnreachable = errors.New("no NATS server answers")
	// ErrClosed says that the bus has been closed, or lost its connection for good.
	ErrClosed = errors.New("bus: connection closed")
	// ErrServer says that the server lacks what dateline needs.
	ErrServer = errors.New("bus: NATS server 2.14 or later with JetStream is needed")
)

// permanent marks an error that no retry can mend.
type permanent struct{ err error }

func (p permanent) Error() string { return p.err.Error() }
func (p permanent) Unwrap() error { return p.err }

// Permanent marks an error as one that the same message always meets: it goes
// to the dead letters at once. A nil error stays nil.
func Permanent(err error) error {
	if err == nil {
		return nil
	}
	return permanent{err}
}

// IsPermanent reports whether err, or an error that it wraps, is permanent.
func IsPermanent(err error) bool {
	var p permanent
	return errors.As(err, &p)
}

// unavailable marks an error of what the work needs beside the message.
type unavailable struct{ err error }

func (u unavailable) Error() string { return u.err.Error() }
func (u unavailable) Unwrap() error { return u.err }

// Unavailable marks an error as one of NATS, or of another server that the stage
// needs: the message waits in its worker and is tried again for as long as it
// takes, and the failure is not counted against it. A nil error stays nil.
//
// A worker that is stopped while its messages wait has been delivered them. So
// a stage that needs a server begins when that answers (see Stage.Begin): else
// restarts during an outage would make suspects of them.
func Unavailable(err error) error {
	if err == nil {
		return nil
	}
	return unavailable{err}
}

func isUnavailable(err error) bool {
	var u unavailable
	return errors.As(err, &u)
}

// later gives a message back until a time.
type later struct {
	delay time.Duration
	err   error
}

func (l later) Error() string { return l.err.Error() }
func (l later) Unwrap() error { return l.err }

// After marks an error as one that time mends: the message is given back and
// comes again after the delay, to any worker, and the failure is not counted
// against it. Each time counts as a delivery all the same, so a stage that does
// this needs a Stage.Unsuspected to match, and must do it less often than that.
// A nil error stays nil.
func After(delay time.Duration, why error) error {
	if why == nil {
		return nil
	}
	return later{max(delay, 0), why}
}

// AsAfter returns the delay that an error was marked with by After.
func AsAfter(err error) (delay time.Duration, ok bool) {
	l, ok := errors.AsType[later](err)
	return l.delay, ok
}

// The server's error codes that publishing meets.
const (
	codeWrongLastSequence   = 10071
	codeWrongLastSequenceAs = 10164 // the same, with the message still on its way
	codeMessageTooLarge     = 10054
	codeHeadersTooLarge     = 10097
)

// classify turns an error of publishing into ErrConflict or ErrTooLarge, or
// leaves it as it is: something to wait out.
func classify(subject string, err error) error {
	if err == nil {
		return nil
	}
	var api *jetstream.APIError
	switch {
	case errors.As(err, &api) && (api.ErrorCode == codeWrongLastSequence || api.ErrorCode == codeWrongLastSequenceAs):
		return fmt.Errorf("publish %s: %w", subject, ErrConflict)
	case errors.As(err, &api) && (api.ErrorCode == codeMessageTooLarge || api.ErrorCode == codeHeadersTooLarge),
		errors.Is(err, nats.ErrMaxPayload):
		return Permanent(fmt.Errorf("publish %s: %w", subject, ErrTooLarge))
	case errors.Is(err, nats.ErrConnectionClosed):
		return fmt.Errorf("publish %s: %w", subject, ErrClosed)
	case errors.Is(err, nats.ErrBadSubject), errors.Is(err, jetstream.ErrInvalidSubject):
		return Permanent(fmt.Errorf("publish %s: %w", subject, err))
	default:
		return fmt.Errorf("publish %s: %w", subject, err)
	}
}

// passing reports whether publishing may succeed later without a change here:
// a full stream, no leader, no connection.
func passing(ctx context.Context, err error) bool {
	return err != nil && ctx.Err() == nil && !IsPermanent(err) &&
		!errors.Is(err, ErrConflict) && !errors.Is(err, ErrClosed)
}
