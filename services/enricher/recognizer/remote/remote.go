// Package remote finds names by a model server over HTTP, which anybody can
// write around a model of any kind: see README.md for what it is asked and what
// it answers.
package remote

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sync/atomic"
	"time"

	"github.com/sony/gobreaker/v2"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher/recognizer"
)

// Config is how a model server is asked.
type Config struct {
	// URL is its address, http or https. Private addresses are allowed: the
	// operator has set it. Redirects are not followed.
	URL string
	// Token is sent as Authorization: Bearer; empty for none.
	Token string
	// Timeout bounds one request.
	Timeout time.Duration
	// Concurrency is how many requests are made at once, at least 1.
	Concurrency int
	// Languages are those that the server is asked for, BCP 47 tags of which the
	// first part counts; all when empty.
	Languages []string
}

// Validate says what is wrong.
func (c Config) Validate() error {
	u, err := url.Parse(c.URL)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		return errors.New("want an address, http or https, with a host")
	case u.User != nil:
		return errors.New("the address holds a user; give a token in its place")
	case u.Fragment != "":
		return errors.New("the address holds a fragment")
	case c.Timeout <= 0:
		return fmt.Errorf("timeout: got %s, want above 0", c.Timeout)
	case c.Concurrency < 1:
		return fmt.Errorf("concurrency: got %d, want at least 1", c.Concurrency)
	}
	return nil
}

// Recognizer asks a model server. It implements recognizer.Starter.
type Recognizer struct {
	config   Config
	host     string // the server, for messages
	client   *http.Client
	slots    chan struct{} // holds a token for each request on its way
	breaker  *gobreaker.CircuitBreaker[answer]
	suspects *suspects
	rest     atomic.Pointer[time.Time] // until when the server wants to be left alone, by the monotonic clock
	model    atomic.Pointer[schema.Model]
}

// The breaker opens after so many failures of the server in a row, and lets one
// request through after openFor.
const (
	failuresToOpen = 5
	openFor        = 10 * time.Second
)

// New makes a recognizer, and asks nothing yet.
func New(c Config) (*Recognizer, error) {
	if err := c.Validate(); err != nil {
		return nil, fmt.Errorf("model server: %w", err)
	}
	u, err := url.Parse(c.URL)
	if err != nil {
		return nil, errors.New("model server: not an address")
	}
	return &Recognizer{
		config:   c,
		host:     u.Host,
		client:   newClient(c.Concurrency),
		slots:    make(chan struct{}, c.Concurrency),
		suspects: newSuspects(),
		breaker: gobreaker.NewCircuitBreaker[answer](gobreaker.Settings{
			Timeout:      openFor,
			ReadyToTrip:  func(n gobreaker.Counts) bool { return n.ConsecutiveFailures >= failuresToOpen },
			IsSuccessful: func(err error) bool { return !errors.Is(err, recognizer.ErrUnavailable) },
			IsExcluded:   func(err error) bool { return errors.Is(err, context.Canceled) },
		}),
	}, nil
}

// Model is the server's, as it was told last; without a name before Start.
func (r *Recognizer) Model() schema.Model {
	if m := r.model.Load(); m != nil {
		return *m
	}
	return schema.Model{Step: step}
}

// step is the step that runs on the model.
const step = "names"

// Knows reports whether the server is asked for a language.
func (r *Recognizer) Knows(language string) bool {
	return len(r.config.Languages) == 0 || slices.ContainsFunc(r.config.Languages, func(tag string) bool {
		return schema.LanguageToken(tag) == schema.LanguageToken(language)
	})
}

// Start asks for the names in a text of our own, which shows whether the server
// keeps to the protocol, and learns its model.
func (r *Recognizer) Start(ctx context.Context) error {
	a, err := r.post(ctx, r.trial())
	if err != nil {
		if f := (*failure)(nil); errors.As(err, &f) && f.kind == failed {
			f.kind = down // it may be loading its model
		}
		return err
	}
	r.model.Store(&a.model)
	return nil
}

// How often a request is made for one call, with which wait before the second;
// it doubles from there.
const (
	tries = 3
	pause = 250 * time.Millisecond
)

