package discover

import (
	"net/url"
	"path"
	"strings"
)

// commonPaths are the addresses where the programs that sites are made with have
// their feeds: in the part of the site that was given, then at its root.
func commonPaths(page *url.URL) []candidate {
	names := []string{
		"/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/feed.json",
		"/feeds/posts/default", "/index.rdf", "/?feed=rss2",
	}
	if part := partOf(page.Path); part != "" {
		names = append([]string{part + "/feed", part + "/index.xml"}, names...)
	}
	var list []candidate
	for _, name := range names {
		p, query, _ := strings.Cut(name, "?")
		u := url.URL{Scheme: page.Scheme, Host: page.Host, Path: p, RawQuery: query}
		list = append(list, candidate{url: u.String(), from: FromPath})
	}
	return list
}

// partOf is the folder that a path is in when that stands at the root, such as
// /blog: a feed deeper down is more likely one of the comments on an article.
func partOf(p string) string {
	if strings.Contains(path.Base(p), ".") {
		p = path.Dir(p)
	}
	p = strings.TrimSuffix(p, "/")
	if strings.Count(p, "/") != 1 || strings.ContainsAny(p, "?") {
		return ""
	}
	return p
}
