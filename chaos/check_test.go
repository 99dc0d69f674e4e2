package chaos

import (
	"strings"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/schema"
)

// told is an entry that a feed has shown in this version.
func told(token string, version int) entry {
	return entry{token: token, article: "id-" + token, version: version}
}

// seen is a message of ENRICHED, as it should be.
func seen(token string, version, revision int) sight {
	texts := []string{"First paragraph of " + token, "Second one."}
	a := schema.Enriched{Article: schema.Article{ID: "id-" + token, Revision: revision, Headline: "Title " + token}}
	a.Body = append(texts, markOf(token, version, a.Headline, texts))
	return sight{article: a, sequence: 1, stored: time.Now()}
}

// spoilt is a message that was changed on its way.
func spoilt(change func(a *schema.Enriched)) sight {
	s := seen("a", 1, 1)
	change(&s.article)
	return s
}

// gone is an entry that its feed has taken back in this version.
func gone(token string, version int) entry {
	e := told(token, version)
	e.gone = true
	return e
}

// withdrawn is the message that says so.
func withdrawn(token string, revision int) sight {
	a := schema.Enriched{Article: schema.Article{ID: "id-" + token, Revision: revision, Event: schema.EventWithdrawn}}
	return sight{article: a, sequence: 1, stored: time.Now()}
}

func TestCheck(t *testing.T) {
	for name, test := range map[string]struct {
		entries []entry
		sights  []sight
		dead    []letter
		want    string // the kinds of breaches
	}{
		"all there":               {[]entry{told("a", 2), told("b", 1)}, []sight{seen("a", 1, 1), seen("b", 1, 1), seen("a", 2, 2)}, nil, ""},
		"a version was overtaken": {[]entry{told("a", 3)}, []sight{seen("a", 1, 1), seen("a", 3, 2)}, nil, ""},
		"never there":             {[]entry{told("a", 1)}, nil, nil, "LOST"},
		"without its last":        {[]entry{told("a", 2)}, []sight{seen("a", 1, 1)}, nil, "LOST"},
		"a dead letter":           {[]entry{told("a", 1)}, nil, []letter{{"id-a", "poison"}}, ""},
		"another's dead letter":   {[]entry{told("a", 1)}, nil, []letter{{"id-b", "poison"}}, "LOST"},
		"the same message twice":  {[]entry{told("a", 1)}, []sight{seen("a", 1, 1), seen("a", 1, 1)}, nil, "DUPLICATE DUPLICATE"},
		"one text, two revisions": {[]entry{told("a", 1)}, []sight{seen("a", 1, 1), seen("a", 1, 2)}, nil, "DUPLICATE"},
		"two texts, one revision": {[]entry{told("a", 2)}, []sight{seen("a", 1, 1), seen("a", 2, 1)}, nil, "DUPLICATE"},
		"revisions fall":          {[]entry{told("a", 2)}, []sight{seen("a", 1, 2), seen("a", 2, 1)}, nil, "OUT OF ORDER"},
		"versions fall":           {[]entry{told("a", 2)}, []sight{seen("a", 2, 1), seen("a", 1, 2)}, nil, "OUT OF ORDER"},
		"taken back":              {[]entry{gone("a", 2)}, []sight{seen("a", 1, 1), withdrawn("a", 2)}, nil, ""},
		"not taken back":          {[]entry{gone("a", 2)}, []sight{seen("a", 1, 1)}, nil, "LOST"},
		"taken back twice":        {[]entry{gone("a", 2)}, []sight{withdrawn("a", 2), withdrawn("a", 3)}, nil, "DUPLICATE"},
		"taken back too early":    {[]entry{gone("a", 3)}, []sight{seen("a", 1, 1), withdrawn("a", 2), seen("a", 2, 3)}, nil, "OUT OF ORDER"},
		"taken back by nobody":    {[]entry{told("a", 1)}, []sight{seen("a", 1, 1), withdrawn("a", 2)}, nil, "CORRUPT"},
		"text of a tombstone":     {[]entry{gone("a", 2)}, []sight{seen("a", 2, 2)}, nil, "LOST CORRUPT"},
		"another headline":        {[]entry{told("a", 1)}, []sight{spoilt(func(a *schema.Enriched) { a.Headline = "x" })}, nil, "LOST CORRUPT"},
		"a paragraph less":        {[]entry{told("a", 1)}, []sight{spoilt(func(a *schema.Enriched) { a.Body = a.Body[1:] })}, nil, "LOST CORRUPT"},
		"without its end":         {[]entry{told("a", 1)}, []sight{spoilt(func(a *schema.Enriched) { a.Body = a.Body[:1] })}, nil, "LOST CORRUPT"},
		"without a text":          {[]entry{told("a", 1)}, []sight{spoilt(func(a *schema.Enriched) { a.Body = nil })}, nil, "LOST CORRUPT"},
		"in another charset":      {[]entry{told("a", 1)}, []sight{spoilt(func(a *schema.Enriched) { a.Body[1] = "Second oneâ€¦" })}, nil, "LOST CORRUPT"},
		"as another article":      {[]entry{told("a", 1)}, []sight{spoilt(func(a *schema.Enriched) { a.ID = "id-b" })}, nil, "LOST CORRUPT"},
		"never shown":             {nil, []sight{seen("a", 1, 1)}, nil, "CORRUPT"},
		"a version never shown":   {[]entry{told("a", 1)}, []sight{seen("a", 2, 1)}, nil, "LOST CORRUPT"},
	} {
		t.Run(name, func(t *testing.T) {
			f := check(test.entries, test.sights, test.dead)
			var kinds []string
			for _, line := range strings.Split(f.details(9), "\n") {
				for _, kind := range []string{"LOST", "DUPLICATE", "OUT OF ORDER", "CORRUPT"} {
					if strings.HasPrefix(line, kind+" ") {
						kinds = append(kinds, kind)
					}
				}
			}
			if got := strings.Join(kinds, " "); got != test.want || f.breaches() != len(kinds) {
				t.Errorf("got %q of %d, want %q:\n%s", got, f.breaches(), test.want, f.details(9))
			}
		})
	}
}

func TestFindingsAreCounted(t *testing.T) {
	f := check([]entry{told("a", 3), told("b", 1), told("c", 1)}, []sight{seen("a", 3, 1), seen("b", 1, 1), seen("b", 1, 1)}, []letter{{"id-c", "why"}})
	want := "LOST 0  DUPLICATE 2  OUT OF ORDER 0  CORRUPT 0  (3 items, 3 revisions, 2 overtaken, 1 dead letters)"
	if f.String() != want {
		t.Errorf("got %s\nwant %s", f, want)
	}
	if details := f.details(1); strings.Count(details, "\n") != 2 || !strings.Contains(details, "dead letter: id-c: why") {
		t.Errorf("got %s", details)
	}
}
