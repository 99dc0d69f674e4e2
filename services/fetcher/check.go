package fetcher

import (
	"context"
	"errors"
	"fmt"

	"github.com/dateline-news/dateline/pkg/feed"
	"github.com/dateline-news/dateline/pkg/feed/cut"
	"github.com/dateline-news/dateline/services/fetcher/internal/httpfetch"
)

// Check asks an address, within the bounds of c, and returns an error that is
// cut.ErrNotFeed or cut.ErrEmpty when what it answers is no feed. An address that does not answer
// may be a feed at another time, or from another place: that is no error.
func Check(ctx context.Context, c Config, url string) error {
	client, err := httpfetch.New(c.http())
	if err != nil {
		return err
	}
	defer client.Close()
	resp, err := client.Get(ctx, httpfetch.Request{URL: url})
	if err != nil {
		return nil
	}
	_, _, err = feed.Read(resp.Body, resp.ContentType, c.limits())
	if errors.Is(err, cut.ErrNotFeed) || errors.Is(err, cut.ErrEmpty) {
		return fmt.Errorf("%s: %w", resp.FinalURL, err)
	}
	return nil
}
