package jsontext_test

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/feed/internal/jsontext"
)

// texts are values, and what only looks like one.
var texts = []string{
	``, ` `, `{}`, `[]`, `""`, `"a"`, `1`, `-1.5e3`, `true`, `null`, `nul`, `{"a":1}`, `{"a":1,}`, `{"a":"b","c":["d",{"e":null}]}`,
	`{"a" "b"}`, `"a`, `a"`, `"a""b"`, `"a" "b"`, `["a""b"]`, `{"a":}`, `[}`, `{]`, `"\"`, `"\\"`, `"\\\"`, `"\n\t\r\b\f\/\""`,
	`"\x"`, `"\u"`, `"\u12"`, `"\u12g4"`, `"\u00e9"`, `"\u00E9\u00e9"`, `"\ud83d\udea2"`, `"\ud83d"`, `"\ud83d\u0041"`, `"\udea2\ud83d"`,
	`"\ud83d\ud83d\udea2"`, "\"\n\"", "\"\x00\"", "\"\x1f\"", "\"\x7f\"", "\"\xff\"", "\"\xe2\x82\"", `"é船🚢"`, `"\ufeff\u2028"`, "\ufeff{}",
	` { "a" : [ 1 , 2 ] } `, `{"a":1}{"b":2}`, `{"":""}`, `"` + strings.Repeat("a\\n", 200) + `"`,
}

// check holds Valid and Unquote against package json.
func check(t *testing.T, text string) {
	t.Helper()
	if got, want := jsontext.Valid([]byte(text)), json.Valid([]byte(text)); got != want {
		t.Errorf("%q: valid %v, want %v", text, got, want)
	}
	isString := strings.HasPrefix(text, `"`) && strings.HasSuffix(text, `"`)
	var want string
	wantOK := isString && json.Unmarshal([]byte(text), &want) == nil
	got, ok := jsontext.Unquote([]byte(text))
	if ok != wantOK || ok && got != want {
		t.Errorf("%q: %q, %v, want %q, %v", text, got, ok, want, wantOK)
	}
}

func TestAsJSON(t *testing.T) {
	for _, text := range texts {
		check(t, text)
	}
	var pieces []string
	for _, text := range texts {
		pieces = append(pieces, strings.SplitAfter(text, `"`)...)
		pieces = append(pieces, strings.SplitAfter(text, `\`)...)
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		var b strings.Builder
		for range 1 + r.IntN(5) {
			b.WriteString(pieces[r.IntN(len(pieces))])
		}
		check(t, b.String())
		check(t, `"`+b.String()+`"`)
	}
}

func FuzzAsJSON(f *testing.F) {
	for _, text := range texts {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		check(t, text)
		check(t, `"`+text+`"`)
	})
}

// TestKey reads a member and where its value ends.
func TestKey(t *testing.T) {
	for in, want := range map[string]struct {
		key, value string
		whole      bool
	}{
		`"a":1,`:                     {`"a"`, "1", true},
		`"a" : "b\"}" }`:             {`"a"`, `"b\"}"`, true},
		`"\"":[{"b":"]"},[]],"c":1}`: {`"\""`, `[{"b":"]"},[]]`, true},
		`"a":{"b":[}`:                {`"a"`, `{"b":[}`, false},
		`"a":tru`:                    {`"a"`, "tru", false},
		`"a":,`:                      {`"a"`, "", true},
		`"a":}`:                      {`"a"`, "", true},
		`"a":"b`:                     {`"a"`, `"b`, false},
	} {
		doc := []byte(in)
		key, value, ok := jsontext.Key(doc, 0)
		end, whole := jsontext.ValueEnd(doc, value)
		if !ok || string(key) != want.key || string(doc[value:end]) != want.value || whole != want.whole {
			t.Errorf("%s: key %s, value %s, whole %v, %v", in, key, doc[value:end], whole, ok)
		}
	}
	for _, in := range []string{``, `a:1`, `"a`, `"a"`, `"a",`, `'a':1`} {
		if key, _, ok := jsontext.Key([]byte(in), 0); ok {
			t.Errorf("%s: key %s", in, key)
		}
	}
}
