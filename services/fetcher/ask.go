package fetcher

import (
	"context"
	"errors"
	"time"

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
	// Date is the time by the clock of who answered, zero when it does not tell.
	Date time.Time
	// Body is the document, unpacked.
	Body []byte
}

// Ask gets an address once, as a poll would: within the bounds of c, from public
// networks alone, with the headers that it is given. These are sent to the site
// of the address alone.
func Ask(ctx context.Context, c Config, url string, headers map[string]string) (Answer, error) {
	client, err := c.client(c.MaxBody, 2*c.Polls)
	if err != nil {
		return Answer{}, err
	}
	defer client.Close()
	resp, err := client.Get(ctx, httpfetch.Request{URL: url, Header: headers})
	if err != nil {
		return Answer{}, err
	}
	return Answer{FinalURL: resp.FinalURL, Status: resp.Status, ContentType: resp.ContentType, Date: resp.Date, Body: resp.Body}, nil
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

// CheckHeader returns the error of a header that a feed may not have asked with.
// It does not repeat the value.
func CheckHeader(name, value string) error { return httpfetch.CheckHeader(name, value) }
