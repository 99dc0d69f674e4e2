package schema

import (
	"strconv"
	"strings"
)

// Identity is what a feed says of which article an item is.
type Identity struct {
	// Link is the absolute address of the article, as the feed gives it.
	Link string
	// FeedID is the id of the feed; see FeedID.
	FeedID string
	// GUID is the item's identifier as written.
	GUID string
	// Headline is the article's title.
	Headline string
	// Date is the date of publication as written.
	Date string
	// Policy is the feed's, if it has one.
	Policy IdentityPolicy
}

// IdentityPolicy is what tells the items of a feed apart, where the feed has
// shown that its links or guids do not: that alone, and else headline and date.
// The empty policy is that of nearly all feeds.
type IdentityPolicy string

// The policies are rules of IdentityKey.
const (
	PolicyLink     IdentityPolicy = "link"     // items share guids
	PolicyGUID     IdentityPolicy = "guid"     // items share links
	PolicyHeadline IdentityPolicy = "headline" // items share links, and the guids are no better
)

// allows reports whether a rule may tell items apart.
func (p IdentityPolicy) allows(rule string) bool { return p == "" || string(p) == rule }

// The rules by which IdentityKey chooses.
const (
	IdentityLink     = "link"     // the address of the article
	IdentityGUID     = "guid"     // the feed and its identifier for the item
	IdentityHeadline = "headline" // the feed, the headline and the date
)

// IdentityKey is what makes an item this article and no other, and the rule that
// chose it; ArticleID makes the id of it. First comes the link, whose canonical
// spelling is folded further: scheme, www., m., amp., /amp, index.html and one
// slash at the end do not count, so that all feeds of a site name one article.
// Without a link it is feed and guid, and without that feed, headline and date.
// The front page of a site is no link to an article: several items of a feed
// point to it. A policy leaves out what does not tell the items of a feed apart.
//
// The key is made from the feed alone, never from the page: a page that cannot
// be fetched must not give another id.
func IdentityKey(in Identity) (key, rule string) {
	if a, ok := readAddress(in.Link, ""); ok && in.Policy.allows(IdentityLink) && len(a.String()) <= maxAddress {
		if folded := a.fold(); folded.path+folded.query+folded.fragment != "" {
			return identityKey(IdentityLink, folded.join()), IdentityLink
		}
	}
	if guid := strings.TrimSpace(in.GUID); guid != "" && in.Policy.allows(IdentityGUID) {
		return identityKey(IdentityGUID, in.FeedID, guid), IdentityGUID
	}
	headline := strings.Join(strings.Fields(in.Headline), " ")
	return identityKey(IdentityHeadline, in.FeedID, headline, strings.TrimSpace(in.Date)), IdentityHeadline
}

// identityKey joins the parts, each with its length before it, so that no two
// lists of parts are joined to the same key.
func identityKey(rule string, parts ...string) string {
	key := rule
	for _, part := range parts {
		key += " " + strconv.Itoa(len(part)) + ":" + part
	}
	return key
}

// fold is the address without what may differ between two addresses of the same
// article; join spells it.
func (a address) fold() address {
	a.host = foldHost(a.host)
	if a.port == "80" || a.port == "443" {
		a.port = "" // the scheme that it is not the default of does not count
	}
	a.path = foldPath(a.path)
	a.query = foldQuery(a.query)
	return a
}

// foldHost cuts the labels www, m and amp before a host, if a domain remains.
func foldHost(host string) string {
	for {
		label, rest, _ := strings.Cut(host, ".")
		if label != "www" && label != "m" && label != "amp" || !strings.Contains(rest, ".") {
			return host
		}
		host = rest
	}
}

// foldPath cuts one slash, index.html and the segment amp at the end, and the
// segment amp at the start. In the middle amp may be a word.
func foldPath(path string) string {
	path = strings.TrimSuffix(path, "/")
	path = strings.TrimSuffix(path, "/index.html")
	if rest, ok := strings.CutSuffix(path, "/amp"); ok && rest != "" {
		path = rest
	}
	if rest, ok := strings.CutPrefix(path, "/amp/"); ok && rest != "" {
		path = "/" + rest
	}
	return path
}

// foldQuery cuts the parameters that ask for the AMP form of a page.
func foldQuery(query string) string {
	var kept []string
	for part := range strings.SplitSeq(query, "&") {
		switch strings.ToLower(part) {
		case "amp", "amp=", "amp=1", "amp=true", "outputtype=amp":
		default:
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, "&")
}
