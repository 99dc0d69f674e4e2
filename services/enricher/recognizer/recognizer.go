// Package recognizer says what finds the names in a text. There are two: the
// model in the program, and a model server over HTTP.
package recognizer

import (
	"context"
	"errors"

	"github.com/dateline-news/dateline/pkg/schema"
)

// ErrUnavailable says that what a recognizer needs outside of the process does
// not answer. It is no fault of the texts: the same may be asked again.
var ErrUnavailable = errors.New("recognizer: not available")

// Span is a name in a text: text[Start:End], in bytes, on boundaries of
// characters.
type Span struct {
	Start, End int
	Type       schema.EntityType
}

// Recognizer finds names. It is safe for concurrent use, and gives the same
// spans for the same texts.
type Recognizer interface {
	// Model names the model and its version.
	Model() schema.Model
	// Knows reports whether it was made for the language, a BCP 47 tag.
	Knows(language string) bool
	// Recognize finds the names in the texts of one article: headline, lead, and
	// the paragraphs in their order, each of which may be empty. There is one list
	// of spans for each text, in order and without overlap. It keeps nothing of
	// the texts.
	Recognize(ctx context.Context, language string, texts []string) ([][]Span, error)
}

// Starter is a Recognizer that needs something outside of the process.
type Starter interface {
	Recognizer
	// Start looks whether that is there, and learns the model's name from it. It
	// is called before the first article. ErrUnavailable means that it is to be
	// called again after a while.
	Start(ctx context.Context) error
}
