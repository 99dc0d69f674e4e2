package training

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"unicode"

	"github.com/dateline-news/dateline/services/enricher/internal/corpus"
)

// templates are sentences of kinds that news is full of and the sets have few of.
// A slot in braces is filled with words; those of PER, ORG and LOC are marked.
func templates() []string {
	return strings.Split(strings.TrimSpace(`
{ORG} {Role} {PER} said on {day} that {clause}.
{LOC}’s {Role} {PER} told reporters in {LOC} that {clause}.
{Role} {PER}, who visited {LOC} on {day}, said {clause}.
{PER}, {role} of {ORG}, said {clause}.
{PER}, the {role} of {LOC}, met {PER} in {LOC} on {day}.
“{Clause},” {PER} told {ORG}.
“{Clause},” said {PER}, {a role} at {ORG}.
{PER} and {PER} will meet {Role} {PER} in {LOC} next week.
{LAST} said {clause}, while {LAST} said nothing.
Mr {LAST} told the {ORG} that {clause}.
Ms. {LAST} and Dr. {LAST} joined {ORG} in {num}.
According to {LAST}, {clause}.
{CAPS}, {month} {n} ({AGENCY}) — {Clause}, {Role} {PER} said on {day}.
{CAPS} ({AGENCY}) - {ORG} said on {day} that {clause}.
{LOC}, {month} {n} ({AGENCY}) - {PER} said {clause}.
{LOC} — {Clause}, the {ORG} said.
By {PER}
By {PER}, {AGENCY}
By {PER} and {PER} in {LOC}
Reporting by {PER} in {LOC}; Editing by {PER}
{PER} reports from {LOC} for {ORG}.
{Corp} reported a quarterly profit of ${num} million, up from ${num} million a year earlier.
Shares of {Corp} rose {n} percent after {Corp} said {clause}.
{Corp} (NYSE: {TICKER}) said {day} it will buy {Corp} for ${num} million.
{Corp} chief executive {PER} said {clause}.
{PER}, analyst at {Corp}, said {Corp} and {Corp} would gain.
{Corp} named {PER} as chief financial officer, replacing {PER}.
Rivals such as {Corp}, {Corp} and {Corp} have also raised prices.
The {LOC}-based {Corp} employs {num} people in {LOC}, {LOC} and {LOC}.
{PER} was sentenced by the {Court} on {day}, prosecutors said.
The {Court} ruled in favour of {Corp} in its case against {PER}.
Judge {PER} of the {Court} ordered {LAST} to appear on {day}.
{LAST} v {LAST}: the {Court} decides
The {Body} ({ACRO}) said {clause}. The {ACRO} did not say when.
The {Body} and the {Body} signed an agreement in {LOC}.
Officials of the {Body} in {LOC} said {clause}.
{PER} of the {Body} told {LOC}'s {Body} that {clause}.
{LOC} police said {PER}, {n}, was arrested near {LOC} on {day}.
A court in {LOC} has fined {Corp} over {clause}.
The road from {LOC} to {LOC} through {LOC} was closed, {LOC} officials said.
Flooding in {LOC}, {LOC} has killed {n} people, the {Body} said.
Troops from {LOC} crossed into {LOC} near {LOC} on {day}.
Talks between {LOC} and {LOC} will resume in {LOC}.
The {LOC}-{LOC} border was closed on {day}.
The {LOC}-led coalition, backed by {LOC}, said {clause}.
{Team} {n} {Team} {n}
{Team} beat {Team} {n}-{n} in {LOC} on {day}.
{LAST} scored twice as {Team} beat {Team}.
{Team} coach {PER} praised {LAST} and {LAST}.
{PER} ({Country}) beat {PER} ({Country}) {n}-{n}, {n}-{n}
{PER}, who plays for {Team}, will miss the match against {Team}.
{Team} midfielder {PER} has signed for {Team}.
{PER} won the race ahead of {PER} of {LOC} and {LAST}.
The minister for {topic}, {PER}, resigned on {day}.
{PER} was born in {LOC}, {LOC}, and studied at the {University}.
Professor {PER} of the {University} said {clause}.
Researchers at {University} in {LOC} found that {clause}.
{PER} ({Party}) won the seat of {LOC} with {num} votes.
The {Party} and the {Party} agreed to form a government, {LAST} said.
{Party} leader {PER} called on {Role} {PER} to resign.
The {Paper} reported that {clause}.
{PER} told the {Paper} that {clause}.
The Ukrainian and Russian delegations met in {LOC}.
US-{LOC} relations are tense, {Role} {LAST} said.
The US and {LOC} will meet in {LOC}, the UK said.
He flew from {LOC} to {LOC}, where {LAST} was waiting.
She joined {ORG} after leaving {ORG} in {num}.
Asked about {LAST}, the {role} said {clause}.
{LAST}, a former {role}, lives in {LOC}.
{LAST}’s lawyer, {PER}, said {clause}.
{LOC}’s {Body} said {clause}.
Gen {LAST} and Col {LAST} were seen in {LOC}.
King {FIRST} and Queen {FIRST} visited {LOC}.
Copyright {num} {ORG}. All rights reserved.
{PER} is {a role} for {ORG} based in {LOC}.
Photo: {PER}/{AGENCY}
Follow {ORG} on Twitter.`), "\n")
}

