package quotes_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
)

// The quote of most tables below, and who says it.
const (
	weGo     = "We will go there now"
	byZork   = " (Maria Zork, said)"
	byNobody = " (, said)"
)

func same(t *testing.T, e schema.Enriched, want ...string) {
	t.Helper()
	want = slices.DeleteFunc(want, func(s string) bool { return s == "" })
	if got := found(t, e); !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

// What stands between a quote and the verb of speech after it.
func TestAfterQuote(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"comma":                 {"“We will go there now,” {P Maria Zork} said.", weGo + "," + byZork},
		"comma outside":         {"“We will go there now”, {P Maria Zork} said.", weGo + byZork},
		"comma outside, single": {"‘We will go there now’, {P Maria Zork} said.", weGo + byZork},
		"straight":              {`"We will go there now," {P Maria Zork} said.`, weGo + "," + byZork},
		"exclamation":           {"“We will go there now!” {P Maria Zork} said.", weGo + "!" + byZork},
		"question":              {"“We will go there now?” {P Maria Zork} said.", weGo + "?" + byZork},
		"ellipsis":              {"“We will go there now…” {P Maria Zork} said.", weGo + "…" + byZork},
		"dash within":           {"“We will go there now—” {P Maria Zork} said.", weGo + "—" + byZork},
		"dash outside":          {"“We will go there now” — {P Maria Zork} said.", weGo + byZork},
		"short dash outside":    {"“We will go there now” – {P Maria Zork} said.", weGo + byZork},
		"hyphen outside":        {"“We will go there now” - {P Maria Zork} said.", weGo + byZork},
		"nested end":            {"“We will go there ‘now,’” {P Maria Zork} said.", "We will go there ‘now,’" + byZork},
		"filler":                {"“We will go there now,” {P Maria Zork} later said.", weGo + "," + byZork},
		"adverb":                {"“We will go there now,” {P Maria Zork} angrily said.", weGo + "," + byZork},
		"day":                   {"“We will go there now,” {P Maria Zork} on Monday said.", weGo + "," + byZork},
		"who":                   {"“We will go there now,” {P Maria Zork}, who said so.", weGo + "," + byZork},
		"inverted in place":     {"“We will go there now,” said {P Maria Zork} in {L Lima}.", weGo + "," + byZork},
		"inverted a fisher":     {"“We will go there now,” said a fisher.", weGo + "," + byNobody},
		"they":                  {"{P Maria Zork} left. “We will go there now,” they said.", weGo + "," + byNobody},
		"friend of":             {"“We will go there now,” a friend of {P Maria Zork}'s said.", weGo + "," + byNobody},
		"signed, dash":          {"“We will go there now.” — {P Maria Zork}", weGo + ". (Maria Zork, )"},
		"signed, hyphen":        {"“We will go there now.” - {P Maria Zork}.", weGo + ". (Maria Zork, )"},
		"signed, office":        {"“We will go there now.” – {P Maria Zork}, fisher", weGo + ". (Maria Zork, )"},
		"dash, no signature":    {"“We will go there now.” – {P Maria Zork} left the lake", ""},
		"no verb":               {"“We will go there now,” {P Maria Zork} left.", ""},
		"verb too far":          {"“We will go there now,” " + strings.Repeat("very ", 30) + "{P Maria Zork} said.", ""},
	} {
		t.Run(name, func(t *testing.T) { same(t, marked(t, test.text), test.want) })
	}
}

// Verbs of speech in all their forms, and words that only look like them.
func TestCues(t *testing.T) {
	for verb, cue := range map[string]string{
		"said": "said", "says": "says", "told us": "told", "added": "added", "asked": "asked", "replied": "replied", "wrote": "wrote",
		"has said": "said", "had insisted": "insisted", "would later claim": "", "tweeted": "tweeted", "claims": "claims",
		"warned": "warned", "was quoted as saying": "quoted", "did not say": "say", "emphasised": "emphasised", "walked": "", "slept": "",
	} {
		want := weGo + ", (Maria Zork, " + cue + ")"
		if cue == "" {
			want = ""
		}
		t.Run(verb, func(t *testing.T) { same(t, marked(t, "“We will go there now,” {P Maria Zork} "+verb+"."), want) })
	}
}

