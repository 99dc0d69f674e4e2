package main

import (
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
)

func TestSystems(t *testing.T) {
	const text = "Angela Merkel flew to Berlin on Monday."
	for _, s := range systems() {
		r, err := s.load()
		if err != nil {
			t.Fatal(err)
		}
		spans, err := r.Recognize(t.Context(), "en", []string{"", text})
		if err != nil || len(spans) != 2 || len(spans[0]) != 0 || len(spans[1]) == 0 {
			t.Fatalf("%s: %v, %v", s.name, spans, err)
		}
		if got := text[spans[1][0].Start:spans[1][0].End]; got != "Angela Merkel" || spans[1][0].Type != schema.Person {
			t.Errorf("%s: got %q, %s", s.name, got, spans[1][0].Type)
		}
	}
}

func TestResident(t *testing.T) {
	if mib := resident(); mib < 1 {
		t.Errorf("got %v", mib)
	}
}

func TestUnknownSystem(t *testing.T) {
	if err := run(t.Context(), t.Output(), []string{"-only", "zork"}); err == nil {
		t.Error("want an error")
	}
}
