// Package starter is the list of feeds that dateline begins with when it is
// given none: news of every continent in more than a dozen languages, chosen
// from the public-domain (CC0) lists of awesome-rss-feeds.
package starter

import (
	_ "embed"

	"github.com/dateline-news/dateline/internal/feedlist"
	"github.com/dateline-news/dateline/pkg/schema"
)

//go:embed starter.opml
var opml []byte

// Feeds returns the list, in folders by region.
func Feeds() ([]schema.Feed, error) { return feedlist.ParseOPML("starter.opml", opml) }