// maker fills templates.
type maker struct {
	names  names
	random *rand.Rand
}

// documents makes documents of n sentences, some of them in other cases.
func (m *maker) documents(n int) []corpus.Document {
	all := templates()
	docs := make([]corpus.Document, 0, n)
	for i := range n {
		d := m.fill(all[i%len(all)])
		switch x := m.random.Float64(); {
		case x < 0.12:
			d = d.Recase(corpus.TitleCase)
		case x < 0.2:
			d = d.Recase(corpus.AllCaps)
		}
		docs = append(docs, d)
	}
	return docs
}

func (m *maker) fill(template string) corpus.Document {
	var b strings.Builder
	var d corpus.Document
	for {
		before, rest, ok := strings.Cut(template, "{")
		b.WriteString(before)
		if !ok {
			break
		}
		slot, after, _ := strings.Cut(rest, "}")
		template = after
		words, typ := m.slot(slot)
		start := b.Len()
		b.WriteString(words)
		if typ != "" {
			d.Spans = append(d.Spans, corpus.Span{Start: start, End: b.Len(), Type: typ})
		}
	}
	d.Texts = []string{b.String()}
	return d
}

// slot is what fills a slot, and its type if that is marked.
func (m *maker) slot(slot string) (words, typ string) {
	switch slot {
	case "PER":
		return m.person(), "PER"
	case "LAST":
		return lastWord(m.person()), "PER"
	case "FIRST":
		first, _, _ := strings.Cut(m.person(), " ")
		return first, "PER"
	case "LOC":
		return m.names.pick("LOC", false, m.random), "LOC"
	case "Country":
		return m.one("Kenya Norway Japan Brazil Ghana India Spain Italy Peru Chile Canada Egypt Poland USA Serbia"), "LOC"
	case "CAPS":
		return strings.ToUpper(m.names.pick("LOC", false, m.random)), "LOC"
	case "AGENCY":
		return m.one("Reuters AP AFP Xinhua dpa Bloomberg UPI ANI PTI Interfax TASS Kyodo IPS VOA"), "ORG"
	}
	if words := m.organization(slot); words != "" {
		return words, "ORG"
	}
	return m.plain(slot), ""
}

func (m *maker) person() string {
	name := m.names.pick("PER", true, m.random)
	if m.random.IntN(4) == 0 { // a name that no list has
		first, _, _ := strings.Cut(name, " ")
		name = first + " " + invented(m.random)
	}
	return name
}

