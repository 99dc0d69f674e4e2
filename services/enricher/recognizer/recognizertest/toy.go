// Package recognizertest is for tests of model servers and of those who ask them:
// a server in the process, and the contract that every server must keep.
package recognizertest

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"unicode/utf8"
)

// Toy is a model server that finds a few names. It keeps the contract.
type Toy struct {
	// Version is that of its model; "1" when empty.
	Version string
	// Characters makes it count characters and not bytes.
	Characters bool
	// Token, if not empty, is the one that it wants.
	Token string
}

// Span is a name in an answer.
type Span struct {
	Start int    `json:"start"`
	End   int    `json:"end"`
	Type  string `json:"type"`
	Text  string `json:"text,omitempty"`
}

// Model is the model in an answer.
type Model struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// Answer is what a server answers.
type Answer struct {
	Model   Model    `json:"model"`
	Offsets string   `json:"offsets,omitempty"`
	Spans   [][]Span `json:"spans"`
}

// names are what it finds, each with the label of its type.
func names() [][2]string {
	return [][2]string{
		{"Zoë Müller", "PER"}, {"António Guterres", "PERSON"}, {"Nestlé", "ORG"}, {"United Nations", "ORG"},
		{"Łódź", "GPE"}, {"Kyiv", "LOC"}, {"Oslo", "LOC"}, {"Friday", "DATE"},
	}
}

// ServeHTTP implements http.Handler.
func (t Toy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var q struct {
		Language string   `json:"language"`
		Texts    []string `json:"texts"`
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 8<<20))
	switch {
	case r.Method != http.MethodPost:
		http.Error(w, "want POST", http.StatusMethodNotAllowed)
	case t.Token != "" && r.Header.Get("Authorization") != "Bearer "+t.Token:
		http.Error(w, "no", http.StatusUnauthorized)
	case err != nil:
		http.Error(w, "too large", http.StatusRequestEntityTooLarge)
	case json.Unmarshal(body, &q) != nil:
		http.Error(w, "want JSON", http.StatusBadRequest)
	default:
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(t.Answer(q.Texts)) // the client learns of it
	}
}

// Answer is what it answers to texts.
func (t Toy) Answer(texts []string) Answer {
	a := Answer{Model: Model{"toy", t.Version}, Spans: make([][]Span, len(texts))}
	if a.Model.Version == "" {
		a.Model.Version = "1"
	}
	if t.Characters {
		a.Offsets = "characters"
	}
	for i, text := range texts {
		a.Spans[i] = t.find(text)
	}
	return a
}

func (t Toy) find(text string) []Span {
	spans := []Span{}
	for _, name := range names() {
		for from := 0; ; {
			at := strings.Index(text[from:], name[0])
			if at < 0 {
				break
			}
			start, end := from+at, from+at+len(name[0])
			from = end
			if t.Characters {
				start, end = utf8.RuneCountInString(text[:start]), utf8.RuneCountInString(text[:end])
			}
			spans = append(spans, Span{Start: start, End: end, Type: name[1], Text: name[0]})
		}
	}
	return spans
}
