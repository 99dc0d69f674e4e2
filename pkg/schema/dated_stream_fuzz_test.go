package schema_test

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"testing/iotest"

	"github.com/dateline-news/dateline/pkg/schema"
)

// FuzzDatedReader holds that of a stream no byte of a document is lost or made up,
// however it arrives, and that each document is within its bound.
func FuzzDatedReader(f *testing.F) {
	for _, text := range []string{"", " a\n\nH\n\n b\n\nI", " a\n\n\n b", "a", " \n\n \n\n x\n\n", " a\n\n ", "\xff"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, stream []byte) {
		var docs [][]byte
		r := schema.NewDatedReader(iotest.HalfReader(bytes.NewReader(stream)))
		for {
			doc, err := r.Next()
			if err != nil {
				if !errors.Is(err, io.EOF) && !errors.Is(err, schema.ErrDatedInvalid) && !errors.Is(err, schema.ErrDatedTooLarge) {
					t.Errorf("an error of no kind: %v", err)
				}
				break
			}
			if len(doc) == 0 || doc[0] != ' ' || len(doc) > schema.MaxDatedBytes {
				t.Fatalf("document %q", doc)
			}
			docs = append(docs, doc)
		}
		whole, err := schema.SplitDated(stream)
		if err == nil && (len(whole) != len(docs) || !bytes.Equal(schema.JoinDated(whole), schema.JoinDated(docs))) {
			t.Errorf("%q was split into %q", stream, whole)
		}
		if err == nil && len(docs) > 0 && !bytes.Equal(schema.JoinDated(docs), stream) {
			t.Errorf("%q came as %q", stream, docs)
		}
	})
}
