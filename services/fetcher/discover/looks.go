package discover

import (
	"bytes"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// isFeedLink reports whether a link element says that it is a feed.
func isFeedLink(a map[string]string) bool {
	rel := strings.Fields(strings.ToLower(a["rel"]))
	switch {
	case a["href"] == "" || isComments(a):
		return false
	case slices.Contains(rel, "feed"):
		return true
	case !slices.Contains(rel, "alternate"):
		return false
	}
	return isFeedType(a["type"]) || isDataType(a["type"]) && saysFeed(a)
}

// isFeedType reports whether a media type is one of feeds alone.
func isFeedType(written string) bool {
	t := mediaType(written)
	return strings.Contains(t, "rss") || strings.Contains(t, "atom") ||
		t == "application/feed+json" || t == "application/rdf+xml"
}

// isDataType reports whether a media type is one of feeds and of much else.
func isDataType(written string) bool {
	switch mediaType(written) {
	case "", "application/xml", "text/xml", "application/json":
		return true
	}
	return false
}

// mediaType is a media type without its parameters.
func mediaType(written string) string {
	t, _, _ := strings.Cut(written, ";")
	return strings.ToLower(strings.TrimSpace(t))
}

var (
	// feedWord is a word of a title that says that it is a feed.
	feedWord = regexp.MustCompile(`(?i)\b(?:rss|atom|rdf|(?:json)?feeds?)\b`)
	// feedPart is a part of an address that says so.
	feedPart = regexp.MustCompile(`(?i)(?:^|[/._?&=-])(?:rss(?:\d|feeds?)*|atom|rdf|feeds?)(?:[/._?&=-]|$)`)
	// commentWord begins the word for comments where news is written.
	commentWord = regexp.MustCompile(`(?i)comment|kommentar|coment|reacties|коммент|комент|评论|評論|コメント|تعليق|yorum`)
)

// saysFeed reports whether the title or the address of a link looks like that of
// a feed. The interface of WordPress is none.
func saysFeed(a map[string]string) bool {
	u, err := url.Parse(strings.TrimSpace(a["href"]))
	if err != nil || strings.Contains(u.Path, "/wp-json/") {
		return false
	}
	return feedWord.MatchString(a["title"]) || isFeedAddress(u)
}

func isFeedAddress(u *url.URL) bool {
	label, _, _ := strings.Cut(strings.ToLower(u.Hostname()), ".")
	return label == "feeds" || label == "rss" || feedPart.MatchString(u.Path) || u.RawQuery != "" && feedPart.MatchString("?"+u.RawQuery)
}

// isListName reports whether the text of a link names a page of feeds, such as
// "RSS" and "Our news feeds".
func isListName(text []byte) bool {
	if text = bytes.TrimSpace(text); len(text) > maxName {
		return false
	}
	words := strings.FieldsFunc(strings.ToLower(string(text)), func(r rune) bool { return !unicode.IsLetter(r) })
	return slices.Contains(words, "rss") || slices.Contains(words, "feeds")
}

// isComments reports whether a link leads to what readers say.
func isComments(a map[string]string) bool {
	return commentWord.MatchString(a["title"]) || strings.Contains(strings.ToLower(a["href"]), "comments")
}
