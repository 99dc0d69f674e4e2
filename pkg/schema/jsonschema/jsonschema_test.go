package jsonschema_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/pkg/schema/jsonschema"
)

func TestNames(t *testing.T) {
	want := []string{"article", "enriched", "feed", "health", "item", "job", "pointer", "pollstate", "step", "story"}
	if got := jsonschema.Names(); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestSchema(t *testing.T) {
	for _, name := range jsonschema.Names() {
		t.Run(name, func(t *testing.T) {
			s := load(t, name)
			if want := "https://dateline.news/schema/v1/" + name + ".json"; s.ID != want {
				t.Errorf("id %s, want %s", s.ID, want)
			}
			if s.Dialect != "https://json-schema.org/draft/2020-12/schema" || s.Description == "" || s.Additional != nil {
				t.Errorf("dialect %q, description %q, additional properties %v", s.Dialect, s.Description, s.Additional)
			}
		})
	}
	for _, name := range []string{"", "nothing", "../jsonschema"} {
		if _, err := jsonschema.Schema(name); !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("schema %q: %v", name, err)
		}
	}
}

// samples are messages with every field set, by the name of their schema.
func samples() map[string]any {
	at := time.Date(2024, 3, 18, 9, 30, 0, 1, time.UTC)
	article := schema.Article{
		ID: "0123456789abcdef0123456789abcdef", Revision: 2, Event: schema.EventRevised, Date: "2024-03-18",
		Published: &at, Updated: &at, DateSource: schema.DatePublished, Headline: "H", Lead: "L", Body: []string{"B"},
		Attribution: &schema.Attribution{Section: "UK", Source: "X"}, Authors: []string{"A"}, Language: "en",
		LanguageSource: "feed", DeclaredLanguage: "en", URL: "https://example.org/a", AlternateURLs: []string{"https://example.org/b"},
		Source:     schema.Source{Token: "example_org", Name: "X", Host: "example.org", FeedID: "f", FeedURL: "https://example.org/feed"},
		Categories: []string{"c"}, Media: []schema.Media{{URL: "https://example.org/p", Type: "image/png", Width: 1, Height: 1, Credit: "c", Caption: "c"}},
		Rights: &schema.Rights{Text: "t", License: "l", Holder: "h", RSL: "r", TDMReserved: true, TDMPolicy: "p"}, Credits: []string{"c"}, Paywalled: true, Extent: schema.ExtentFull, ContentHash: "h", PreviousHash: "g",
		Changed: []string{"lead"}, Fingerprint: "f", Provenance: schema.Provenance{
			ItemSeq: 1 << 40, ItemID: "i", FetchedAt: at, History: "j", Rules: []string{"identity:link"}, Versions: map[string]string{"normalizer": "1"},
		},
	}
	mention := schema.Mention{Field: schema.FieldBody, Index: 1, Start: 2, End: 3, Text: "t"}
	return map[string]any{
		"item": schema.Item{
			ID: article.ID, Feed: schema.FeedRef{ID: "f", URL: "u", Title: "t", Link: "l", Language: "en", Section: "UK", Source: "X", Timezone: "Europe/London", Quotes: "typographic"},
			Fetch:      schema.Fetch{URL: "u", FinalURL: "v", Status: 200, FetchedAt: at, History: "j", ETag: `"e"`, LastModified: "m", BodyHash: "b"},
			RegionHash: "r", Format: schema.FormatAtom, Document: "<feed/>", DateOrder: schema.DayFirst,
			Identity: schema.PolicyGUID, Repeated: []string{"l"},
			Page:  &schema.Page{URL: "u", FinalURL: "v", Status: 200, FetchedAt: at, ContentType: "text/html", HTML: []byte{0x28, 0xFF}, Error: "oversize"},
			Given: &schema.Given{GUID: "g", URL: "u", Host: "h", Language: "en"},
		},
		"article": article,
		"enriched": schema.Enriched{
			Article: article, Quotes: []schema.Quote{{Mention: mention, Speaker: "q1", Cue: "said"}}, Countries: []string{"GB"},
			Entities:      []schema.Entity{{ID: "q1", Type: schema.Person, Name: "N", Wikidata: "Q1", GeoNames: "2", Country: "GB", Salience: 0.5, Mentions: []schema.Mention{mention}}},
			DatelinePlace: "q2", Topics: []string{"t"}, Models: []schema.Model{{Step: "s", Name: "n", Version: "1"}},
		},
		"pointer": schema.Pointer{ArticleID: article.ID, Revision: 1, Date: article.Date, Headline: "H", Source: "s", URL: "u", EnrichedSeq: 7, EntityID: "q1", Name: "N", Type: schema.Location, Salience: 1, Language: "en"},
		"story": schema.Story{ID: "s", Revision: 2, Event: schema.StoryJoined, ArticleID: article.ID, ArticleSeq: 7, FirstID: "f",
			Members: []schema.StoryMember{{ArticleID: article.ID, Revision: 1, Source: "s", Kind: schema.MemberCut, Similarity: 0.5, LikeID: "f", FetchedAt: at}}},
		"feed": schema.Feed{ID: "f", URL: "u", Title: "t", Section: "s", Source: "s", Language: "en", Interval: 900, Fulltext: schema.FulltextAuto, Timezone: "z", Quotes: "q", Folder: "g", Added: at,
			Headers: map[string]string{"X-Key": "k"}, Auth: "a", Proxy: "p", Robots: "obey"},
		"step": schema.Step{Job: "j"},
		"job": schema.Job{
			ID: "j", Kind: schema.JobHistory, State: schema.JobRunning, FeedID: "f", URL: "u", Created: at, Updated: at, Error: "e", Detail: "d",
			Counts: map[string]int{"items-found": 1},
			Walk: &schema.Walk{Since: at, Limit: 1, From: 1, Way: schema.WayNext, Next: "u", Documents: 1, Title: "t", Served: "u", Oldest: at,
				Shown: []byte{1}, Queue: []string{"u"}, Queued: schema.SitemapMark{Changed: at, Loc: "u"}, Turn: at, Tries: 1},
			Stretch:  &schema.Stretch{Stream: "ITEMS", Filter: "f", Since: at, Until: at, First: 1, Last: 2, Rate: 1.5},
			Progress: &schema.Progress{Done: 1, Total: 2, Rate: 1.5, Left: 0.5, Sequence: 1, Output: 1, Live: 1, Marked: true},
			Replay:   &schema.Replay{To: "stdout", Format: "json", Pace: 2, MaxGap: 1, Follow: true, Runner: "r", Seen: at},
			Backfill: &schema.Backfill{Stage: "normalizer", Into: schema.IntoShadow, Consumer: "c", Turn: at},
		},
		"pollstate": schema.PollState{
			FeedID: "f", URL: "u", ETag: "e", LastModified: "m", BodyHash: "b", FetchedAt: at, Interval: 900, Reason: "r", Next: at, Status: 200,
			Error: "e", Detail: "d", Failures: 1, LastGood: at, Decided: at, Polls: 1, Seen: 1, Published: 1, Unchanged: 1, Dead: 1, Title: "t", Run: "r", PolledRun: "r",
			Turn: at, LastNew: at, Daily: 1.5, Silent: at, ValidatorsFrom: "v", Move: schema.Move{To: "u", Times: 3},
			Trust:    schema.Trust{NotModified: 1, WholeAt: at, ProbeETag: "e", ProbeLastModified: "m", DistrustedUntil: at},
			Identity: schema.PolicyHeadline,
			Retired:  at, Hints: schema.Hints{TTL: 3600, Update: 3600, SkipHours: []int{0}, SkipDays: []int{6}},
			Rhythm: schema.Rhythm{Items: 1.5, Days: 2.5, Hours: make([]byte, 24), Weekdays: make([]byte, 7), Since: at, Until: at},
			Push:   schema.Push{Hub: "h", Topic: "t", Until: at, Problem: "p", Live: at, Proven: 3, Missed: at, Before: 2, Began: 8, Heard: 7, Vain: 1},
		},
		"health": schema.Health{FeedID: "f", URL: "u", Kind: "failing", Error: "e", Detail: "d", At: at},
	}
}

