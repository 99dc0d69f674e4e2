package httpfetch

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// hop is where a request has got to.
type hop struct {
	url       *url.URL
	header    http.Header
	count     int  // redirects so far
	permanent bool // all of them
}

// conditional says whether the answer may be 304.
func (h *hop) conditional() bool {
	return h.header.Get("If-None-Match") != "" || h.header.Get("If-Modified-Since") != ""
}

// follow asks until the answer is no redirect. h is moved along.
func (c *Client) follow(ctx context.Context, h *hop) (*http.Response, error) {
	for {
		answer, err := c.ask(ctx, h)
		if err != nil || !isRedirect(answer.StatusCode) {
			return answer, err
		}
		answer.Body.Close()
		if h.count++; h.count > c.config.MaxRedirects {
			return nil, &Error{Code: CodeRedirects, Status: answer.StatusCode,
				Err: fmt.Errorf("more than %d redirects", c.config.MaxRedirects)}
		}
		if err := h.move(answer); err != nil {
			return nil, err
		}
	}
}

// ask makes one request. The transport is used without an http.Client, whose
// redirects would add a Referer and hide their errors.
func (c *Client) ask(ctx context.Context, h *hop) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, h.url.String(), nil)
	if err != nil {
		return nil, fmt.Errorf("make request: %w", err)
	}
	req.Header = h.header.Clone()
	if user := h.url.User; user != nil {
		password, _ := user.Password()
		req.SetBasicAuth(user.Username(), password)
	}
	return c.transport.RoundTrip(req)
}

// move goes to where a redirect points. What is meant for one host (its
// credentials, its validators) does not reach another, nor the same one in
// plain text.
func (h *hop) move(answer *http.Response) error {
	location := answer.Header.Get("Location")
	if location == "" || len(location) > MaxURL {
		return &Error{Code: CodeRedirects, Status: answer.StatusCode,
			Err: fmt.Errorf("redirect to an address of %d bytes, want 1 to %d", len(location), MaxURL)}
	}
	next, err := h.url.Parse(location)
	if err != nil {
		return &Error{Code: CodeRedirects, Status: answer.StatusCode, Err: errors.New("redirect to no URL")}
	}
	if err := checkURL(next); err != nil {
		return err
	}
	downgrade := h.url.Scheme == "https" && next.Scheme == "http"
	switch {
	case downgrade || !strings.EqualFold(h.url.Host, next.Host):
		next.User = nil
		h.header.Del("If-None-Match")
		h.header.Del("If-Modified-Since")
	case next.User == nil:
		next.User = h.url.User
	}
	h.url = next
	h.permanent = h.permanent && isPermanent(answer.StatusCode)
	return nil
}

func isRedirect(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

func isPermanent(status int) bool {
	return status == http.StatusMovedPermanently || status == http.StatusPermanentRedirect
}
