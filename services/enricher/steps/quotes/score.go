package quotes

import (
	"slices"
	"strings"

	"github.com/dateline-news/dateline/pkg/schema"
)

// Said is a quotation as it should be found, in one text of the article.
type Said struct {
	// Mention is where it is, without quotation marks.
	schema.Mention
	// Whole is whether nothing of what was said is told in other words: of "it was
	// 'too late', he said" only a part is quoted.
	Whole bool
	// Source is how the text names who said it, and where; Text is empty when it does
	// not.
	Source schema.Mention
	// Cue is the words that introduce it.
	Cue string
}

// Figures count what was found of the quotations of articles.
type Figures struct {
	// Found is the quotes that the step gives, Exact those of them that are a
	// quotation to the byte, Near those that overlap with one by MinOverlap or more.
	Found, Exact, Near int
	// Gold is the quotations of MinWords or more and the whole ones, GoldExact and
	// GoldNear those of them that were found so; Whole and WholeNear the same of whole
	// ones.
	Gold, GoldExact, GoldNear, Whole, WholeNear int
	// Cues is the near quotes that have a cue, CuesRight those whose cue is a word of
	// the right one.
	Cues, CuesRight int
	// Named is the near quotes whose source holds the name of an entity, NamedGiven
	// those of them that have a speaker, NamedRight those that have this one.
	Named, NamedGiven, NamedRight int
	// Unnamed is the near quotes whose source is neither a name nor he or she,
	// UnnamedGiven those of them that have a speaker all the same.
	Unnamed, UnnamedGiven int
	// Pronouns is the near quotes whose source is he or she, PronounsGiven those that
	// have a speaker. Nobody says whether it is the right one.
	Pronouns, PronounsGiven int
}

const (
	// MinOverlap is how much two spans must have in common, as a share of the bytes of
	// the longer one, to be near.
	MinOverlap = 0.8
	// MinWords is the fewest words of a quotation that must be found if it is not all
	// that was said.
	MinWords = minTold
)

// Add adds the counts of other.
func (f Figures) Add(other Figures) Figures {
	return Figures{
		Found: f.Found + other.Found, Exact: f.Exact + other.Exact, Near: f.Near + other.Near,
		Gold: f.Gold + other.Gold, GoldExact: f.GoldExact + other.GoldExact, GoldNear: f.GoldNear + other.GoldNear,
		Whole: f.Whole + other.Whole, WholeNear: f.WholeNear + other.WholeNear,
		Cues: f.Cues + other.Cues, CuesRight: f.CuesRight + other.CuesRight,
		Named: f.Named + other.Named, NamedGiven: f.NamedGiven + other.NamedGiven, NamedRight: f.NamedRight + other.NamedRight,
		Unnamed: f.Unnamed + other.Unnamed, UnnamedGiven: f.UnnamedGiven + other.UnnamedGiven,
		Pronouns: f.Pronouns + other.Pronouns, PronounsGiven: f.PronounsGiven + other.PronounsGiven,
	}
}

// Scores are precision, recall and F1.
type Scores struct{ Precision, Recall, F1 float64 }

// ExactScores are those of quotes to the byte, NearScores those with MinOverlap.
func (f Figures) ExactScores() Scores { return scores(f.Exact, f.Found, f.GoldExact, f.Gold) }

// NearScores are those of quotes that overlap with a quotation by MinOverlap.
func (f Figures) NearScores() Scores { return scores(f.Near, f.Found, f.GoldNear, f.Gold) }

func scores(right, found, hit, gold int) Scores {
	s := Scores{Precision: ratio(right, found), Recall: ratio(hit, gold)}
	if s.Precision+s.Recall > 0 {
		s.F1 = 2 * s.Precision * s.Recall / (s.Precision + s.Recall)
	}
	return s
}

func ratio(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}

// Score compares the quotes of an article with the quotations that it has.
func Score(e *schema.Enriched, gold []Said) (f Figures) {
	f.Found = len(e.Quotes)
	near := make([]bool, len(gold))
	exact := make([]bool, len(gold))
	for i := range e.Quotes {
		q := &e.Quotes[i]
		at := slices.IndexFunc(gold, func(s Said) bool { return overlap(q.Mention, s.Mention) >= MinOverlap })
		if at < 0 {
			continue
		}
		f.Near++
		near[at] = true
		if q.Start == gold[at].Start && q.End == gold[at].End {
			f.Exact++
			exact[at] = true
		}
		f.countCue(q, &gold[at])
		f.countSpeaker(e, q, &gold[at])
	}
	for i, s := range gold {
		if s.Whole {
			f.Whole += 1
			f.WholeNear += one(near[i])
		}
		if s.Whole || len(strings.Fields(s.Text)) >= MinWords {
			f.Gold++
			f.GoldNear += one(near[i])
			f.GoldExact += one(exact[i])
		}
	}
	return f
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// overlap is what two spans have in common, as a share of the longer one.
func overlap(a, b schema.Mention) float64 {
	if a.Field != b.Field || a.Index != b.Index {
		return 0
	}
	return float64(min(a.End, b.End)-max(a.Start, b.Start)) / float64(max(a.End-a.Start, b.End-b.Start))
}

func (f *Figures) countCue(q *schema.Quote, s *Said) {
	if q.Cue == "" || s.Cue == "" {
		return
	}
	f.Cues++
	if strings.Contains(strings.ToLower(s.Cue), q.Cue) {
		f.CuesRight++
	}
}

func (f *Figures) countSpeaker(e *schema.Enriched, q *schema.Quote, s *Said) {
	given := one(q.Speaker != "")
	names := namesIn(e, s.Source)
	switch source := strings.ToLower(s.Source.Text); {
	case s.Source.Text == "":
	case source == "he" || source == "she":
		f.Pronouns++
		f.PronounsGiven += given
	case len(names) > 0:
		f.Named++
		f.NamedGiven += given
		f.NamedRight += one(slices.Contains(names, q.Speaker))
	default:
		f.Unnamed++
		f.UnnamedGiven += given
	}
}

// namesIn are the ids of the entities that are named within a span.
func namesIn(e *schema.Enriched, span schema.Mention) (ids []string) {
	for _, entity := range e.Entities {
		for _, m := range entity.Mentions {
			if m.Field == span.Field && m.Index == span.Index && m.Start >= span.Start && m.End <= span.End && m.Start < m.End {
				ids = append(ids, entity.ID)
				break
			}
		}
	}
	return ids
}