// organization is what fills a slot for an organization, empty if slot is none.
func (m *maker) organization(slot string) string {
	loc, last := m.names.pick("LOC", false, m.random), lastWord(m.names.pick("PER", true, m.random))
	either := func(all ...string) string { return all[m.random.IntN(len(all))] }
	topic := m.title("topic")
	switch slot {
	case "ORG":
		if m.random.IntN(3) > 0 {
			return m.names.pick("ORG", false, m.random)
		}
		return m.organization(either("Corp", "Body", "University", "Paper", "ACRO"))
	case "Corp":
		kind := m.one("Bank Group Holdings Industries Energy Motors Pharma Airlines Media Foods Systems Capital Technologies Partners Telecom")
		return either(m.names.pick("ORG", false, m.random), last+" "+kind, invented(m.random), invented(m.random)+" Inc", last+" & "+invented(m.random),
			loc+" "+kind, invented(m.random)+" "+kind, last+" "+m.one("Corp Ltd plc Inc. Co. AG SA"))
	case "Body":
		return either("Ministry of "+topic, "Department of "+topic, topic+" Commission", loc+" "+topic+" Authority", "National "+topic+" Agency",
			"Association of "+topic+" Workers", loc+" "+m.one("Police Council Parliament"), "Institute for "+topic, "Council on "+topic, topic+" and "+m.title("topic")+" Board")
	case "Court":
		return either("High Court", "Supreme Court", loc+" High Court", "Court of Appeal", loc+" District Court", "U.S. District Court", "Constitutional Court")
	case "University":
		return either("University of "+loc, loc+" University", last+" University", last+" College", loc+" Institute of "+topic)
	case "Team":
		return either(loc, loc+" "+m.one("United City Rovers Tigers Eagles FC Wanderers Lions Athletic"), m.one("Real Sporting Dynamo FC AC")+" "+loc, loc)
	case "Party":
		return either(m.title("topic")+" Party", m.one("Labour Liberal Democratic Conservative Republican Green")+" Party", "People's "+topic+" Front", acronym(m.random))
	case "Paper":
		return either(loc, last, "Daily", "Morning") + " " + m.one("Times Post Herald News Star Tribune Gazette Observer Standard Mail")
	case "ACRO", "TICKER":
		return acronym(m.random)
	}
	return ""
}

// plain is what fills a slot that is not marked.
func (m *maker) plain(slot string) string {
	switch slot {
	case "day":
		return m.one("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")
	case "month":
		return m.one("January February March April May June July August Sept Oct Nov Dec")
	case "n":
		return fmt.Sprint(1 + m.random.IntN(30))
	case "num":
		return fmt.Sprint(100 + m.random.IntN(1950))
	case "Clause":
		clause := m.plain("clause")
		return strings.ToUpper(clause[:1]) + clause[1:]
	case "Role":
		return m.title("role")
	case "a role":
		return "a " + m.plain("role")
	case "topic":
		return m.either("defence", "health", "public works", "education", "foreign affairs", "energy", "trade", "justice", "transport", "finance",
			"water", "agriculture", "labour", "mining", "tourism", "science", "human rights", "nuclear safety", "fisheries", "culture")
	case "role":
		return m.either("president", "prime minister", "spokesman", "chief executive", "deputy foreign minister", "chairman", "governor",
			"secretary general", "managing director", "finance minister", "attorney general", "vice president", "director", "mayor",
			"parliament speaker", "head coach", "deputy secretary of state", "lawyer", "chief economist", "ambassador", "police chief", "senior adviser")
	}
	return m.either("the plan would go ahead", "no decision had been made", "prices would rise again this year", "the vote was fair",
		"talks had failed", "more people had died than was thought", "it would not accept the terms", "the work will take two years",
		"there was no evidence for that", "sales fell in the last quarter", "the bridge would open in spring", "aid was on its way")
}

func (m *maker) title(slot string) string {
	words := strings.Fields(m.plain(slot))
	for i, w := range words {
		if w != "of" {
			words[i] = strings.ToUpper(w[:1]) + w[1:]
		}
	}
	return strings.Join(words, " ")
}

func (m *maker) one(words string) string { return m.either(strings.Fields(words)...) }

func (m *maker) either(all ...string) string { return all[m.random.IntN(len(all))] }

// invented is a name that nobody has.
func invented(random *rand.Rand) string {
	const heads, vowels, tails = "b bh ch d dr f g gh h j k kh kr l m mb n nd ng ny p r s sh st t th tr ts v w y z zh", "a e i o u aa ee ia ou ai", "n r s l m k t ng sh v kov ski man ez son berg wala idis oglu enko adze moto pour swamy"
	pick := func(s string) string { f := strings.Fields(s); return f[random.IntN(len(f))] }
	var b strings.Builder
	for range 1 + random.IntN(3) {
		b.WriteString(pick(heads) + pick(vowels))
	}
	if random.IntN(3) > 0 {
		b.WriteString(pick(tails))
	}
	name := []rune(b.String())
	name[0] = unicode.ToUpper(name[0])
	return string(name)
}

func acronym(random *rand.Rand) string {
	letters := make([]byte, 2+random.IntN(4))
	for i := range letters {
		letters[i] = byte('A' + random.IntN(26))
	}
	return string(letters)
}
