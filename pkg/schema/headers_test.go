package schema_test

import (
	"maps"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
)

func TestTypeOf(t *testing.T) {
	for event, want := range map[schema.Event]string{
		schema.EventPublished: "dev.dateline.article.published.v1",
		schema.EventRevised:   "dev.dateline.article.revised.v1",
		schema.EventWithdrawn: "dev.dateline.article.withdrawn.v1",
		"":                    "dev.dateline.article.published.v1",
		"unheard of":          "dev.dateline.article.published.v1",
	} {
		if got := schema.TypeOf(event); got != want {
			t.Errorf("%q: got %s, want %s", event, got, want)
		}
	}
}

func TestSchemaURL(t *testing.T) {
	got := schema.SchemaURL("article")
	u, err := url.Parse(got)
	if err != nil || u.Scheme != "https" || !strings.HasSuffix(u.Path, "/v1/article.json") {
		t.Errorf("got %s: %v", got, err)
	}
}

// NATS clients compare the case of headers, and CloudEvents allows attributes
// of lower-case letters and digits alone.
func TestHeaderNames(t *testing.T) {
	event, own := regexp.MustCompile(`^ce-[a-z0-9]{1,20}$`), regexp.MustCompile(`^dateline-[a-z]+(-[a-z]+)*$`)
	for name, value := range headers {
		switch {
		case strings.HasPrefix(value, "ce-") && !event.MatchString(value):
			t.Errorf("%s: %q is no attribute of CloudEvents", name, value)
		case strings.HasPrefix(value, "dateline-") && !own.MatchString(value):
			t.Errorf("%s: %q", name, value)
		case value != strings.ToLower(value):
			t.Errorf("%s: %q is not in lower case", name, value)
		}
	}
}

func TestRightsHeaders(t *testing.T) {
	var none *schema.Rights
	for name, test := range map[string]struct {
		rights *schema.Rights
		want   map[string]string
	}{
		"none":    {none, nil},
		"a text":  {&schema.Rights{Text: "All rights reserved"}, nil},
		"licence": {&schema.Rights{License: "https://creativecommons.org/licenses/by/4.0/"}, map[string]string{"dateline-license": "https://creativecommons.org/licenses/by/4.0/"}},
		"for machines": {&schema.Rights{RSL: "https://example.org/license.xml", TDMReserved: true, TDMPolicy: "https://example.org/tdm"},
			map[string]string{"dateline-rsl": "https://example.org/license.xml", "dateline-tdm": "reserved"}},
		"what a header cannot hold": {&schema.Rights{License: "https://example.org/é", RSL: "https://example.org/a\r\nx: y"}, nil},
		"too long":                  {&schema.Rights{License: "https://example.org/" + strings.Repeat("a", 600)}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			if got := test.rights.Headers(); !maps.Equal(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}
