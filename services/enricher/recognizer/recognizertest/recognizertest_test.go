package recognizertest_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/services/enricher/recognizer/recognizertest"
)

// TestServer is for the one who writes a model server:
//
//	DATELINE_RECOGNIZER=http://127.0.0.1:8000/ go test -count=1 -v -run TestServer ./services/enricher/recognizer/recognizertest
func TestServer(t *testing.T) {
	url := os.Getenv("DATELINE_RECOGNIZER")
	if url == "" {
		t.Skip("DATELINE_RECOGNIZER is not the address of a model server")
	}
	recognizertest.Contract(t, url, os.Getenv("DATELINE_RECOGNIZER_TOKEN"))
}

func TestToyKeepsTheContract(t *testing.T) {
	for name, toy := range map[string]recognizertest.Toy{
		"bytes": {}, "characters": {Characters: true, Version: "2"}, "token": {Token: "secret"},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(toy)
			t.Cleanup(server.Close)
			recognizertest.Contract(t, server.URL, toy.Token)
		})
	}
}

// breaches are servers that each break the contract in one way, and a part that
// must find it.
func breaches() map[string]struct {
	part  string
	spoil func(w http.ResponseWriter, texts []string)
} {
	answer := func(change func(*recognizertest.Answer)) func(http.ResponseWriter, []string) {
		return func(w http.ResponseWriter, texts []string) {
			a := recognizertest.Toy{}.Answer(texts)
			change(&a)
			_ = json.NewEncoder(w).Encode(a)
		}
	}
	first := func(change func(*recognizertest.Span)) func(http.ResponseWriter, []string) {
		return answer(func(a *recognizertest.Answer) {
			for i := range a.Spans {
				for j := range a.Spans[i] {
					change(&a.Spans[i][j])
				}
			}
		})
	}
	return map[string]struct {
		part  string
		spoil func(http.ResponseWriter, []string)
	}{
		"no model":        {"one_text", answer(func(a *recognizertest.Answer) { a.Model.Name = "" })},
		"no version":      {"one_text", answer(func(a *recognizertest.Answer) { a.Model.Version = "" })},
		"other offsets":   {"one_text", answer(func(a *recognizertest.Answer) { a.Offsets = "utf-16" })},
		"a list too few":  {"empty_texts", answer(func(a *recognizertest.Answer) { a.Spans = a.Spans[1:] })},
		"beyond the text": {"one_text", first(func(s *recognizertest.Span) { s.End += 1000 })},
		"no type":         {"one_text", first(func(s *recognizertest.Span) { s.Type = "" })},
		"cut characters":  {"long_characters", first(func(s *recognizertest.Span) { s.Start, s.Text = s.Start-5, "" })},
		"other text":      {"one_text", first(func(s *recognizertest.Span) { s.Text = "x" })},
		"characters that it does not own up to": {"long_characters", func(w http.ResponseWriter, texts []string) {
			a := recognizertest.Toy{Characters: true}.Answer(texts)
			a.Offsets = ""
			_ = json.NewEncoder(w).Encode(a)
		}},
		"status":  {"an_article", func(w http.ResponseWriter, _ []string) { w.WriteHeader(http.StatusTeapot) }},
		"no JSON": {"an_article", func(w http.ResponseWriter, _ []string) { _, _ = io.WriteString(w, "names: Oslo") }},
		"redirect": {"an_article", func(w http.ResponseWriter, _ []string) {
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(http.StatusTemporaryRedirect)
		}},
		"takes anything": {"no_question", answer(func(*recognizertest.Answer) {})},
	}
}

// The contract must find each breach, or it holds nothing. A test cannot look at
// how another one fails, so that runs in a process of its own.
func TestContractFindsBreaches(t *testing.T) {
	if url := os.Getenv("DATELINE_BREACH"); url != "" {
		recognizertest.Contract(t, url, "")
		return
	}
	for name, breach := range breaches() {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				var q struct{ Texts []string }
				if err := json.NewDecoder(r.Body).Decode(&q); err != nil && breach.part != "no_question" {
					w.WriteHeader(http.StatusBadRequest)
					return
				}
				breach.spoil(w, q.Texts)
			}))
			t.Cleanup(server.Close)
			cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=TestContractFindsBreaches/"+breach.part)
			cmd.Env = append(os.Environ(), "DATELINE_BREACH="+server.URL)
			out, err := cmd.CombinedOutput()
			if err == nil || !strings.Contains(string(out), "--- FAIL: TestContractFindsBreaches/"+breach.part) {
				t.Errorf("not found: %v\n%s", err, out)
			}
		})
	}
}
