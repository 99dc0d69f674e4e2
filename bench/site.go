package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"

	"github.com/dateline-news/dateline/services/fetcher/fetchertest"
)

// siteReady is what the site tells once it is warm.
type siteReady struct {
	URL string `json:"url"`
	// Bytes of all feed documents.
	Bytes int64 `json:"bytes"`
}

func feedPath(n int) string { return fmt.Sprintf("/%d.xml", n) }

// serveSite is the process with the feeds. It serves until in ends.
func serveSite(ctx context.Context, args []string, in io.Reader, out, _ io.Writer) error {
	flags := flag.NewFlagSet(partSite, flag.ContinueOnError)
	feeds, items, words := flags.Int("feeds", 1, ""), flags.Int("items", 1, ""), flags.Int("words", 1, "")
	if err := flags.Parse(args); err != nil {
		return err
	}
	site, err := fetchertest.Start()
	if err != nil {
		return err
	}
	defer site.Close()
	ready := siteReady{URL: site.URL("")}
	for n := range *feeds {
		site.Feed(feedPath(n)).SetItems(fetchertest.Generate(fetchertest.Spec{
			Seed: uint64(n), Count: *items, Words: *words, Base: fmt.Sprintf("https://paper%d.example", n),
		})...)
		size, err := warm(ctx, site.URL(feedPath(n)))
		if err != nil {
			return err
		}
		ready.Bytes += size
	}
	if err := json.NewEncoder(out).Encode(ready); err != nil {
		return fmt.Errorf("site: %w", err)
	}
	_, err = io.Copy(io.Discard, in)
	return err
}

// warm asks for a feed as a fetcher does, and as one that takes no gzip, so
// that the site has both forms ready and its work is not in the way later. It
// returns the size of the document.
func warm(ctx context.Context, url string) (int64, error) {
	var size int64
	for _, encoding := range []string{"gzip", "identity"} {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return 0, fmt.Errorf("warm %s: %w", url, err)
		}
		req.Header.Set("Accept-Encoding", encoding)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			return 0, fmt.Errorf("warm: %w", err)
		}
		size, err = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close() // it was read to its end
		if err != nil {
			return 0, fmt.Errorf("warm %s: %w", url, err)
		}
	}
	return size, nil
}