func TestMessagesSatisfyTheirSchema(t *testing.T) {
	messages := samples()
	for _, name := range jsonschema.Names() {
		t.Run(name, func(t *testing.T) {
			s := load(t, name)
			data, err := json.Marshal(messages[name])
			if err != nil {
				t.Fatal(err)
			}
			if err := s.check(data); err != nil {
				t.Error(err)
			}
			var fields map[string]any
			if err := json.Unmarshal(data, &fields); err != nil {
				t.Fatal(err)
			}
			if len(fields) != len(s.Properties) {
				t.Errorf("the sample has %d of %d fields", len(fields), len(s.Properties))
			}
			for field := range fields {
				if _, ok := s.Properties[field]; !ok {
					t.Errorf("the schema has no %s", field)
				}
			}
		})
	}
}

func TestSchemasRefuse(t *testing.T) {
	for name, test := range map[string]struct{ schema, old, new string }{
		"missing field":          {"article", `"date":`, `"day":`},
		"unknown event":          {"article", `"event":"revised"`, `"event":"mended"`},
		"text for a number":      {"article", `"revision":2`, `"revision":"2"`},
		"fraction of a revision": {"article", `"revision":2`, `"revision":2.5`},
		"no body":                {"article", `"body":["B"]`, `"body":null`},
		"number in the body":     {"article", `"body":["B"]`, `"body":[1]`},
		"negative sequence":      {"pointer", `"enriched_seq":7`, `"enriched_seq":-7`},
		"no time":                {"health", `"at":"2024`, `"at":"the 2024`},
		"unknown format":         {"item", `"format":"atom"`, `"format":"gopher"`},
		"no base64":              {"item", `"html":"`, `"html":"?`},
		"unknown type":           {"enriched", `"type":"person"`, `"type":"animal"`},
		"unknown kind of member": {"story", `"kind":"cut"`, `"kind":"piece"`},
		"missing in a mention":   {"enriched", `"start":2`, `"begin":2`},
		"number of a version":    {"article", `{"normalizer":"1"}`, `{"normalizer":1}`},
	} {
		t.Run(name, func(t *testing.T) {
			data, err := json.Marshal(samples()[test.schema])
			if err != nil {
				t.Fatal(err)
			}
			bad := strings.ReplaceAll(string(data), test.old, test.new)
			if bad == string(data) {
				t.Fatalf("the sample has no %s", test.old)
			}
			if err := load(t, test.schema).check([]byte(bad)); err == nil {
				t.Error("no error")
			}
		})
	}
}

func load(t *testing.T, name string) document {
	t.Helper()
	data, err := jsonschema.Schema(name)
	if err != nil {
		t.Fatal(err)
	}
	var s document
	if err := json.Unmarshal(data, &s); err != nil {
		t.Fatal(err)
	}
	return s
}
