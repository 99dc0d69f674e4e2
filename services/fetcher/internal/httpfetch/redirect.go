package httpfetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
)

// hop is where a request has got to.
type hop struct {
	url        *url.URL    // without user and password
	header     http.Header // for every host
	posts      bool        // form, rather than gets
	form       string
	validators belonging
	secrets    belonging
	count      int    // redirects so far
	limit      int    // of count
	permanent  bool   // all of them
	movedTo    string // where those led that were permanent
	follow     func(context.Context, string) error
}

// conditional says whether the answer may be 304.
func (h *hop) conditional() bool { return len(h.validators.to(h.url)) > 0 }

// follow asks until the answer is no redirect. h is moved along.
func (c *Client) follow(ctx context.Context, h *hop) (*http.Response, error) {
	for {
		answer, err := c.ask(ctx, h)
		if err != nil || !h.redirected(answer.StatusCode) {
			return answer, err
		}
		answer.Body.Close()
		if h.count++; h.count > h.limit {
			return nil, &Error{Code: CodeRedirects, Status: answer.StatusCode,
				Err: fmt.Errorf("more than %d redirects", h.limit)}
		}
		if err := h.move(answer); err != nil {
			return nil, err
		}
		if err := h.mayFollow(ctx); err != nil {
			return nil, err
		}
	}
}

// ask makes one request. The transport is used without an http.Client, whose
// redirects would add a Referer and hide their errors.
func (c *Client) ask(ctx context.Context, h *hop) (*http.Response, error) {
	if proxyOf(ctx) != nil {
		if err := c.guard.checkTarget(h.url); err != nil {
			return nil, err
		}
	}
	method, body := http.MethodGet, io.Reader(nil)
	if h.posts {
		method, body = http.MethodPost, strings.NewReader(h.form)
	}
	req, err := http.NewRequestWithContext(ctx, method, h.url.String(), body)
	if err != nil {
		return nil, fmt.Errorf("make request: %w", err)
	}
	req.Header = h.header.Clone()
	maps.Copy(req.Header, h.secrets.to(h.url))
	maps.Copy(req.Header, h.validators.to(h.url))
	return c.transport.RoundTrip(req)
}

// keepSecrets forgets the secrets when the way leads away from their site, or
// begins elsewhere. Another site that sends us back would choose what they are
// used for.
func (h *hop) keepSecrets(next *url.URL) {
	if h.secrets.to(next) == nil {
		h.secrets = belonging{}
	}
}

// move goes to where a redirect points.
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
	next.User, next.Fragment, next.RawFragment = nil, "", ""
	h.keepSecrets(next)
	downgrade := h.url.Scheme == "https" && next.Scheme == "http"
	if downgrade && h.posts {
		return &Error{Code: CodeRedirects, Status: answer.StatusCode, Err: errors.New("redirect of a form from https to http")}
	}
	h.permanent = h.permanent && isPermanent(answer.StatusCode) && !downgrade
	if h.permanent {
		h.movedTo = next.String()
	}
	h.url = next
	return nil
}

// mayFollow returns the error of where a redirect has led to.
func (h *hop) mayFollow(ctx context.Context) error {
	if h.follow == nil {
		return nil
	}
	if err := h.follow(ctx, h.url.String()); err != nil {
		return unfollowed{err}
	}
	return nil
}

// unfollowed is an error of Request.Follow, which says nothing of the server.
type unfollowed struct{ error }

func (u unfollowed) Unwrap() error { return u.error }

// redirected says whether an answer sends the request elsewhere.
func (h *hop) redirected(status int) bool {
	if h.posts {
		return status == http.StatusTemporaryRedirect || status == http.StatusPermanentRedirect
	}
	return isRedirect(status)
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
