package httpfetch

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
)

// Code says in one word why a request did not succeed. The set is closed and
// documented for operators.
type Code string

// The codes of a request.
const (
	CodeBlockedAddress Code = "blocked-address" // the host is not public
	CodeBlockedScheme  Code = "blocked-scheme"  // neither http nor https
	CodeRedirects      Code = "redirects"       // too many, or to no address
	CodeHeaderTimeout  Code = "header-timeout"  // no connection, or no headers in time
	CodeTotalDeadline  Code = "total-deadline"  // not done in time, or the body comes too slowly
	CodeBodyLimit      Code = "body-limit"      // body too long
	CodeHeaderLimit    Code = "header-limit"    // headers too long
	CodeBadHTTP        Code = "bad-http"        // no HTTP, a cut body, a status of no use
	CodeBadEncoding    Code = "bad-encoding"    // compressed wrongly, or in a way that was not asked for
	CodeDNS            Code = "dns"             // the host has no address
	CodeGone           Code = "gone"            // status 410
	CodeRateLimited    Code = "rate-limited"    // status 429
	CodeRobots         Code = "robots"          // robots.txt does not allow it
	CodeConfig         Code = "config"          // the feed names a password or a proxy that is not configured
)

// Error is why a request did not succeed.
type Error struct {
	// Code is the kind of failure, for counters and for what to do next.
	Code Code
	// URL is the address that failed, after redirects, without user and password.
	URL string
	// Status is the HTTP status, 0 when there was no answer.
	Status int
	// Err is the cause; nil when Status says it all.
	Err error
}

// Error names the address, the code and the cause.
func (e *Error) Error() string {
	return fmt.Sprintf("get %s: %s: %s", e.URL, e.Code, e.Detail())
}

// Detail is the cause without the address and the code.
func (e *Error) Detail() string {
	switch {
	case e.Err == nil:
		return fmt.Sprintf("status %d", e.Status)
	case e.Status != 0:
		return fmt.Sprintf("status %d: %v", e.Status, e.Err)
	}
	return e.Err.Error()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

var (
	// errDeadline and errSlow are the causes of a context that ended by
	// Config.Timeout or MinRate, to tell it from one that the caller ended.
	errDeadline = errors.New("out of time")
	errSlow     = errors.New("body comes too slowly")
	errTooLong  = errors.New("body too long")
)

// explain makes the error of Get out of a cause; nil stays nil.
func explain(ctx context.Context, address string, err error) error {
	if err == nil {
		return nil
	}
	if failure, ok := errors.AsType[*Error](err); ok {
		failure.URL = address
		return failure
	}
	ended := context.Cause(ctx)
	switch ended {
	case nil:
		if stop, ok := errors.AsType[unfollowed](err); ok {
			return fmt.Errorf("redirect to %s: %w", address, stop.error)
		}
	case errDeadline:
	case errSlow:
		err = errSlow
	default:
		return fmt.Errorf("get %s: %w", address, ended)
	}
	return &Error{Code: codeOf(err, ended != nil), URL: address, Err: err}
}

// codeOf names what went wrong below HTTP.
func codeOf(err error, deadline bool) Code {
	var timeout net.Error
	_, isDNS := errors.AsType[*net.DNSError](err)
	switch {
	case errors.Is(err, ErrBlocked):
		return CodeBlockedAddress
	case deadline:
		return CodeTotalDeadline
	case isDNS:
		return CodeDNS
	case errors.As(err, &timeout) && timeout.Timeout():
		return CodeHeaderTimeout
	case isHeaderLimit(err.Error()):
		return CodeHeaderLimit
	}
	return CodeBadHTTP
}

// isHeaderLimit reads the text because net/http has no error value for it: the
// first is of HTTP/1, the others are of HTTP/2.
func isHeaderLimit(text string) bool {
	return strings.Contains(text, "response headers exceeded") ||
		strings.Contains(text, "response header list larger") || strings.Contains(text, "header list too large")
}
