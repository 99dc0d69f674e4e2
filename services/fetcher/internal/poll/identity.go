package poll

import (
	"bytes"
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dateline-news/dateline/pkg/feed/parse"
	"github.com/dateline-news/dateline/pkg/schema"
)

// What proves that links, or guids, do not tell the items of a feed apart. Another
// policy gives all its articles other ids, so that it takes more than an accident.
const (
	maxWitnesses = 100 // items that are looked at, the first of the document
	minSharing   = 3   // different items that share one link or guid
	maxNew       = 8   // new items whose links are looked for in known ones
	maxRuns      = 8   // parts of a link that are looked for
)

// claim is what an item says of which article it is.
type claim struct {
	index      int
	link, guid string // what would identify it
	says       string // its headline, or else the start of its text
	date       time.Time
}

// identify finds what tells the feed's items apart: by what was found before, or
// else by what the new items and those that share a link with them prove.
func (r *round) identify(fresh []int) {
	r.state.Identity = cmp.Or(r.state.Identity, r.known.Policy())
	if r.state.Identity != "" || len(fresh) == 0 || len(r.pieces) < minSharing || r.pieces[0].document.Format == schema.FormatSitemap {
		return
	}
	if policy := policyOf(r.claims(fresh), min(len(r.pieces), maxWitnesses)); policy != "" {
		r.state.Identity = policy
		r.result.Counts["identity-policy:"+string(policy)]++
	}
}

// claims are those of the items that were read, and of those that seem to have
// the link of a new one.
func (r *round) claims(fresh []int) []claim {
	var links [][]string
	for _, i := range fresh[:min(len(fresh), maxNew)] {
		if runs := linkRuns(r.parsed[i].Link); len(runs) > 0 {
			links = append(links, runs)
		}
	}
	var all []claim
	seen := map[claim]bool{}
	for i := range r.pieces[:min(len(r.pieces), maxWitnesses)] {
		if _, read := r.parsed[i]; !read && !hasAny(r.pieces[i].region(), links) {
			continue
		}
		item, ok := r.look(i)
		c := claimOf(item)
		if ok && c.says != "" && !seen[c] { // an item may stand in a document twice
			seen[c] = true
			c.index = i
			all = append(all, c)
		}
	}
	return all
}

// look reads an item, known or new.
func (r *round) look(i int) (parse.Item, bool) {
	if item, read := r.parsed[i]; read {
		return item, true
	}
	item, err := parse.One(r.one(i), r.pieces[i].document.Format, r.base())
	if err == nil {
		r.parsed[i] = item
	}
	return item, err == nil
}

func claimOf(item parse.Item) claim {
	c := claim{guid: item.GUID, says: cmp.Or(item.Title, bounded(item.Summary, 200), bounded(item.Content, 200)), date: appeared(item).UTC()}
	if key, rule := schema.IdentityKey(schema.Identity{Link: item.Link}); rule == schema.IdentityLink {
		c.link = key
	}
	return c
}

// linkRuns are the parts of an address, behind its host, that look the same however
// it is escaped, and whether or not it is relative; the last, which differ most, first.
func linkRuns(link string) []string {
	u, err := url.Parse(link)
	if err != nil {
		return nil
	}
	runs := strings.FieldsFunc(u.RequestURI(), isNoLinkRun)
	slices.Reverse(runs)
	return runs[:min(len(runs), maxRuns)]
}

func isNoLinkRun(c rune) bool {
	return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '/' && c != '-' && c != '_'
}

// hasAny reports whether an item seems to have one of the links: all runs of it.
func hasAny(region []byte, links [][]string) bool {
	return slices.ContainsFunc(links, func(runs []string) bool {
		return !slices.ContainsFunc(runs, func(run string) bool { return !bytes.Contains(region, []byte(run)) })
	})
}

// policyOf is what the claims of a feed of so many items prove; empty for nothing.
// Half of the items must share a link or guid with others that say something else.
// Where the guids are no better than the links, nearly all must.
func policyOf(claims []claim, items int) schema.IdentityPolicy {
	linked := sharing(claims, func(c claim) string { return c.link })
	switch {
	case 2*len(linked) >= items && len(linked) > 0 && areApart(linked):
		return schema.PolicyGUID
	case 10*len(linked) >= 9*items && len(linked) > 0:
		return schema.PolicyHeadline
	}
	if guided := sharing(claims, func(c claim) string { return c.guid }); len(guided) > 0 && 2*len(guided) >= items && len(linked) == 0 {
		return schema.PolicyLink
	}
	return ""
}

// sharing are the claims that have the same of something while they say different
// things, at least minSharing of each.
func sharing(claims []claim, of func(claim) string) []claim {
	says := map[string]map[string]bool{}
	for _, c := range claims {
		if says[of(c)] == nil {
			says[of(c)] = map[string]bool{}
		}
		says[of(c)][c.says] = true
	}
	var all []claim
	for _, c := range claims {
		if of(c) != "" && len(says[of(c)]) >= minSharing {
			all = append(all, c)
		}
	}
	return all
}

// areApart reports whether guids tell the claims apart: nearly each has its own,
// and it is not the item's place in the document.
func areApart(claims []claim) bool {
	guids := map[string]bool{}
	for _, c := range claims {
		guids[c.guid] = true
	}
	return !guids[""] && 10*len(guids) >= 9*len(claims) && !arePlaces(claims, 0) && !arePlaces(claims, 1)
}

// arePlaces reports whether the guids end in the number of the item in its document,
// where the newest comes first: the next item has that number then.
func arePlaces(claims []claim, first int) bool {
	start, numbered := strings.CutSuffix(claims[0].guid, strconv.Itoa(claims[0].index+first))
	rising := true
	for i, c := range claims {
		numbered = numbered && c.guid == start+strconv.Itoa(c.index+first)
		rising = rising && (i == 0 || c.date.After(claims[i-1].date))
	}
	return numbered && !rising
}