// What leads to a quote.
func TestBeforeQuote(t *testing.T) {
	const stop = weGo + "."
	for name, test := range map[string]struct{ text, want string }{
		"colon":              {"{P Maria Zork} said: “We will go there now.”", stop + byZork},
		"comma":              {"{P Maria Zork} said, “We will go there now.”", stop + byZork},
		"nothing":            {"{P Maria Zork} said “We will go there now.”", stop + byZork},
		"that":               {"{P Maria Zork} said that “We will go there now.”", stop + byZork},
		"apposition":         {"{P Maria Zork}, a fisher, said: “We will go there now.”", stop + byZork},
		"apposition, office": {"The fisher, {P Maria Zork}, said: “We will go there now.”", stop + byZork},
		"brackets":           {"{P Maria Zork} (54) said: “We will go there now.”", stop + byZork},
		"day first":          {"On Monday {P Maria Zork} said: “We will go there now.”", stop + byZork},
		"firm":               {"{O Zorbex} said: “We will go there now.”", stop + " (Zorbex, said)"},
		"inverted":           {"Said {P Maria Zork}: “We will go there now.”", stop + byZork},
		"two verbs":          {"{P Ivan Blix} left, and {P Maria Zork} said: “We will go there now.”", stop + byZork},
		"last of two":        {"{P Ivan Blix} said so, but {P Maria Zork} said: “We will go there now.”", stop + byZork},
		"sentence before":    {"{P Maria Zork} said so. “We will go there now.”", ""},
		"semicolon before":   {"{P Maria Zork} said so; “We will go there now.”", ""},
		"according":          {"According to {P Maria Zork}, “We will go there now.”", stop + " (Maria Zork, according to)"},
		"name and colon":     {"{P Maria Zork}: “We will go there now.”", stop + " (Maria Zork, )"},
		"no name and colon":  {"A fisher: “We will go there now.”", ""},
		"name within":        {"With {P Maria Zork}: “We will go there now.”", ""},
		"preposition":        {"For {P Maria Zork} it rained, adding: “We will go there now.”", stop + " (, adding)"},
		"the said lake":      {"{P Maria Zork} left the said “lake of long dark nights”.", ""},
	} {
		t.Run(name, func(t *testing.T) { same(t, marked(t, test.text), test.want) })
	}
}

// Quotes that follow one whose speaker is known, in one paragraph and over several.
func TestFollowing(t *testing.T) {
	const first = "“We will go there now,” {P Maria Zork} said."
	known := weGo + "," + byZork
	for name, test := range map[string]struct {
		paragraphs []string
		want       []string
	}{
		"same paragraph":    {[]string{first + " “We stay.”"}, []string{known, "We stay. (Maria Zork, )"}},
		"two":               {[]string{first + " “We stay.” “We sleep.”"}, []string{known, "We stay. (Maria Zork, )", "We sleep. (Maria Zork, )"}},
		"words between":     {[]string{first + " It rained. “We will all stay here.”"}, []string{known}},
		"other speaker":     {[]string{first + " “We stay,” said {P Ivan Blix}."}, []string{known, "We stay, (Ivan Blix, said)"}},
		"next paragraph":    {[]string{first, "“We will all stay here.”"}, []string{known, "We will all stay here. (Maria Zork, )"}},
		"next, too short":   {[]string{first, "“We stay.”"}, []string{known}},
		"next, not alone":   {[]string{first, "“We will all stay here.” It rained."}, []string{known}},
		"paragraph between": {[]string{first, "It rained.", "“We will all stay here.”"}, []string{known}},
		"unknown before":    {[]string{"“We will go there now,” they said.", "“We will all stay here.”"}, []string{weGo + "," + byNobody, "We will all stay here. (, )"}},
		"said by nobody":    {[]string{"“We stay.”", "“We will all stay here.”"}, nil},
		"interrupted": {
			[]string{"“We go there,” {P Maria Zork} said, “and we will all stay.”"},
			[]string{"We go there, (Maria Zork, said)", "and we will all stay. (Maria Zork, said)"},
		},
		"she, across": {
			[]string{"{P Maria Zork} left.", "It rained.", "“We will go there now,” she said."},
			[]string{weGo + "," + byZork},
		},
		"colon across":    {[]string{"{P Maria Zork} said:", "“We will go there now.”"}, []string{weGo + "." + byZork}},
		"no colon across": {[]string{"{P Maria Zork} said.", "“We will go there now.”"}, nil},
		"colon, no quote": {[]string{"{P Maria Zork} said:", "So: “We will go there now.”"}, nil},
		"colon, older":    {[]string{"{P Maria Zork} said so. Then:", "“We will go there now.”"}, nil},
	} {
		t.Run(name, func(t *testing.T) { same(t, marked(t, test.paragraphs...), test.want...) })
	}
}

