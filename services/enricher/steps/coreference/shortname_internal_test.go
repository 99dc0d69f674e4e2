package coreference

import (
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher/internal/honorific"
)

// Which names may stand for a longer one.
func TestEachShortName(t *testing.T) {
	places := map[string]bool{"zork": true, "new zork": true}
	for name, test := range map[string]struct {
		typ        schema.EntityType
		form, want string
	}{
		"one word":            {schema.Organization, "zorbex", ""},
		"tail":                {schema.Organization, "zorbex inc", "zorbex"},
		"two tails":           {schema.Organization, "zorbex holdings ltd", "zorbex holdings|zorbex"},
		"no tail":             {schema.Organization, "zorbex blix", ""},
		"tail alone":          {schema.Organization, "inc", ""},
		"of":                  {schema.Organization, "lake ministry of blix", "lake ministry"},
		"for":                 {schema.Organization, "lake fund for blix", "lake fund"},
		"head of a name":      {schema.Organization, "church of blix", "blix"},
		"head of a place":     {schema.Organization, "church of zork", ""},
		"head of two words":   {schema.Organization, "church of new blix", ""},
		"head for a name":     {schema.Organization, "church for blix", ""},
		"place before":        {schema.Organization, "zork air force", "air force"},
		"place of two words":  {schema.Organization, "new zork air force", "air force"},
		"country before":      {schema.Organization, "united states air force", "air force"},
		"place and one word":  {schema.Organization, "zork council", ""},
		"state":               {schema.Location, "state of blix", "blix"},
		"city and county":     {schema.Location, "city and county of blix", "blix"},
		"two places":          {schema.Location, "republic of blix and zork", ""},
		"other kind of place": {schema.Location, "gulf of blix", ""},
		"place, no kind":      {schema.Location, "blix inc", ""},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			eachShortName(&node{typ: test.typ, form: test.form}, places, func(short string) { got = append(got, short) })
			if got := strings.Join(got, "|"); got != test.want {
				t.Errorf("%q: got %q, want %q", test.form, got, test.want)
			}
		})
	}
}

// Whom a surname means of those that bear it.
func TestBearersPick(t *testing.T) {
	p := &people{all: []person{
		{words: []string{"maria", "zork"}, gender: honorific.Female},
		{words: []string{"ivan", "zork"}, gender: honorific.Male},
	}}
	name := personName{kind: shortName, words: []string{"zork"}}
	for what, test := range map[string]struct {
		announced, noted []int // by when, who
		who              int
		ok, only         bool
	}{
		"nobody":       {nil, nil, 0, false, false},
		"one":          {[]int{1}, nil, 1, true, true},
		"first":        {[]int{1, 0}, nil, 1, true, false},
		"first again":  {[]int{0, 0}, nil, 0, true, true},
		"latest":       {[]int{0, 1}, []int{0, 1}, 1, true, false},
		"latest first": {[]int{0, 1}, []int{1, 0}, 0, true, false},
		"one noted":    {[]int{0, 1}, []int{1}, 1, true, false},
	} {
		t.Run(what, func(t *testing.T) {
			var b bearers
			for when, who := range test.announced {
				b.announce(who, p.all[who].gender, when)
			}
			for when, who := range test.noted {
				b.note(who, p.all[who].gender, when)
			}
			if who, ok := b.pick(p, &name); who != test.who || ok != test.ok {
				t.Errorf("picked %d, %t, want %d, %t", who, ok, test.who, test.ok)
			}
			if _, ok := b.only(p, &name); ok != test.only {
				t.Errorf("only one: got %t, want %t", ok, test.only)
			}
		})
	}
	if _, ok := (*bearers)(nil).pick(p, &name); ok {
		t.Error("a name that nobody bears means somebody")
	}
}
