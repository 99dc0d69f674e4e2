package httpfetch

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// MaxURL is how many bytes an address may have, in a request and in a redirect.
const MaxURL = 2048

// parseURL reads an address that may be asked.
func parseURL(raw string) (*url.URL, error) {
	if len(raw) > MaxURL {
		return nil, &Error{Code: CodeBadHTTP, Err: fmt.Errorf("address of %d bytes, at most %d", len(raw), MaxURL)}
	}
	u, err := url.Parse(raw)
	if err != nil {
		// The parser's error repeats the address, password and all.
		return nil, &Error{Code: CodeBadHTTP, Err: errors.New("address is no URL")}
	}
	return u, checkURL(u)
}

// checkURL returns the error of an address that may not be asked.
func checkURL(u *url.URL) error {
	if u.Scheme != "http" && u.Scheme != "https" {
		return &Error{Code: CodeBlockedScheme, Err: fmt.Errorf("scheme %q, want http or https", u.Scheme)}
	}
	if u.Hostname() == "" {
		return &Error{Code: CodeBadHTTP, Err: errors.New("address has no host")}
	}
	// Resolved and escaped, an address can be longer than it was written.
	if n := len(u.String()); n > MaxURL {
		return &Error{Code: CodeBadHTTP, Err: fmt.Errorf("address of %d bytes, at most %d", n, MaxURL)}
	}
	return nil
}

// withoutUser is the address as it may be shown and stored.
func withoutUser(u *url.URL) string {
	shown := *u
	shown.User = nil
	return shown.String()
}

// redact is the same for an address that was not parsed yet.
func redact(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || len(raw) > MaxURL || strings.Contains(u.Opaque, "@") {
		return "(no URL)"
	}
	return withoutUser(u)
}