// Where an apposition says what somebody is, and where it does not.
func TestRolesInText(t *testing.T) {
	const later = " “We will go there now,” the mayor said."
	for name, test := range map[string]struct {
		before string
		known  bool
	}{
		"title":              {"Mayor {P Maria Zork} left.", true},
		"small title":        {"The mayor {P Maria Zork} left.", true},
		"comma":              {"The mayor, {P Maria Zork}, left.", true},
		"after":              {"{P Maria Zork}, mayor, left.", true},
		"after, of":          {"{P Maria Zork}, the mayor of {L Lima}, left.", true},
		"after, adjectives":  {"{P Maria Zork}, the new and popular mayor, left.", true},
		"after, too far":     {"{P Maria Zork}, the new, old, very, very, very good mayor, left.", false},
		"second comma":       {"{P Maria Zork}, 54, the mayor, left.", false},
		"of a place":         {"{L Lima}, the mayor of all, left.", false},
		"word between":       {"The mayor met {P Maria Zork}.", false},
		"comma and a word":   {"The mayor, like {P Maria Zork}, left.", false},
		"former":             {"Former mayor {P Maria Zork} left.", false},
		"late":               {"The late mayor {P Maria Zork} left.", false},
		"vice":               {"Vice mayor {P Maria Zork} left.", false},
		"in a quote":         {"{P Maria Zork}, “so”, the mayor left.", false},
		"sentence between":   {"{P Maria Zork}, so; the mayor left.", false},
		"role at the end":    {"{P Maria Zork} met the mayor.", false},
		"role at the start":  {"Mayor, {P Maria Zork} left.", true},
		"somebody else, too": {"Mayor {P Maria Zork} met mayor {P Ivan Blix}.", false},
	} {
		t.Run(name, func(t *testing.T) {
			want := weGo + "," + byNobody
			if test.known {
				want = weGo + "," + byZork
			}
			same(t, marked(t, test.before+later), want)
		})
	}
}

// Texts with nothing to find, or with less than it seems.
func TestNothingSaid(t *testing.T) {
	for name, paragraphs := range map[string][]string{
		"no paragraph":   nil,
		"empty":          {""},
		"spaces":         {"  \t "},
		"no marks":       {"{P Maria Zork} said so."},
		"a mark":         {"“"},
		"two marks":      {"“”"},
		"only marks":     {"“…”", "”“", "''", "\"\""},
		"one name":       {"{P Maria Zork}"},
		"open at end":    {"{P Maria Zork} said: “"},
		"open, no more":  {"{P Maria Zork} said: “We will go there now."},
		"cue alone":      {"said", "said:", ": said"},
		"scare quotes":   {"The “lake” is a “very deep” one."},
		"title of work":  {"“The Long Lake” by {P Maria Zork} is out."},
		"possessive":     {"The fishers' lake, the boats' end, they said."},
		"measures":       {"A 5' 6\" fisher said so, at 6' 5\"."},
		"decades":        {"In the '80s and the '90s they said so."},
		"broken UTF-8":   {"\xff\xfe said “\xff”", "“\xe2\x80"},
		"comma and name": {", {P Maria Zork}", "), {P Ivan Blix} ("},
	} {
		t.Run(name, func(t *testing.T) { same(t, marked(t, paragraphs...)) })
	}
}
