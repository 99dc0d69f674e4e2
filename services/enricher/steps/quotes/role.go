package quotes

import (
	"strings"

	"github.com/dateline-news/dateline/pkg/schema"
)

// nobody is a role that several people of the article have.
const nobody = -1

// maxRole is how many words after a name its apposition may say what somebody is:
// "Maria Zork, the country's deputy minister".
const maxRole = 7

// isRole reports whether a word says what somebody is, so that "the minister" may
// mean one who was said to be that.
func isRole(word string) bool {
	switch word {
	case "president", "minister", "chancellor", "senator", "governor", "mayor", "judge", "spokesman", "spokeswoman", "spokesperson", "chairman",
		"chairwoman", "director", "professor", "coach", "manager", "secretary", "ambassador", "general", "prosecutor", "lawyer", "attorney",
		"economist", "analyst", "author", "sheriff", "bishop", "archbishop", "pope", "king", "queen", "prince", "princess", "captain",
		"commissioner", "envoy", "lawmaker", "congressman", "congresswoman", "researcher", "scientist", "historian", "officer", "colonel",
		"strategist", "diplomat", "doctor", "teacher", "farmer", "actor", "actress", "singer", "writer", "filmmaker", "editor", "publisher",
		"representative", "leader", "premier", "striker", "midfielder", "goalkeeper", "defender":
		return true
	}
	return false
}

// readRoles finds out who is said to be what.
func (d *document) readRoles() {
	d.roles = map[string]int{}
	for i := range d.paragraphs {
		p := &d.paragraphs[i]
		for t := range p.tokens {
			role := strings.ToLower(p.word(t))
			if p.at[t] > 0 || !isRole(role) || p.isFormer(t) {
				continue
			}
			if who := d.bearerOf(p, t); who >= 0 {
				d.addRole(role, who)
			}
		}
	}
}

func (d *document) addRole(role string, who int) {
	if known, ok := d.roles[role]; ok && known != who {
		who = nobody
	}
	d.roles[role] = who
}

// isFormer reports whether the role at the token is a past one.
func (p *paragraph) isFormer(t int) bool {
	for i := max(0, t-2); i < t; i++ {
		switch strings.ToLower(p.word(i)) {
		case "former", "ex", "late", "vice", "deputy", "onetime":
			return true
		}
	}
	return false
}

// bearerOf is the person of the role at the token: the name after it ("Minister
// Maria Zork", "the minister, Maria Zork"), or before its apposition. Else -1.
func (d *document) bearerOf(p *paragraph, t int) int {
	if who := d.namedAfter(p, t); who >= 0 {
		return who
	}
	return d.namedBefore(p, t)
}

// namedAfter is the person named right after the token or after a comma, or -1.
func (d *document) namedAfter(p *paragraph, t int) int {
	if who := d.personOf(p, t+1); who >= 0 || p.word(t+1) != "," {
		return who
	}
	return d.personOf(p, t+2)
}

// namedBefore is the person named before the comma that opens the apposition with
// the token, or -1.
func (d *document) namedBefore(p *paragraph, t int) int {
	for i := t - 1; i > 0 && i > t-maxRole; i-- {
		switch {
		case p.endsSentence(i) || p.in[i] > 0:
			return -1
		case p.word(i) == ",":
			return d.personOf(p, i-1)
		}
	}
	return -1
}

// theRole is who is meant by "the minister" that ends at the token, or -1.
func (d *document) theRole(p *paragraph, t int) int {
	if !strings.EqualFold(p.word(t-1), "the") || p.Field == schema.FieldHeadline {
		return -1
	}
	if who, ok := d.roles[strings.ToLower(p.word(t))]; ok {
		return who
	}
	return -1
}
