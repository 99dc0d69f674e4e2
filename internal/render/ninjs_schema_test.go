package render_test

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"

	"github.com/dateline-news/dateline/internal/render"
	"github.com/dateline-news/dateline/pkg/schema"
)

func ninjsSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	s, err := c.Compile("testdata/ninjs.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// valid checks a document of ninjs against the schema.
func valid(s *jsonschema.Schema, document []byte) error {
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(document))
	if err != nil {
		return err
	}
	return s.Validate(value)
}

// What is written is valid, whatever the article holds.
func TestNinjsIsValid(t *testing.T) {
	s := ninjsSchema(t)
	for _, kind := range []string{render.KindEnriched, render.KindArticles} {
		got, err := printed(t, render.FormatNinjs, render.Options{}, kind)
		if err == nil {
			err = valid(s, []byte(got))
		}
		if err != nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
	rapid.Check(t, func(r *rapid.T) {
		data, err := json.Marshal(anyEnriched(r))
		if err != nil {
			r.Skip(err) // a year that JSON has no form for
		}
		var out bytes.Buffer
		p, err := render.New(render.FormatNinjs, &out, render.Options{})
		if err == nil {
			err = p.Print(render.KindEnriched, "s", data)
		}
		if err == nil {
			err = valid(s, out.Bytes())
		}
		if err != nil {
			r.Fatalf("%v\n%s", err, out.Bytes())
		}
	})
}

// The schema finds what is wrong.
func TestNinjsSchemaRefuses(t *testing.T) {
	s := ninjsSchema(t)
	if err := valid(s, []byte(`{"uri":"tag:example.org,2026:a"}`)); err != nil {
		t.Errorf("the least that there can be: %v", err)
	}
	for _, text := range []string{
		`{}`, `[]`, `{"uri":"no address"}`, `{"uri":"a:b","own":1}`, `{"uri":"a:b","type":"news"}`, `{"uri":"a:b","contentCreated":"today"}`,
		`{"uri":"a:b","headlines":[{"role":"main"}]}`, `{"uri":"a:b","people":[{"salience":1}]}`, `{"uri":"a:b","associations":[{"uri":"a:b"}]}`,
		`{"uri":"a:b","rightsInfo":{}}`, `{"uri":"a:b","version":1}`, `{"uri":"a:b","bodies":[{"value":"a","wordCount":1.5}]}`,
	} {
		if err := valid(s, []byte(text)); err == nil {
			t.Errorf("%s is taken as valid", text)
		}
	}
}

// anyEnriched is an article with anything in the fields that ninjs has rules for.
func anyEnriched(r *rapid.T) schema.Enriched {
	text := func(name string) string { return rapid.String().Draw(r, name) }
	address := func(name string) string {
		return rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{
			"", "https://example.org/a", "https://example.org/ä b?q=ö&r=[1]#f g", "HTTP://EXAMPLE.org:80/%zz", "https://münchen.example/", "mailto:a@b", "x:", ":x",
			"https://[::1]/", "https://example.org/\x00", "javascript:alert(1)", "https://a b/", "//example.org", "http://user:p^ss@h/", "urn:a b", "https://example.org/a|b{c}",
		})).Draw(r, name)
	}
	at := func(name string) *time.Time {
		t := time.Unix(rapid.Int64Range(-1<<40, 1<<40).Draw(r, name), rapid.Int64Range(0, 999_999_999).Draw(r, "ns"))
		t = t.In(time.FixedZone("", 60*rapid.IntRange(-12*60, 14*60).Draw(r, "zone")))
		return &t
	}
	return schema.Enriched{
		Article: schema.Article{
			ID: text("id"), Revision: rapid.Int().Draw(r, "revision"), Event: schema.Event(text("event")), Date: rapid.SampledFrom([]string{"", "2026-03-12", "x"}).Draw(r, "date"),
			Published: at("published"), Headline: text("headline"), Lead: text("lead"), Body: []string{text("body")}, Authors: []string{text("author")},
			Language: text("language"), URL: address("url"), AlternateURLs: []string{address("alternate")},
			Source:     schema.Source{Name: text("name"), Host: text("host"), FeedID: text("feed"), FeedURL: address("feed url")},
			Categories: []string{text("category")}, Media: []schema.Media{{URL: address("media"), Type: text("type"), Width: -1, Credit: text("credit"), Caption: text("caption")}},
			Rights: &schema.Rights{Text: text("rights"), License: address("license")}, Provenance: schema.Provenance{FetchedAt: *at("fetched")},
		},
		Entities: []schema.Entity{
			{ID: text("entity"), Type: rapid.SampledFrom([]schema.EntityType{schema.Person, schema.Organization, schema.Location, "x"}).Draw(r, "kind"), Name: text("name"),
				Wikidata: text("wikidata"), GeoNames: text("geonames")},
		},
		Topics: []string{text("topic")},
	}
}
