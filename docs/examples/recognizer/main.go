// Command recognizer is a model server for dateline, to begin with: what it calls
// a name is a guess, but the protocol around it is whole. Put your model into find.
//
//	go run ./docs/examples/recognizer 127.0.0.1:8000
//	dateline up --enricher-recognizer http://127.0.0.1:8000/
package main

import (
	"encoding/json"
	"errors"
	"io"
	"log"
	"net/http"
	"os"
	"regexp"
	"time"
)

// question is what dateline asks: the texts of one article.
type question struct {
	Language string   `json:"language"`
	Texts    []string `json:"texts"`
}

// answer is what it is told: a list of spans for each text.
type answer struct {
	Model   model    `json:"model"`
	Offsets string   `json:"offsets"` // bytes, as Go counts; Python counts characters
	Spans   [][]span `json:"spans"`
}

// model is recorded with every article. Another version is another model.
type model struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// span is a name: text[Start:End].
type span struct {
	Start int     `json:"start"`
	End   int     `json:"end"`
	Type  string  `json:"type"`            // PER, ORG, LOC and many other words for these
	Score float64 `json:"score,omitempty"` // which of two that overlap is taken
	Text  string  `json:"text,omitempty"`  // checked, if given: finds offsets that are wrong
}

// finder finds names: a list, so that they come in the same order each time.
type finder []guess

type guess struct {
	label   string
	pattern *regexp.Regexp
}

func newFinder() finder {
	return finder{
		{"PER", regexp.MustCompile(`\b(?:Mr|Ms|Mrs|Dr) (\p{Lu}\p{L}+(?: \p{Lu}\p{L}+)?)`)},
		{"LOC", regexp.MustCompile(`\b(?:in|to|from) (\p{Lu}\p{L}+)`)},
	}
}

func (f finder) find(text string) []span {
	spans := []span{} // not nil, which would be null
	for _, g := range f {
		for _, at := range g.pattern.FindAllStringSubmatchIndex(text, -1) {
			spans = append(spans, span{Start: at[2], End: at[3], Type: g.label, Text: text[at[2]:at[3]]})
		}
	}
	return spans
}

// ServeHTTP answers one question.
func (f finder) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		http.Error(w, "want POST", http.StatusMethodNotAllowed)
		return
	}
	var q question
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 8<<20)) // an article has up to 1 MiB of text
	if err == nil {
		err = json.Unmarshal(body, &q)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	a := answer{Model: model{"titles-and-prepositions", "1"}, Offsets: "bytes", Spans: make([][]span, len(q.Texts))}
	for i, text := range q.Texts {
		a.Spans[i] = f.find(text)
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(a) // dateline sees it when this fails, and asks again
}

func main() {
	address := "127.0.0.1:8000"
	if len(os.Args) > 1 {
		address = os.Args[1]
	}
	server := http.Server{Addr: address, Handler: newFinder(), ReadTimeout: time.Minute, WriteTimeout: time.Minute}
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		log.Fatal(err)
	}
}
