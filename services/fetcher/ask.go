package fetcher

import (
	"context"
	"errors"
	"fmt"

	"github.com/dateline-news/dateline/pkg/feed"
	"github.com/dateline-news/dateline/pkg/feed/cut"
	"github.com/dateline-news/dateline/services/fetcher/internal/httpfetch"
)

// Answer is what an address answered.
type Answer struct {
	// FinalURL is the address after redirects.
	FinalURL string
	// Status is the status of HTTP.
	Status int
	// ContentType is the header of that name.
	ContentType string
	// Body is the document, unpacked.
	Body []byte
}

// Ask gets an address once, as a poll would: within the bounds of c, from public
// networks alone.
func Ask(ctx context.Context, c Config, url string) (Answer, error) {
	client, err := httpfetch.New(c.http())
	if err != nil {
		return Answer{}, err
	}
	defer client.Close()
	resp, err := client.Get(ctx, httpfetch.Request{URL: url})
	if err != nil {
		return Answer{}, err
	}
	return Answer{FinalURL: resp.FinalURL, Status: resp.Status, ContentType: resp.ContentType, Body: resp.Body}, nil
}

// FailureCode is the code of a request that failed, one of those in
// docs/configure.md; of another error it is empty.
func FailureCode(err error) string {
	var failure *httpfetch.Error
	if errors.As(err, &failure) {
		return string(failure.Code)
	}
	return ""
}

// Check asks an address, within the bounds of c, and returns an error that is
// cut.ErrNotFeed or cut.ErrEmpty when what it answers is no feed. An address
// that does not answer may be a feed at another time, or from another place:
// that is no error.
func Check(ctx context.Context, c Config, url string) error {
	answer, err := Ask(ctx, c, url)
	switch {
	case FailureCode(err) != "":
		return nil
	case err != nil:
		return err
	}
	_, _, err = feed.Read(answer.Body, answer.ContentType, c.Limits())
	if errors.Is(err, cut.ErrNotFeed) || errors.Is(err, cut.ErrEmpty) {
		return fmt.Errorf("%s: %w", answer.FinalURL, err)
	}
	return nil
}
