package linkscore

import (
	"fmt"
	"strings"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher/internal/corpus"
	"github.com/dateline-news/dateline/services/enricher/kb"
	"github.com/dateline-news/dateline/services/enricher/steps/link"
)

// Links counts names whose spans were given, and whose page of Wikipedia is known.
type Links struct {
	// All is how many there are. Covered are those whose page is in the base.
	All, Covered int
	// Given are the links that the step has set for covered ones, Right those of them
	// that are right. Extra are set for the others, and so wrong.
	Given, Right, Extra int
}

// Coverage is the part of all that the base could link.
func (l Links) Coverage() float64 { return part(l.Covered, l.All) }

// F1 is the micro-F1 over the covered names, with the links of the others counted
// as wrong.
func (l Links) F1() float64 { return part(2*l.Right, l.Covered+l.Given+l.Extra) }

// Precision is the part of the links that are right.
func (l Links) Precision() float64 { return part(l.Right, l.Given+l.Extra) }

// Recall is the part of the covered names that are linked right.
func (l Links) Recall() float64 { return part(l.Right, l.Covered) }

// String is for people.
func (l Links) String() string {
	return fmt.Sprintf("%d names, %.1f %% covered: precision %.1f, recall %.1f, F1 %.1f of those",
		l.All, 100*l.Coverage(), 100*l.Precision(), 100*l.Recall(), 100*l.F1())
}

// ScoreLinks gives the step the marked names of each document with their types, and
// compares its links with the pages of Wikipedia. A name of no type is tried as each.
func ScoreLinks(step *link.Step, base *kb.Set, docs []corpus.Document) Links {
	var sum Links
	for i := range docs {
		d := &docs[i]
		var byType [3][]link.Link
		var of []int
		for j, typ := range types() {
			a, entities, at := article(d, func(corpus.Span) schema.EntityType { return typ })
			byType[j], of = step.Resolve(&a, entities), at
		}
		for j, span := range d.Spans {
			if span.Link != "" {
				sum.add(linkOf(&byType, of[j], span.Type), titled(base, span.Link))
			}
		}
	}
	return sum
}

// types are those that a name without one is tried as, in this order.
func types() [3]schema.EntityType {
	return [3]schema.EntityType{schema.Location, schema.Organization, schema.Person}
}

// linkOf is the link of an entity as the type that its file gives it, nil for none.
func linkOf(byType *[3][]link.Link, entity int, marked string) *link.Link {
	for i, label := range [...]string{"LOC", "ORG", "PER"} {
		if x := &byType[i][entity]; (marked == label || marked == "") && x.Known() && !x.Near {
			return x
		}
	}
	return nil
}

func (l *Links) add(got *link.Link, gold []kb.Candidate) {
	l.All++
	if len(gold) > 0 {
		l.Covered++
	}
	switch {
	case got == nil:
	case len(gold) == 0:
		l.Extra++
	default:
		l.Given++
		for _, c := range gold {
			if c.ID() == got.ID() {
				l.Right++
				return
			}
		}
	}
}

// titled are the entities that a page of Wikipedia may be about: those of its name,
// and where it has one, of the place after the comma or of the kind in brackets.
func titled(base *kb.Set, title string) []kb.Candidate {
	title = strings.ReplaceAll(title[strings.LastIndexByte(title, '/')+1:], "_", " ")
	name, where, _ := strings.Cut(title, ", ")
	name, remark, _ := strings.Cut(name, " (")
	found := base.Find(nil, kb.Key(nil, title))
	if len(found) > 0 || name == title {
		return likely(found)
	}
	found = base.Find(nil, kb.Key(nil, name))
	areas := base.Find(nil, kb.Key(nil, where))
	var kept []kb.Candidate
	for _, c := range found {
		for i := range areas {
			if areas[i].Contains(&c.Entity) {
				kept = append(kept, c)
			}
		}
		if strings.Contains(remark, "state") && c.Kind == kb.Region || strings.Contains(remark, "country") && c.Kind == kb.Country {
			kept = append(kept, c)
		}
	}
	return kept
}

// likely keeps the candidate that a title without remarks is about: the likeliest
// of each type, as an encyclopedia has it.
func likely(found []kb.Candidate) []kb.Candidate {
	var kept []kb.Candidate
	seen := map[schema.EntityType]bool{}
	for _, c := range found {
		if c.Written&kb.Marked != 0 && c.Kind <= kb.Region {
			continue // It is a demonym, or an abbreviation.
		}
		if typ := c.Kind.Type(); !seen[typ] {
			seen[typ] = true
			kept = append(kept, c)
		}
	}
	return kept
}
