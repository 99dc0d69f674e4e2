package schema

import (
	"net/url"
	"strings"
)

// withoutTracking is a query without the parameters that say how the reader
// came, and without empty ones; the others keep their order and spelling.
func withoutTracking(query string) string {
	var kept []string
	for part := range strings.SplitSeq(query, "&") {
		// A feed that escapes twice writes &amp; for &.
		for strings.HasPrefix(part, "amp;") {
			part = strings.TrimPrefix(part, "amp;")
		}
		name, value, _ := strings.Cut(part, "=")
		if part != "" && !isTracking(strings.ToLower(name), strings.ToLower(value)) {
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, "&")
}

// isTracking reports whether a parameter says where a reader came from and not
// what is read. To drop one too many makes two articles one, which is worse
// than to keep one too many. So a bare id, ref, cid or campaign stays, and a name
// in this list is one that publishers use for nothing else. The exception is
// source, which real news feeds use for tracking far more often.
func isTracking(name, value string) bool {
	for _, prefix := range []string{"utm_", "mtm_", "pk_campaign", "pk_kwd", "piwik_", "matomo_", "hsa_", "at_", "wt."} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	switch name {
	case "fbclid", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "twclid", "ttclid", // clicks
		"igshid", "igsh", "li_fat_id", "_ga", "_gl", "_openstat", "__twitter_impression",
		"mc_cid", "mc_eid", "mkt_tok", "_hsenc", "_hsmi", // mailings
		"ns_campaign", "ns_fee", "ns_linkname", "ns_mchannel", "ns_source", "wt_mc", "wt_zmc", "xtor", "xtref", // campaigns
		"cmpid", "icid", "intcid", "int_cid", "ex_cid", "ncid", "ocid",
		"emc", "partner", "smid", "smtyp", "mbid", "ftag", "sref", "srnd", "sr_share", "spref", "ico", "ito", "dicbo",
		"feedtype", "feedname", "traffic_source", "source", "soc_src", "soc_trk", "rss",
		"guccounter", "guce_referrer", "guce_referrer_sig":
		return true
	}
	return namesRSS(value) && !isContentName(name)
}

// namesRSS reports whether a value is a label that speaks of RSS: short, no
// address, with a word that begins with rss, or has no letter behind it (rss,
// rss20, bbc-rss, PCRSS03). With letters behind it is a word of some language
// (Kurssturz, kurssi).
func namesRSS(value string) bool {
	if len(value) > 64 || strings.Contains(value, ":") || strings.Contains(value, "%3a") {
		return false
	}
	isLetter := func(i int) bool { return i >= 0 && i < len(value) && 'a' <= value[i] && value[i] <= 'z' }
	for from := 0; ; {
		at := strings.Index(value[from:], "rss")
		if at < 0 {
			return false
		}
		if from += at; !isLetter(from-1) || !isLetter(from+len("rss")) {
			return true
		}
		from++
	}
}

// isContentName reports whether a parameter of this name says what is read, so
// that an article about RSS keeps its address.
func isContentName(name string) bool {
	switch name {
	case "id", "p", "q", "s", "v", "slug", "title", "name", "story", "article", "articleid", "storyid",
		"page", "path", "file", "url", "u", "search", "query", "tag", "topic", "cat", "category", "keyword":
		return true
	}
	return false
}

// wrapped is the address that a known redirector carries in a parameter, empty
// when a is not of one. Services that hide the address, as shorteners do, cannot
// be known without asking them.
func (a address) wrapped() string {
	names := wrapperParameters(strings.TrimPrefix(a.host, "www.") + strings.TrimSuffix(a.path, "/"))
	if names == "" {
		return ""
	}
	query, _ := url.ParseQuery(a.query) // what cannot be read is not there
	for name := range strings.FieldsSeq(names) {
		target := strings.TrimSpace(query.Get(name))
		lower := strings.ToLower(target)
		if strings.HasPrefix(lower, "http://") || strings.HasPrefix(lower, "https://") {
			return target
		}
	}
	return ""
}

// wrapperParameters names the parameters in which a redirector carries its
// target, separated by spaces.
func wrapperParameters(redirector string) string {
	if strings.HasPrefix(redirector, "google.") && strings.HasSuffix(redirector, "/url") {
		return "url q"
	}
	switch redirector {
	case "news.google.com/news/url", "bing.com/news/apiclick.aspx", "out.reddit.com", "cts.businesswire.com/ct/CT",
		"go.redirectingat.com", "go.skimresources.com", "medium.com/r", "getpocket.com/redirect",
		"linkedin.com/redir/redirect", "slack-redir.net/link":
		return "url"
	case "facebook.com/l.php", "l.facebook.com/l.php", "lm.facebook.com/l.php", "l.instagram.com",
		"redirect.viglink.com", "retriever-info.com/go":
		return "u"
	case "youtube.com/redirect":
		return "q"
	case "t.umblr.com/redirect":
		return "z"
	case "duckduckgo.com/l":
		return "uddg"
	case "vk.com/away.php":
		return "to"
	}
	return ""
}
