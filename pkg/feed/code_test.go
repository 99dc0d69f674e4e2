package feed_test

import (
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/feed"
)

func TestCodeOf(t *testing.T) {
	limits := feed.DefaultLimits()
	limits.Bytes = 1 << 20
	for name, test := range map[string]struct{ body, want string }{
		"a web page":        {"<!doctype html><title>News</title><p>Hello", feed.CodeNotFeed},
		"other JSON":        {`{"status":"ok"}`, feed.CodeNotFeed},
		"a bot wall":        {"<!doctype html><html><head><title>Just a moment...</title></head></html>", feed.CodeBlocked},
		"nothing":           {"", feed.CodeEmpty},
		"blank lines":       {" \n\n", feed.CodeEmpty},
		"too long":          {"<rss>" + strings.Repeat(" ", 1<<20) + "</rss>", feed.CodeTooLarge},
		"nested":            {"<rss><channel><item>" + strings.Repeat("<a>", 10_000), feed.CodeDepth},
		"nested JSON":       {`{"version":"https://jsonfeed.org/version/1.1","items":` + strings.Repeat("[", 10_000), feed.CodeDepth},
		"many comments":     {"<rss><channel><item><title>" + strings.Repeat("<!---->", 10_000), feed.CodeBudget},
		"no gzip after all": {"\x1f\x8b\x08 but no more of it", feed.CodeEncoding},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := feed.Read([]byte(test.body), "", limits)
			if err == nil {
				t.Fatal("no error")
			}
			if got := feed.CodeOf(err); got != test.want {
				t.Errorf("got %s, want %s: %v", got, test.want, err)
			}
		})
	}
}
