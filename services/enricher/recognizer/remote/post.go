package remote

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// maxAnswer bounds an answer: a text of 1 MiB in which every third byte begins a
// name has less.
const maxAnswer = 16 << 20

// maxRest bounds for how long a server is left alone at its word.
const maxRest = time.Minute

// newClient is a client that follows no redirect: the token is for the address
// that the operator has set.
func newClient(concurrency int) *http.Client {
	transport := &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		MaxIdleConnsPerHost:    concurrency,
		MaxConnsPerHost:        concurrency,
		IdleConnTimeout:        time.Minute,
		MaxResponseHeaderBytes: 64 << 10,
		ForceAttemptHTTP2:      true,
	}
	return &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// post makes one request.
func (r *Recognizer) post(ctx context.Context, q question) (answer, error) {
	ctx, cancel := context.WithTimeout(ctx, r.config.Timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, r.config.URL, bytes.NewReader(q.body))
	if err != nil {
		return answer{}, r.fails(refused, errors.New("its address cannot be asked"))
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/json")
	request.Header.Set("User-Agent", "dateline-enricher")
	if r.config.Token != "" {
		request.Header.Set("Authorization", "Bearer "+r.config.Token)
	}
	response, err := r.client.Do(request)
	if err != nil {
		return answer{}, r.unreached(ctx, err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return answer{}, r.refusal(response)
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	if err != nil {
		return answer{}, r.unreached(ctx, err)
	}
	if len(body) > maxAnswer {
		return answer{}, r.fails(refused, fmt.Errorf("%w: above %d bytes", ErrAnswer, maxAnswer))
	}
	a, err := q.read(body)
	if err != nil {
		return answer{}, r.fails(refused, err)
	}
	return a, nil
}

// unreached is a failure to reach the server, or to hear all of its answer. Its
// address is left out, which may hold a key.
func (r *Recognizer) unreached(ctx context.Context, err error) error {
	if u := (*url.Error)(nil); errors.As(err, &u) {
		err = u.Err
	}
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return fmt.Errorf("model server %s: %w", r.host, context.Canceled)
	case ctx.Err() != nil:
		return r.fails(failed, fmt.Errorf("no answer within %s", r.config.Timeout))
	}
	if op := (*net.OpError)(nil); errors.As(err, &op) && op.Op == "dial" {
		return r.fails(down, err)
	}
	return r.fails(failed, err) // it took the request, which may be what has killed it
}

// refusal is the failure that a status says.
func (r *Recognizer) refusal(response *http.Response) error {
	status := response.StatusCode
	why := fmt.Errorf("status %d %s", status, http.StatusText(status))
	switch {
	case status == http.StatusTooManyRequests, status == http.StatusServiceUnavailable:
		r.restFor(retryAfter(response.Header.Get("Retry-After"), time.Now()))
		return r.fails(down, why)
	case status >= 500:
		return r.fails(failed, why)
	case status >= 300 && status < 400:
		return r.fails(refused, fmt.Errorf("%w: redirects are not followed, set the address itself", why))
	default:
		return r.fails(refused, why)
	}
}

// restFor leaves the server alone for a while.
func (r *Recognizer) restFor(d time.Duration) {
	if d <= 0 {
		return
	}
	until := time.Now().Add(min(d, maxRest))
	for {
		before := r.rest.Load()
		if before != nil && !until.After(*before) || r.rest.CompareAndSwap(before, &until) {
			return
		}
	}
}

// retryAfter reads a Retry-After, seconds or a date: 0 for none.
func retryAfter(value string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseUint(value, 10, 32); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(value); err == nil {
		return at.Sub(now)
	}
	return 0
}
