package chaos

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dateline-news/dateline/pkg/schema"
)

// sight is one message of ENRICHED.
type sight struct {
	article  schema.Enriched
	sequence uint64
	stored   time.Time
}

// letter is one message of DEAD.
type letter struct {
	article string // the id in it, if any
	reason  string
}

// findings are what the checker holds against the pipeline.
type findings struct {
	lost, duplicate, disorder, corrupt []string

	entries, versions int // that the feeds have shown; versions that ENRICHED holds
	skipped           int // versions that were claimed and overtaken by later ones
	dead              []letter
}

// breaches is how many promises were broken.
func (f findings) breaches() int {
	return len(f.lost) + len(f.duplicate) + len(f.disorder) + len(f.corrupt)
}

func (f findings) String() string {
	return fmt.Sprintf("LOST %d  DUPLICATE %d  OUT OF ORDER %d  CORRUPT %d  (%d items, %d revisions, %d overtaken, %d dead letters)",
		len(f.lost), len(f.duplicate), len(f.disorder), len(f.corrupt), f.entries, f.versions, f.skipped, len(f.dead))
}

// details are the breaches, a line each, at most limit of each kind.
func (f findings) details(limit int) string {
	var b strings.Builder
	for _, kind := range []struct {
		name  string
		lines []string
	}{{"LOST", f.lost}, {"DUPLICATE", f.duplicate}, {"OUT OF ORDER", f.disorder}, {"CORRUPT", f.corrupt}} {
		for _, line := range kind.lines[:min(limit, len(kind.lines))] {
			fmt.Fprintf(&b, "%s %s\n", kind.name, line)
		}
	}
	for _, d := range f.dead[:min(limit, len(f.dead))] {
		fmt.Fprintf(&b, "dead letter: %s: %s\n", d.article, d.reason)
	}
	return b.String()
}

// checker goes through ENRICHED in its order.
type checker struct {
	findings
	entries   map[string]entry     // by token
	articles  map[string]entry     // by the id of the article
	revisions map[string]int       // the last of each article
	seen      map[revisionKey]bool // every revision of every article
	versions  map[string][]int     // of each token, in order
}

// check compares the stream with what the feeds have shown. Each of entries must
// be there in the last version that it had, or among the dead letters.
func check(entries []entry, sights []sight, dead []letter) findings {
	c := &checker{
		entries: map[string]entry{}, articles: map[string]entry{}, revisions: map[string]int{}, seen: map[revisionKey]bool{}, versions: map[string][]int{},
	}
	for _, e := range entries {
		c.entries[e.token], c.articles[e.article] = e, e
	}
	for _, s := range sights {
		c.see(s)
	}
	excused := map[string]bool{}
	for _, d := range dead {
		excused[d.article] = true
	}
	c.findings.dead = dead
	for _, e := range entries {
		c.settle(e, excused[e.article])
	}
	c.findings.entries = len(entries)
	return c.findings
}

// see looks at one message.
func (c *checker) see(s sight) {
	a := s.article
	at := fmt.Sprintf("at %d: article %s revision %d", s.sequence, a.ID, a.Revision)
	c.findings.versions++
	key := revisionKey{a.ID, a.Revision}
	switch {
	case c.seen[key]:
		c.duplicate = append(c.duplicate, at+" is there already")
	case a.Revision < c.revisions[a.ID]:
		c.disorder = append(c.disorder, fmt.Sprintf("%s follows revision %d", at, c.revisions[a.ID]))
	}
	c.seen[key] = true
	c.revisions[a.ID] = max(c.revisions[a.ID], a.Revision)

	token, version, err := c.identify(a)
	if err != nil {
		c.corrupt = append(c.corrupt, fmt.Sprintf("%s: %v", at, err))
		return
	}
	before := c.versions[token]
	switch {
	case slices.Contains(before, version):
		c.duplicate = append(c.duplicate, fmt.Sprintf("%s: %s version %d is there already", at, token, version))
	case len(before) > 0 && version < slices.Max(before):
		c.disorder = append(c.disorder, fmt.Sprintf("%s: %s version %d follows %d", at, token, version, slices.Max(before)))
	}
	c.versions[token] = append(before, version)
}

// identify tells which item an article is, in which version.
func (c *checker) identify(a schema.Enriched) (token string, version int, err error) {
	if a.Event == schema.EventWithdrawn {
		e, known := c.articles[a.ID]
		if !known || !e.gone {
			return "", 0, errors.New("no feed has taken it back")
		}
		return e.token, e.version, nil
	}
	token, version, err = readMark(a)
	e, known := c.entries[token]
	if err == nil && (!known || e.article != a.ID || version > e.text()) {
		err = fmt.Errorf("no feed has shown %s version %d as this article", token, version)
	}
	return token, version, err
}

// text is the last version that has a text.
func (e entry) text() int {
	if e.gone {
		return e.version - 1
	}
	return e.version
}

// settle looks at what became of one item.
func (c *checker) settle(e entry, excused bool) {
	last := 0
	if seen := c.versions[e.token]; len(seen) > 0 {
		last = slices.Max(seen)
		slices.Sort(seen)
		c.skipped += last - len(slices.Compact(seen))
	}
	if last < e.version && !excused {
		c.lost = append(c.lost, fmt.Sprintf("%s version %d (claimed %d, in ENRICHED %d), article %s", e.token, e.version, e.claimed, last, e.article))
	}
}

// readMark tells which item an article is, in which version. An error says that
// its text is not what was written.
func readMark(a schema.Enriched) (token string, version int, err error) {
	if len(a.Body) == 0 {
		return "", 0, fmt.Errorf("no text: %q", a.Headline)
	}
	last := len(a.Body) - 1
	var sum uint32
	if _, err := fmt.Sscanf(a.Body[last], markStart+"%s version %d sum %x.", &token, &version, &sum); err != nil {
		return "", 0, fmt.Errorf("no mark at its end: %.60q", a.Body[last])
	}
	if want := markOf(token, version, a.Headline, a.Body[:last]); a.Body[last] != want {
		return token, version, fmt.Errorf("its text is not that of its mark, %s", a.Body[last])
	}
	return token, version, nil
}

// revisionKey is one revision of one article.
type revisionKey struct {
	article  string
	revision int
}
