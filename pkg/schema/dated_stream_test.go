package schema_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/dateline-news/dateline/pkg/schema"
)

func TestSplitDated(t *testing.T) {
	for name, test := range map[string]struct {
		stream string
		want   []string
	}{
		"empty":        {"", nil},
		"one":          {" date 2022-01-10\n\nH", []string{" date 2022-01-10\n\nH"}},
		"two":          {" a\n\nH\n\n b\n\nI", []string{" a\n\nH", " b\n\nI"}},
		"not articles": {" \n\n \n\n x\n\n", []string{" ", " ", " x\n\n"}},
		"line feeds":   {" a\n\n\n b", []string{" a\n", " b"}},
	} {
		t.Run(name, func(t *testing.T) {
			docs, err := schema.SplitDated([]byte(test.stream))
			if err != nil {
				t.Fatal(err)
			}
			if len(docs) != len(test.want) {
				t.Fatalf("got %q, want %q", docs, test.want)
			}
			for i, doc := range docs {
				if string(doc) != test.want[i] {
					t.Errorf("document %d is %q, want %q", i, doc, test.want[i])
				}
			}
			if joined := schema.JoinDated(docs); len(docs) > 0 && name != "line feeds" && string(joined) != test.stream {
				t.Errorf("joined %q", joined)
			}
		})
	}
}

func TestSplitDatedErrors(t *testing.T) {
	long := strings.Repeat("a", schema.MaxDatedBytes)
	for name, test := range map[string]struct {
		stream string
		want   error
	}{
		"no header":               {"date 2022-01-10\n\nH", schema.ErrDatedInvalid},
		"blank lines first":       {"\n\n date 2022-01-10\n\nH", schema.ErrDatedInvalid},
		"too large":               {" " + long, schema.ErrDatedTooLarge},
		"first of two too large":  {" " + long + "\n\n b", schema.ErrDatedTooLarge},
		"second of two too large": {" a\n\n " + long, schema.ErrDatedTooLarge},
		"far too large":           {" " + long + long, schema.ErrDatedTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			if docs, err := schema.SplitDated([]byte(test.stream)); !errors.Is(err, test.want) || docs != nil {
				t.Errorf("got %d documents, %v, want %v", len(docs), err, test.want)
			}
		})
	}
	if docs, err := schema.SplitDated([]byte(" " + long[1:] + "\n\n " + long[1:])); err != nil || len(docs) != 2 {
		t.Errorf("two at the limit: got %d, %v", len(docs), err)
	}
}

func TestDatedReader(t *testing.T) {
	stream := " a\n\nH\n\n b\n\nI"
	r := schema.NewDatedReader(iotest.OneByteReader(strings.NewReader(stream)))
	for _, want := range []string{" a\n\nH", " b\n\nI"} {
		if doc, err := r.Next(); err != nil || string(doc) != want {
			t.Errorf("got %q, %v, want %q", doc, err, want)
		}
	}
	for range 2 {
		if _, err := r.Next(); !errors.Is(err, io.EOF) {
			t.Errorf("at the end: %v", err)
		}
	}
}

func TestDatedReaderKeepsItsError(t *testing.T) {
	r := schema.NewDatedReader(io.MultiReader(
		bytes.NewReader([]byte(" a\n\n b")), iotest.ErrReader(io.ErrUnexpectedEOF), strings.NewReader(" c")))
	if doc, err := r.Next(); err != nil || string(doc) != " a" {
		t.Fatalf("got %q, %v", doc, err)
	}
	for range 2 {
		if doc, err := r.Next(); !errors.Is(err, io.ErrUnexpectedEOF) || doc != nil {
			t.Errorf("got %q, %v", doc, err)
		}
	}
}
