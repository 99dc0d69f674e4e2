package schema_test

import (
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
)

func TestIdentityKeyFoldsLinks(t *testing.T) {
	for name, links := range map[string][]string{
		"a story": {
			"https://example.com/world/story",
			"http://example.com/world/story/",
			"https://www.example.com/world/story",
			"https://m.example.com/world/story",
			"https://amp.example.com/world/story",
			"https://example.com/world/story/amp",
			"https://example.com/world/story/amp/",
			"https://example.com/amp/world/story",
			"https://example.com/world/story/index.html",
			"https://example.com/world/story?amp=1",
			"https://example.com/world/story?outputType=amp&utm_source=x",
			"https://example.com:443/world/./story#top",
			"https://www.google.com/url?q=https://example.com/world/story",
		},
		"a query": {"http://example.com/?p=12", "https://www.example.com/index.html?p=12&amp=true"},
	} {
		t.Run(name, func(t *testing.T) {
			want, _ := schema.IdentityKey(schema.Identity{Link: links[0]})
			for _, link := range links {
				got, rule := schema.IdentityKey(schema.Identity{Link: link, FeedID: link, GUID: link, Headline: link})
				if got != want || rule != schema.IdentityLink {
					t.Errorf("%s: %s %q, want %q", link, rule, got, want)
				}
			}
		})
	}
}

func TestIdentityKeyTellsApart(t *testing.T) {
	seen := map[string]schema.Identity{}
	for _, in := range []schema.Identity{
		{Link: "https://example.com/a"},
		{Link: "https://example.com/A"},
		{Link: "https://example.com:8443/a"},
		{Link: "https://example.com/a?x=1&y=2"},
		{Link: "https://example.com/a?y=2&x=1"},
		{Link: "https://example.com/a#!b"},
		{Link: "https://example.com/amp"},
		{Link: "https://example.com/the/amp/story"},
		{Link: "https://news.example.com/a"},
		{Link: "https://example.com/a%2Fb"},
		{Link: "https://example.com/a/b"},
		{FeedID: "f", GUID: "example.com/a"},
		{FeedID: "f", GUID: "1"},
		{FeedID: "f1", GUID: ""},
		{FeedID: "f", Headline: "1"},
		{FeedID: "f", Headline: "a", Date: "b"},
		{FeedID: "f", Headline: "a 1:b"},
		{FeedID: "f", Headline: "ab"},
		{FeedID: "fa", Headline: "b"},
		{FeedID: "f"},
		{},
	} {
		key, _ := schema.IdentityKey(in)
		if other, ok := seen[key]; ok {
			t.Errorf("%+v and %+v have the same key %q", in, other, key)
		}
		seen[key] = in
	}
}

func TestIdentityKeyRule(t *testing.T) {
	long := "https://example.com/" + strings.Repeat("a", 2048)
	for name, test := range map[string]struct {
		in   schema.Identity
		want string
	}{
		"link":               {schema.Identity{Link: "https://example.com/a", GUID: "1", Headline: "h"}, schema.IdentityLink},
		"guid":               {schema.Identity{FeedID: "f", GUID: "1", Headline: "h"}, schema.IdentityGUID},
		"relative link":      {schema.Identity{Link: "/a", FeedID: "f", GUID: "1"}, schema.IdentityGUID},
		"front page":         {schema.Identity{Link: "https://www.example.com/", FeedID: "f", GUID: "1"}, schema.IdentityGUID},
		"front page's index": {schema.Identity{Link: "https://www.example.com/index.html", FeedID: "f", GUID: "1"}, schema.IdentityGUID},
		"link too long":      {schema.Identity{Link: long, FeedID: "f", GUID: "1"}, schema.IdentityGUID},
		"blank guid":         {schema.Identity{FeedID: "f", GUID: " \n", Headline: "h"}, schema.IdentityHeadline},
		"nothing":            {schema.Identity{}, schema.IdentityHeadline},
		"links are shared":   {schema.Identity{Link: "https://example.com/a", GUID: "1", Policy: schema.PolicyGUID}, schema.IdentityGUID},
		"and no guid":        {schema.Identity{Link: "https://example.com/a", Headline: "h", Policy: schema.PolicyGUID}, schema.IdentityHeadline},
		"guids are shared":   {schema.Identity{Link: "https://example.com/a", GUID: "1", Policy: schema.PolicyLink}, schema.IdentityLink},
		"and no link":        {schema.Identity{GUID: "1", Headline: "h", Policy: schema.PolicyLink}, schema.IdentityHeadline},
		"both are shared":    {schema.Identity{Link: "https://example.com/a", GUID: "1", Policy: schema.PolicyHeadline}, schema.IdentityHeadline},
	} {
		t.Run(name, func(t *testing.T) {
			if _, rule := schema.IdentityKey(test.in); rule != test.want {
				t.Errorf("got rule %s, want %s", rule, test.want)
			}
		})
	}
}

// A key is part of the contract: ids that are stored must not change.
func TestArticleIDIsStable(t *testing.T) {
	for want, in := range map[string]schema.Identity{
		"link 19:example.com/a?x=1&y": {Link: "https://www.example.com/a/?x=1&y&utm_id=2"},
		"guid 4:feed 2:id":            {FeedID: "feed", GUID: " id "},
		"headline 4:feed 3:a b 3:Mon": {FeedID: "feed", Headline: "a\n b", Date: "Mon"},
	} {
		if got, _ := schema.IdentityKey(in); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	key, _ := schema.IdentityKey(schema.Identity{Link: "https://example.com/a"})
	if got, want := schema.ArticleID(key), "183a069358b303f32aa14d1a6b44ac95"; got != want {
		t.Errorf("got id %s, want %s", got, want)
	}
}

// What a policy leaves is the key that a feed without one has.
func TestPolicyMakesNoKeyOfItsOwn(t *testing.T) {
	all := schema.Identity{Link: "https://example.com/a", FeedID: "f", GUID: "1", Headline: "h", Date: "d"}
	for policy, same := range map[schema.IdentityPolicy]schema.Identity{
		schema.PolicyLink:     {Link: all.Link},
		schema.PolicyGUID:     {FeedID: "f", GUID: "1"},
		schema.PolicyHeadline: {FeedID: "f", Headline: "h", Date: "d"},
	} {
		in := all
		in.Policy = policy
		got, rule := schema.IdentityKey(in)
		if want, _ := schema.IdentityKey(same); got != want || rule != string(policy) {
			t.Errorf("%s: got %q by %s, want %q", policy, got, rule, want)
		}
	}
}
