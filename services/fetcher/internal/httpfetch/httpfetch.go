// Package httpfetch makes one conditional, bounded GET, or one bounded POST. It takes every server
// for hostile: bytes, headers, redirects and time have limits, and only public
// addresses are dialled; see Control. What answers teach over many polls is
// kept by LearnMove (permanent redirects) and PlanValidators (304 answers that
// are not true); both are pure.
package httpfetch

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/url"
	"runtime"
	"time"
)

// Response is what a server answered.
type Response struct {
	// Status is the HTTP status, 0 when there was no answer.
	Status int
	// FinalURL is the address that answered, without user and password.
	FinalURL string
	// MovedTo is the address that the first redirects led to, as far as they
	// were permanent (301, 308) and none went from https to http; else empty.
	MovedTo string
	// NotModified says that what the validators stand for is still current.
	NotModified bool
	// ContentType is the Content-Type header.
	ContentType string
	// Date is the time by the server's clock, zero when it does not tell.
	Date time.Time
	// Body is the whole body, decompressed.
	Body []byte
	// ETag and LastModified are the validators of Body, byte for byte; empty
	// when there is none or it could not be sent back. They belong to FinalURL.
	ETag, LastModified string
	// Links are the Link headers of a good answer, as they were written.
	Links []string
	// RetryAfter is how long the server wants to be left alone, whatever the
	// status, and MaxAge how much longer it calls the answer fresh: by
	// Cache-Control or Expires, less its Age. Both are at most MaxWait; 0 is
	// unknown.
	RetryAfter, MaxAge time.Duration
}

// Client makes requests. It may be used by many goroutines at once.
type Client struct {
	config    Config
	guard     *guard
	dialer    *net.Dialer // whose connections are guarded
	toProxy   *net.Dialer
	transport *http.Transport
	decoding  chan struct{} // holds one for each body that is being decompressed
	now       func() time.Time
}

// New returns a client; Close frees its connections.
func New(c Config) (*Client, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	guard, err := newGuard(c.Allow, c.Ports)
	if err != nil {
		return nil, err
	}
	client := &Client{
		config:   c,
		guard:    guard,
		dialer:   &net.Dialer{Timeout: c.HeaderTimeout, Control: guard.control},
		toProxy:  &net.Dialer{Timeout: c.HeaderTimeout},
		decoding: make(chan struct{}, runtime.GOMAXPROCS(0)),
		now:      time.Now,
	}
	client.transport = &http.Transport{
		Proxy:                  proxyOfRequest,
		DialContext:            client.dial,
		TLSClientConfig:        &tls.Config{RootCAs: c.Roots, MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    c.HeaderTimeout,
		ResponseHeaderTimeout:  c.HeaderTimeout,
		MaxResponseHeaderBytes: c.MaxHeader,
		MaxIdleConns:           c.MaxIdle,
		MaxIdleConnsPerHost:    2,
		IdleConnTimeout:        time.Minute,
		DisableCompression:     true, // the body is decompressed here, within its bounds
		Protocols:              protocols(),
		HTTP2:                  http2(c.HeaderTimeout),
	}
	return client, nil
}

// protocols are HTTP/1.1, and HTTP/2 where TLS agrees on it.
func protocols() *http.Protocols {
	var p http.Protocols
	p.SetHTTP1(true)
	p.SetHTTP2(true)
	return &p
}

// http2 bounds what a connection may make us hold, which by default is 1 MiB
// for a frame and 4 MiB for a stream, and finds out when it is dead.
func http2(timeout time.Duration) *http.HTTP2Config {
	return &http.HTTP2Config{
		MaxReadFrameSize:              16 << 10,
		MaxReceiveBufferPerStream:     256 << 10,
		MaxReceiveBufferPerConnection: 512 << 10,
		SendPingTimeout:               timeout,
		PingTimeout:                   timeout,
		WriteByteTimeout:              timeout,
	}
}

// Close closes the connections that are idle.
func (c *Client) Close() { c.transport.CloseIdleConnections() }

// Get makes the request and follows its redirects. The error is an *Error,
// except when ctx ended, which is nobody's fault, or when Request.Follow has
// returned another; the response then holds what
// is known of the answer, such as Status and RetryAfter, but no body and no
// validators.
func (c *Client) Get(ctx context.Context, req Request) (Response, error) {
	req.Form = nil
	return c.do(ctx, req)
}

// Post posts the form of a request, as Get gets. It follows only redirects that
// say to post there in turn (307, 308), and none from https to http; any status
// from 200 to 299 is good.
func (c *Client) Post(ctx context.Context, req Request) (Response, error) {
	if req.Form == nil {
		req.Form = url.Values{}
	}
	return c.do(ctx, req)
}

func (c *Client) do(ctx context.Context, req Request) (resp Response, err error) {
	ctx, end := traced(ctx, req)
	defer func() { end(resp, err) }()
	h, err := c.start(req)
	if err != nil {
		return Response{}, explain(ctx, redact(req.URL), err)
	}
	if ctx, err = c.throughProxy(ctx, req.Proxy); err != nil {
		return Response{}, explain(ctx, redact(req.URL), err)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, c.config.Timeout, errDeadline)
	defer cancel()
	ctx, cut := context.WithCancelCause(ctx)
	defer cut(nil)
	answer, err := c.follow(ctx, &h)
	if err != nil {
		return Response{}, explain(ctx, withoutUser(h.url), err)
	}
	defer answer.Body.Close()
	resp, err = c.read(ctx, cut, answer, h)
	return resp, explain(ctx, resp.FinalURL, err)
}

// read turns an answer that is no redirect into a response.
func (c *Client) read(ctx context.Context, cut context.CancelCauseFunc, answer *http.Response, h hop) (Response, error) {
	now := serverTime(answer.Header, c.now())
	date, _ := http.ParseTime(answer.Header.Get("Date")) // zero when there is none
	resp := Response{
		Date:        date,
		Status:      answer.StatusCode,
		FinalURL:    withoutUser(h.url),
		MovedTo:     h.movedTo,
		ContentType: answer.Header.Get("Content-Type"),
		RetryAfter:  retryAfter(answer.Header.Get("Retry-After"), now),
		MaxAge:      fresh(answer.Header, now),
	}
	if err := h.checkStatus(answer.StatusCode); err != nil {
		return resp, err
	}
	resp.Links = answer.Header.Values("Link")
	resp.NotModified = answer.StatusCode == http.StatusNotModified
	if !resp.NotModified {
		body, err := c.readBody(ctx, cut, answer)
		if err != nil || len(body) == 0 {
			return resp, err
		}
		resp.Body = body
	}
	// Only now: a validator must not outlive a body that did not arrive, or
	// that is nothing.
	resp.ETag = validator(answer.Header.Get("ETag"))
	resp.LastModified = validator(answer.Header.Get("Last-Modified"))
	return resp, nil
}

// checkStatus returns the error of an answer that does not hold what was asked.
func (h *hop) checkStatus(status int) error {
	if h.posts && status/100 == 2 {
		return nil
	}
	switch status {
	case http.StatusOK, http.StatusNonAuthoritativeInfo:
		return nil
	case http.StatusNotModified:
		if h.conditional() {
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
