package main

import (
	"slices"
	"testing"
)

func TestList(t *testing.T) {
	for in, want := range map[string][]string{
		"": nil, ",": nil, " , ,": nil, "a": {"a"}, "a,b": {"a", "b"}, "a b": {"a", "b"}, ",a,,b,": {"a", "b"}, "a/b,é": {"a/b", "é"},
	} {
		if got := list(in); !slices.Equal(got, want) {
			t.Errorf("%q: got %q", in, got)
		}
	}
}

func TestSets(t *testing.T) {
	dir := folder(t, map[string]string{
		"train/a/x.conll": conll(1), "train/a/test.conll": conll(1), "train/b/x.conll": conll(1), "train/b/x.txt": "?", "train/c/readme": "",
	})
	for _, test := range []struct {
		name string
		s    settings
		want string
	}{
		{"all", settings{}, "a2 b1 c0 "},
		{"skipped", settings{skip: "b,c"}, "a2 "},
		{"part of a name", settings{skip: "aa"}, "a2 b1 c0 "},
		{"not on dev", settings{dev: "train/a/test,train/b/none"}, "a1 b1 c0 "},
		{"silver", settings{silver: "b"}, "a2 b1* c0 "},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.s.data = dir
			sets, err := test.s.sets()
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			for _, set := range sets {
				got += set.Name + string(rune('0'+len(set.Documents)))
				if set.Silver && set.Weight == 0.5 {
					got += "*"
				}
				got += " "
			}
			if got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}
