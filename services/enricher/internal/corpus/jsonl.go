package corpus

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// ErrSpan says that a mark is not in its text.
var ErrSpan = errors.New("corpus: span is not in the text")

// ReadJSONL reads documents of one line each: {"id", "text", "spans": [...]}, with
// offsets in bytes of UTF-8.
func ReadJSONL(r io.Reader) ([]Document, error) {
	var docs []Document
	for lines := json.NewDecoder(r); ; {
		var line struct {
			ID    string `json:"id"`
			Text  string `json:"text"`
			Spans []Span `json:"spans"`
		}
		err := lines.Decode(&line)
		if errors.Is(err, io.EOF) {
			return docs, nil
		}
		if err != nil {
			return nil, fmt.Errorf("document %d: %w", len(docs), err)
		}
		for _, s := range line.Spans {
			if s.Start < 0 || s.End <= s.Start || s.End > len(line.Text) {
				return nil, fmt.Errorf("document %s, %d:%d: %w", line.ID, s.Start, s.End, ErrSpan)
			}
		}
		docs = append(docs, Document{ID: line.ID, Texts: []string{line.Text}, Spans: line.Spans})
	}
}
