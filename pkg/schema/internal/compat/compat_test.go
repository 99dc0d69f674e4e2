package compat_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema/internal/compat"
)

// released is a schema with one of each kind of thing.
const released = `{
  "type": "object",
  "properties": {
    "id": {"type": "string"},
    "at": {"type": "string", "format": "date-time"},
    "page": {"type": "string", "contentEncoding": "base64"},
    "event": {"type": "string", "enum": ["published", "revised"]},
    "seq": {"type": "integer", "minimum": 0},
    "share": {"type": "number"},
    "paid": {"type": "boolean"},
    "body": {"type": "array", "items": {"type": "string"}},
    "versions": {"type": "object", "additionalProperties": {"type": "string"}},
    "feed": {"$ref": "#/$defs/Feed"},
    "members": {"type": "array", "items": {"$ref": "#/$defs/Member"}}
  },
  "required": ["id", "at", "body"],
  "$defs": {
    "Feed": {"type": "object", "properties": {"url": {"type": "string"}}, "required": ["url"]},
    "Member": {"type": "object", "properties": {"like": {"$ref": "#/$defs/Member"}, "kind": {"type": "string", "enum": ["first", "cut"]}}}
  }
}`

func TestBreaches(t *testing.T) {
	for name, test := range map[string]struct {
		old, new string // what is replaced
		want     []string
	}{
		"nothing":                {},
		"a field more":           {`"id": {"type": "string"},`, `"id": {"type": "string"}, "more": {"type": "number"},`, nil},
		"a required field more":  {`"required": ["id",`, `"required": ["id", "more",`, nil},
		"optional to required":   {`"required": ["id",`, `"required": ["id", "event",`, nil},
		"a value more":           {`["published", "revised"]`, `["published", "withdrawn", "revised"]`, nil},
		"any text":               {`, "enum": ["published", "revised"]`, ``, nil},
		"other words":            {`"id": {"type": "string"}`, `"id": {"type": "string", "description": "The id."}`, nil},
		"a higher minimum":       {`"minimum": 0`, `"minimum": 1`, nil},
		"another name of a type": {`Feed"`, `FeedRef"`, nil},

		"removed":                {`"id": {"type": "string"},`, ``, []string{"id: the field is gone"}},
		"renamed":                {`"id": {`, `"article_id": {`, []string{"id: the field is gone"}},
		"number for a text":      {`"id": {"type": "string"}`, `"id": {"type": "integer"}`, []string{"id: was string, is integer"}},
		"fractions":              {`{"type": "integer", "minimum": 0}`, `{"type": "number", "minimum": 0}`, []string{"seq: was integer, is number"}},
		"whole numbers":          {`{"type": "number"}`, `{"type": "integer"}`, []string{"share: was number, is integer"}},
		"text for a boolean":     {`"boolean"`, `"string"`, []string{"paid: was boolean, is string"}},
		"another format":         {`"date-time"`, `"date"`, []string{"at: was string date-time, is string date"}},
		"no format":              {`, "format": "date-time"`, ``, []string{"at: was string date-time, is string"}},
		"another encoding":       {`, "contentEncoding": "base64"`, ``, []string{"page: was string base64, is string"}},
		"a value less":           {`["published", "revised"]`, `["published"]`, []string{`event: the value "revised" is gone`}},
		"a renamed value":        {`["published", "revised"]`, `["published", "changed"]`, []string{`event: the value "revised" is gone`}},
		"a closed set":           {`"id": {"type": "string"}`, `"id": {"type": "string", "enum": ["a", "b"]}`, []string{"id: it could be any text, and can be a, b only"}},
		"negative":               {`, "minimum": 0`, ``, []string{"seq: it was at least 0, and can be less"}},
		"a lower minimum":        {`"minimum": 0`, `"minimum": -1`, []string{"seq: it was at least 0, and can be less"}},
		"required to optional":   {`"required": ["id", "at", "body"]`, `"required": ["id", "body"]`, []string{"at: it was always there, and may be missing"}},
		"nothing required":       {`"required": ["id", "at", "body"],`, ``, []string{"at: it was", "body: it was", "id: it was"}},
		"an element's type":      {`"items": {"type": "string"}`, `"items": {"type": "integer"}`, []string{"body[]: was string, is integer"}},
		"elements of any type":   {`, "items": {"type": "string"}`, ``, []string{"body[]: the elements can be anything"}},
		"a value's type":         {`"additionalProperties": {"type": "string"}`, `"additionalProperties": {"type": "number"}`, []string{"versions.*: was string, is number"}},
		"a field of a part":      {`{"url": {"type": "string"}}`, `{"address": {"type": "string"}}`, []string{"feed.url: the field is gone"}},
		"a part that is a text":  {`"feed": {"$ref": "#/$defs/Feed"}`, `"feed": {"type": "string"}`, []string{"feed: was object, is string"}},
		"a part of a part":       {`"enum": ["first", "cut"]`, `"enum": ["cut"]`, []string{`members[].kind: the value "first" is gone`}},
		"a definition that left": {`"Feed": {"type"`, `"Fed": {"type"`, []string{"feed: was object, is  #/$defs/Feed"}},
		"no object": {`"type": "object",
  "properties": {
    "id"`, `"type": "array",
  "properties": {
    "id"`, []string{"(the message): was object, is array"}},
	} {
		t.Run(name, func(t *testing.T) {
			today := strings.ReplaceAll(released, test.old, test.new)
			if today == released && test.old != "" {
				t.Fatalf("the schema has no %s", test.old)
			}
			if name == "nothing" {
				today = released
			}
			got, err := compat.Breaches([]byte(released), []byte(today))
			if err != nil {
				t.Fatal(err)
			}
			slices.Sort(got)
			if len(got) != len(test.want) {
				t.Fatalf("got %q, want %q", got, test.want)
			}
			for i, want := range test.want {
				if !strings.HasPrefix(got[i], want) {
					t.Errorf("got %q, want %q", got[i], want)
				}
			}
		})
	}
}

func TestNoSchema(t *testing.T) {
	for _, broken := range []string{"", "[", `{"type": 1}`} {
		if _, err := compat.Breaches([]byte(broken), []byte(released)); err == nil || !strings.Contains(err.Error(), "released") {
			t.Errorf("%q released: %v", broken, err)
		}
		if _, err := compat.Breaches([]byte(released), []byte(broken)); err == nil || !strings.Contains(err.Error(), "today") {
			t.Errorf("%q today: %v", broken, err)
		}
	}
}
