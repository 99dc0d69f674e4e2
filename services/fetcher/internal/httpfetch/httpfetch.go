// Package httpfetch makes one conditional, bounded GET. It takes every server
// for hostile: bytes, headers, redirects and time have limits, and only public
// addresses are dialled; see Control.
package httpfetch

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"
)

// AcceptFeed is the Accept header of a request that names none.
const AcceptFeed = "application/rss+xml, application/atom+xml, application/feed+json, " +
	"application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5"

// Request says what to get.
type Request struct {
	// URL is an http or https address. Its user and password, if any, are sent
	// to that host alone and occur in no answer and no error.
	URL string
	// ETag and LastModified are the validators of an earlier answer, sent back
	// byte for byte when they are not empty.
	ETag, LastModified string
	// Accept is the Accept header, AcceptFeed when empty.
	Accept string
}

// Response is what a server answered.
type Response struct {
	// Status is the HTTP status, 0 when there was no answer.
	Status int
	// FinalURL is the address that answered, without user and password.
	FinalURL string
	// MovedTo is FinalURL when all redirects to it were permanent, else empty.
	MovedTo string
	// NotModified says that what the validators stand for is still current.
	NotModified bool
	// ContentType is the Content-Type header.
	ContentType string
	// Body is the whole body, decompressed.
	Body []byte
	// ETag and LastModified are the validators of Body, byte for byte; empty
	// when there is none or it could not be sent back.
	ETag, LastModified string
	// RetryAfter is how long the server wants to be left alone, at most
	// MaxWait, and MaxAge how long it calls the answer fresh. 0 is unknown.
	RetryAfter, MaxAge time.Duration
}

// Client makes requests. It may be used by many goroutines at once.
type Client struct {
	config    Config
	transport *http.Transport
	now       func() time.Time
}

// New returns a client; Close frees its connections.
func New(c Config) (*Client, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	control, err := Control(c.Allow, c.Ports)
	if err != nil {
		return nil, err
	}
	dialer := &net.Dialer{Timeout: c.HeaderTimeout, Control: control}
	return &Client{config: c, now: time.Now, transport: &http.Transport{
		// Proxy stays nil: behind a proxy the guard would see the proxy alone.
		DialContext:            dialer.DialContext,
		TLSHandshakeTimeout:    c.HeaderTimeout,
		ResponseHeaderTimeout:  c.HeaderTimeout,
		MaxResponseHeaderBytes: c.MaxHeader,
		MaxIdleConns:           c.MaxIdle,
		MaxIdleConnsPerHost:    2,
		IdleConnTimeout:        time.Minute,
		DisableCompression:     true, // the body is decompressed here, within its bounds
		Protocols:              http1(),
	}}, nil
}

// http1 leaves HTTP/2 out: one request a host at a time has nothing to
// multiplex, and a smaller protocol has fewer ways to cost.
func http1() *http.Protocols {
	var p http.Protocols
	p.SetHTTP1(true)
	return &p
}

// Close closes the connections that are idle.
func (c *Client) Close() { c.transport.CloseIdleConnections() }

// Get makes the request and follows its redirects. The error is an *Error,
// except when ctx ended, which is nobody's fault; the response then holds what
// is known of the answer, such as Status and RetryAfter, but no body and no
// validators.
func (c *Client) Get(ctx context.Context, req Request) (Response, error) {
	u, err := parseURL(req.URL)
	if err != nil {
		return Response{}, explain(ctx, redact(req.URL), err)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, c.config.Timeout, errDeadline)
	defer cancel()
	h := hop{url: u, header: c.header(req), permanent: true}
	answer, err := c.follow(ctx, &h)
	if err != nil {
		return Response{}, explain(ctx, withoutUser(h.url), err)
	}
	defer answer.Body.Close()
	resp, err := c.read(answer, h)
	return resp, explain(ctx, resp.FinalURL, err)
}

// header is the header of the first request.
func (c *Client) header(req Request) http.Header {
	h := http.Header{
		"User-Agent":      {"dateline/" + c.config.Version + " (+" + c.config.Contact + ")"},
		"Accept":          {req.Accept},
		"Accept-Encoding": {"gzip, zstd"},
	}
	if req.Accept == "" {
		h.Set("Accept", AcceptFeed)
	}
	if etag := validator(req.ETag); etag != "" {
		h.Set("If-None-Match", etag)
	}
	if modified := validator(req.LastModified); modified != "" {
		h.Set("If-Modified-Since", modified)
	}
	return h
}

// read turns an answer that is no redirect into a response.
func (c *Client) read(answer *http.Response, h hop) (Response, error) {
	resp := Response{
		Status:      answer.StatusCode,
		FinalURL:    withoutUser(h.url),
		ContentType: answer.Header.Get("Content-Type"),
		RetryAfter:  retryAfter(answer.Header.Get("Retry-After"), c.now()),
		MaxAge:      maxAge(answer.Header.Values("Cache-Control")),
	}
	if h.count > 0 && h.permanent {
		resp.MovedTo = resp.FinalURL
	}
	if err := checkStatus(answer.StatusCode, h.conditional()); err != nil {
		return resp, err
	}
	resp.NotModified = answer.StatusCode == http.StatusNotModified
	if !resp.NotModified {
		body, err := readBody(answer, c.config.MaxBody)
		if err != nil {
			return resp, err
		}
		resp.Body = body
	}
	// Only now: a validator must not outlive a body that did not arrive.
	resp.ETag = validator(answer.Header.Get("ETag"))
	resp.LastModified = validator(answer.Header.Get("Last-Modified"))
	return resp, nil
}

// checkStatus returns the error of an answer that does not hold what was asked.
func checkStatus(status int, conditional bool) error {
	switch status {
	case http.StatusOK, http.StatusNonAuthoritativeInfo:
		return nil
	case http.StatusNotModified:
		if conditional {
			return nil
		}
		return &Error{Code: CodeBadHTTP, Status: status, Err: errors.New("not modified, though nothing was asked to compare")}
	case http.StatusGone:
		return &Error{Code: CodeGone, Status: status}
	case http.StatusTooManyRequests:
		return &Error{Code: CodeRateLimited, Status: status}
	}
	return &Error{Code: CodeBadHTTP, Status: status}
}
