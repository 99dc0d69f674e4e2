package markup_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"testing"

	"github.com/dateline-news/dateline/pkg/feed/internal/markup"
)

// FuzzSame reads what a strict parser takes: the scanner must see the same tags,
// or a bound that holds for what it sees would not hold for the parser.
func FuzzSame(f *testing.F) {
	f.Add([]byte("<a b='c>d' e=\"f\"><!-- <g> --><![CDATA[<h>]]><i/>j</a>"))
	f.Add([]byte("<?k <l>?><m:n xmlns:m='o'\n></m:n\t>"))
	f.Add([]byte("<rss><item><![CDATA[a]]></item><item><![CDATA[b]]></item></rss>"))
	f.Fuzz(func(t *testing.T, doc []byte) {
		directives := bytes.Count(doc, []byte("<!")) - bytes.Count(doc, []byte("<!--")) - bytes.Count(doc, []byte("<![CDATA["))
		if directives > 0 || bytes.Count(doc, []byte("<![CDATA[")) > bytes.Count(doc, []byte("]]>")) {
			return // Of these a parser takes more for text than the scanner does.
		}
		want, ok := strict(doc)
		if !ok {
			return
		}
		var got []string
		s := markup.NewScanner(doc)
		for tok, ok := s.Next(); ok; tok, ok = s.Next() {
			switch {
			case tok.Kind == markup.Start && tok.Empty:
				got = append(got, "<"+string(tok.Name), "</"+string(tok.Name))
			case tok.Kind == markup.Start:
				got = append(got, "<"+string(tok.Name))
			case tok.Kind == markup.End:
				got = append(got, "</"+string(tok.Name))
			}
		}
		if !slices.Equal(got, want) {
			t.Fatalf("got %q, want %q in %q", got, want, doc)
		}
	})
}

// written returns a name as it is written.
func written(name xml.Name) string {
	if name.Space == "" {
		return name.Local
	}
	return name.Space + ":" + name.Local
}

// strict returns the tags of a document; ok is false when it is not sound.
func strict(doc []byte) (tags []string, ok bool) {
	d := xml.NewDecoder(bytes.NewReader(doc))
	for {
		token, err := d.RawToken()
		switch tok := token.(type) {
		case xml.StartElement:
			tags = append(tags, "<"+written(tok.Name))
		case xml.EndElement:
			tags = append(tags, "</"+written(tok.Name))
		}
		if err != nil {
			return tags, errors.Is(err, io.EOF)
		}
	}
}

func TestSplitAndVoid(t *testing.T) {
	for name, want := range map[string][2]string{
		"a": {"", "a"}, "a:b": {"a", "b"}, ":b": {"", "b"}, "a:": {"a", ""}, "a:b:c": {"a", "b:c"},
	} {
		if prefix, local := markup.Split([]byte(name)); string(prefix) != want[0] || string(local) != want[1] {
			t.Errorf("%s: got %q %q, want %q", name, prefix, local, want)
		}
	}
	for name, want := range map[string]bool{"br": true, "IMG": true, "hr": true, "b": false, "link": false, "": false} {
		if got := markup.Void([]byte(name)); got != want {
			t.Errorf("%s: got %v, want %v", name, got, want)
		}
	}
}