// margin is what is left of the time for an article when a call ends by itself.
const margin = 500 * time.Millisecond

// Recognize asks the server. An error that is recognizer.ErrUnavailable says
// that the server did not answer as it should to any text; another one, that
// it does, but not to these.
func (r *Recognizer) Recognize(ctx context.Context, language string, texts []string) ([][]recognizer.Span, error) {
	if deadline, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, deadline.Add(-margin))
		defer cancel()
	}
	q := newQuestion(language, texts)
	var last error
	for try := range tries {
		if err := r.wait(ctx, try); err != nil {
			if last == nil {
				last = err
			}
			break
		}
		a, err := r.ask(ctx, q)
		if err == nil {
			return a.spans, r.agree(a.model)
		}
		if last = err; !errors.Is(err, recognizer.ErrUnavailable) {
			break
		}
	}
	return nil, last
}

// agree keeps the model that has answered. When it is another one than before,
// the article is not to have its spans: it would be recorded under the old name.
func (r *Recognizer) agree(model schema.Model) error {
	before := r.model.Swap(&model)
	if before == nil || *before == model {
		return nil
	}
	return r.fails(down, fmt.Errorf("its model is now %s %s, and was %s %s", model.Name, model.Version, before.Name, before.Version))
}

// wait waits before a try: as the server has asked, and longer with each try. It
// fails when that would leave no time for a request.
func (r *Recognizer) wait(ctx context.Context, try int) error {
	var delay time.Duration
	if until := r.rest.Load(); until != nil {
		delay = time.Until(*until)
	}
	if try > 0 {
		delay = max(delay, pause<<(try-1))
	}
	if delay <= 0 {
		return nil
	}
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < delay+r.config.Timeout {
		return r.fails(down, errLater)
	}
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// ask makes a request, when there is room for one and the breaker lets it.
func (r *Recognizer) ask(ctx context.Context, q question) (answer, error) {
	if err := r.enter(ctx); err != nil {
		return answer{}, err
	}
	defer func() { <-r.slots }()
	a, err := r.breaker.Execute(func() (answer, error) { return r.attempt(ctx, q) })
	if errors.Is(err, gobreaker.ErrOpenState) || errors.Is(err, gobreaker.ErrTooManyRequests) {
		err = r.fails(down, errOpen)
	}
	return a, err
}

// enter waits for room for a request, as long as that leaves the time for one.
func (r *Recognizer) enter(ctx context.Context) error {
	select {
	case r.slots <- struct{}{}:
		return nil
	default:
	}
	room := ctx
	if deadline, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		room, cancel = context.WithDeadline(ctx, deadline.Add(-r.config.Timeout))
		defer cancel()
	}
	select {
	case r.slots <- struct{}{}:
		return nil
	case <-room.Done():
		if errors.Is(ctx.Err(), context.Canceled) {
			return ctx.Err()
		}
		return r.fails(down, errBusy)
	}
}

// attempt makes a request and finds out what its failure means. A text with which
// the server went down before is sent only when it answers to another.
func (r *Recognizer) attempt(ctx context.Context, q question) (answer, error) {
	if r.suspects.has(q) {
		if _, err := r.post(ctx, r.trial()); err != nil {
			if f := (*failure)(nil); errors.As(err, &f) {
				f.kind = down
			}
			return answer{}, err
		}
	}
	a, err := r.post(ctx, q)
	if err != nil {
		return answer{}, r.judge(ctx, q, err)
	}
	r.suspects.drop(q)
	return a, nil
}

// judge finds out whose fault an error is: a server that answers to a text of our
// own is well, and these texts are what it cannot work on. Without that, one text
// that a model fails at would hold up all, or an outage would send them all to
// the dead letters.
func (r *Recognizer) judge(ctx context.Context, q question, err error) error {
	f := (*failure)(nil)
	if !errors.As(err, &f) || f.kind == down {
		return err
	}
	if _, trialErr := r.post(ctx, r.trial()); trialErr == nil {
		return f
	}
	if ctx.Err() == nil && r.suspects.add(q) {
		return r.fails(refused, fmt.Errorf("it went down with this text %d times, the last: %w", maxDowns+1, f.why))
	}
	f.kind = down
	return f
}
