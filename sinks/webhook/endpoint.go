package webhook

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
)

// maxWait bounds what an endpoint may ask for by Retry-After.
const maxWait = 24 * time.Hour

// maxAnswer is how much of an answer is read, which nobody looks at: the connection
// can be used again when it was read to its end.
const maxAnswer = 64 << 10

// endpoint is where messages go.
type endpoint struct {
	address string
	host    string // of address, to be told
	secrets []secret
	client  *http.Client
	now     func() time.Time
}

func newEndpoint(c Config) (*endpoint, error) {
	keys, err := c.secrets()
	if err != nil {
		return nil, err
	}
	dialer := &net.Dialer{Timeout: c.Timeout, Control: guard(c.AllowNet)}
	return &endpoint{
		address: c.URL,
		host:    host(c.URL),
		secrets: keys,
		now:     time.Now,
		client: &http.Client{
			Timeout:       c.Timeout,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
			Transport: &http.Transport{ // without the environment's proxy, which would be asked past the guard
				DialContext:            dialer.DialContext,
				TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
				TLSHandshakeTimeout:    c.Timeout,
				MaxResponseHeaderBytes: 64 << 10,
				MaxIdleConnsPerHost:    c.Concurrency,
				IdleConnTimeout:        time.Minute,
				ForceAttemptHTTP2:      true,
			},
		},
	}, nil
}

func (e *endpoint) close() { e.client.CloseIdleConnections() }

// post makes one request. The error says why the message is not delivered, without
// the address, and wait how long the endpoint wants to be left alone.
func (e *endpoint) post(ctx context.Context, d bus.Delivery) (wait time.Duration, err error) {
	req, err := e.request(ctx, d)
	if err != nil {
		return 0, err
	}
	resp, err := e.client.Do(req)
	if err != nil {
		return 0, withoutAddress(err)
	}
	defer resp.Body.Close()
	_, _ = io.CopyN(io.Discard, resp.Body, maxAnswer) // the status is all that counts
	switch {
	case resp.StatusCode >= 200 && resp.StatusCode <= 299:
		return 0, nil
	case resp.StatusCode == http.StatusGone:
		return 0, ErrGone
	case resp.StatusCode >= 300 && resp.StatusCode <= 399:
		return 0, fmt.Errorf("status %d: redirects are not followed", resp.StatusCode)
	default:
		return retryAfter(resp.Header, e.now()), fmt.Errorf("status %d", resp.StatusCode)
	}
}

// request is a message as a signed request.
func (e *endpoint) request(ctx context.Context, d bus.Delivery) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, e.address, bytes.NewReader(d.Data))
	if err != nil {
		return nil, withoutAddress(err)
	}
	contentType := "application/octet-stream"
	for name, values := range d.Header {
		value := d.Header.Get(name)
		switch {
		case len(values) == 0:
		case name == schema.HeaderDataContentType: // which HTTP has a header for
			contentType = headerText(value)
		case forwarded(name):
			req.Header.Set(name, headerText(value))
		}
	}
	id, at := messageID(d), e.now()
	req.Header.Set("content-type", contentType)
	req.Header.Set("user-agent", "dateline-webhook/1")
	req.Header.Set("dateline-subject", headerText(d.Subject))
	req.Header.Set("dateline-stream", d.Stream)
	req.Header.Set("dateline-sequence", strconv.FormatUint(d.Sequence, 10))
	req.Header.Set(headerID, id)
	req.Header.Set(headerTimestamp, strconv.FormatInt(at.Unix(), 10))
	req.Header.Set(headerSignature, sign(e.secrets, id, at, d.Data))
	return req, nil
}

// forwarded reports whether a header of a message goes with the request: those of
// CloudEvents, of the trace, and dateline's own. None does whose name HTTP does not
// take, as the whole message could not be sent with it.
func forwarded(name string) bool {
	if strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		return false
	}
	return strings.HasPrefix(name, "ce-") || strings.HasPrefix(name, "dateline-") || name == schema.HeaderTraceParent || name == schema.HeaderTraceState
}

// headerText is a text as a header of HTTP can hold it: a message has been published
// by others, and could not be sent with control characters in one.
func headerText(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, strings.TrimSpace(strings.ToValidUTF8(text, "\uFFFD")))
}

// messageID is the id of a message for its receiver: the same in each attempt, and
// of each delivery of one revision. What is signed is joined by full stops, so there
// is none in it.
func messageID(d bus.Delivery) string {
	id := d.Header.Get(schema.HeaderID)
	if id == "" {
		id = d.Place()
	}
	return strings.ReplaceAll(headerText(id), ".", "-")
}

// withoutAddress is what went wrong with a request. Its address may hold a password.
func withoutAddress(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}

// delay is the wait after an attempt, with a quarter of jitter.
func (c Config) delay(attempt int) time.Duration {
	d := c.MaxDelay
	if shift := attempt - 1; shift < 32 && c.Retry < c.MaxDelay>>shift {
		d = c.Retry << shift
	}
	return d - d/8 + rand.N(d/4+1) // #nosec G404 -- spreads retries, guards nothing
}

// retryAfter is how long an endpoint wants to be left alone: seconds, or a date.
func retryAfter(h http.Header, now time.Time) time.Duration {
	value := strings.TrimSpace(h.Get("Retry-After"))
	var wait time.Duration
	if seconds, err := strconv.ParseUint(value, 10, 32); err == nil {
		wait = time.Duration(seconds) * time.Second
	} else if at, err := http.ParseTime(value); err == nil {
		wait = at.Sub(now)
	}
	return min(max(wait, 0), maxWait)
}
