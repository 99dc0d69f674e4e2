package reading_test

import (
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher/internal/reading"
)

func TestTexts(t *testing.T) {
	a := schema.Article{Headline: "H", Body: []string{"One", "", "Two"}}
	got := reading.Texts(&a)
	want := []reading.Text{{schema.FieldHeadline, 0, "H"}, {schema.FieldBody, 0, "One"}, {schema.FieldBody, 2, "Two"}}
	if len(got) != len(want) {
		t.Fatalf("got %v", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%d: got %v, want %v", i, got[i], want[i])
		}
		if s := reading.Of(&a, schema.Mention{Field: got[i].Field, Index: got[i].Index}); s != got[i].S {
			t.Errorf("%d: Of is %q", i, s)
		}
	}
}

func TestTextsAreBounded(t *testing.T) {
	a := schema.Article{Lead: strings.Repeat("a", reading.MaxText), Body: []string{"b"}}
	if got := reading.Texts(&a); len(got) != 1 || got[0].Field != schema.FieldLead {
		t.Errorf("%d texts", len(got))
	}
	a.Lead += "a"
	if got := reading.Texts(&a); len(got) != 1 || got[0].S != "b" {
		t.Errorf("%d texts", len(got))
	}
}

func TestOfNothing(t *testing.T) {
	a := schema.Article{Headline: "H", Body: []string{"One"}}
	for _, m := range []schema.Mention{
		{Field: schema.FieldBody, Index: 1}, {Field: schema.FieldBody, Index: -1}, {Field: "other"}, {Field: schema.FieldLead},
	} {
		if got := reading.Of(&a, m); got != "" {
			t.Errorf("%+v: got %q", m, got)
		}
	}
}

func TestCompare(t *testing.T) {
	ordered := []schema.Mention{
		{Field: schema.FieldHeadline, Start: 0}, {Field: schema.FieldHeadline, Start: 9},
		{Field: schema.FieldLead, Start: 0}, {Field: schema.FieldLead, Start: 3, End: 4}, {Field: schema.FieldLead, Start: 3, End: 5},
		{Field: schema.FieldBody, Index: 0, Start: 7}, {Field: schema.FieldBody, Index: 1, Start: 0},
	}
	for i, a := range ordered {
		for j, b := range ordered {
			if got := reading.Compare(a, b); got < 0 != (i < j) || got > 0 != (i > j) {
				t.Errorf("%+v and %+v: got %d", a, b, got)
			}
		}
	}
}
