package feedlist

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/dateline-news/dateline/pkg/schema"
)

// Namespace is the XML namespace of what dateline keeps in an OPML outline
// beyond OPML 2.0: the attributes source, fulltext and interval (in seconds), and
// section where OPML's category can't say it. Without both, a feed's section is
// the name of its folder. A feed's language is OPML's own attribute.
const Namespace = "https://dateline.news/opml/v1"

// prefix is what Namespace is bound to. It is taken for Namespace where a
// hand-written list does not declare it.
const prefix = "dateline"

// maxDepth bounds how deep elements stand in each other.
const maxDepth = 64

// opml reads a document with the mercy that the lists of the world need: what
// stands bare in attributes and should not is escaped. A torn document does not
// pass.
func (l *list) opml(data []byte) error {
	text, err := toUTF8(data)
	if err != nil {
		return l.at(1, err)
	}
	if line, err := wellFormed(text); err != nil {
		text = mend(text)
		if _, still := wellFormed(text); still != nil {
			return l.at(line, notXML(err))
		}
	}
	d := newDecoder(text)
	r := opmlReader{list: l}
	for {
		line, _ := d.InputPos()
		token, err := d.Token()
		switch {
		case err != nil && r.root:
			return nil // The end: the document is well-formed.
		case err != nil:
			return l.at(line, notXML(err))
		}
		if err := r.take(line, token); err != nil {
			return err
		}
	}
}

// wellFormed reports whether a document can be read to its end, or where it
// cannot.
func wellFormed(text []byte) (line int, err error) {
	d := newDecoder(text)
	for err == nil {
		_, err = d.Token()
	}
	if err == io.EOF {
		return 0, nil
	}
	line, _ = d.InputPos()
	return line, err
}

// newDecoder reads XML that may hold bare ampersands and HTML's entities.
func newDecoder(text []byte) *xml.Decoder {
	d := xml.NewDecoder(bytes.NewReader(text))
	d.Strict = false
	d.Entity = xml.HTMLEntity
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	return d
}

// opmlReader turns the elements of a document into feeds.
type opmlReader struct {
	*list
	root    bool
	depth   int
	folders []string // of the open outlines; empty for one that is a feed
}

func (r *opmlReader) take(line int, token xml.Token) error {
	switch e := token.(type) {
	case xml.StartElement:
		if r.depth++; r.depth > maxDepth {
			return r.at(line, fmt.Errorf("elements stand more than %d deep", maxDepth))
		}
		if !r.root {
			r.root = true
			return r.checkRoot(line, e.Name.Local)
		}
		if e.Name.Local == "outline" {
			return r.outline(line, e.Attr)
		}
	case xml.EndElement:
		r.depth--
		if e.Name.Local == "outline" && len(r.folders) > 0 {
			r.folders = r.folders[:len(r.folders)-1]
		}
	}
	return nil
}

func (r *opmlReader) checkRoot(line int, name string) error {
	switch strings.ToLower(name) {
	case "opml":
		return nil
	case "rss", "feed", "rdf":
		return r.at(line, errors.New("this is a feed, not a list of feeds: give its address instead"))
	default:
		return r.at(line, fmt.Errorf("this is not OPML: it begins with <%s>", label(name)))
	}
}

func (r *opmlReader) outline(line int, attrs []xml.Attr) error {
	var f schema.Feed
	var text, group string
	own := false // the section is told
	for _, a := range attrs {
		if a.Name.Space == Namespace || a.Name.Space == prefix {
			own = own || a.Name.Local == "section"
			r.own(line, &f, a)
			continue
		}
		switch strings.ToLower(a.Name.Local) {
		case "xmlurl":
			f.URL = strings.TrimSpace(a.Value)
		case "title":
			f.Title = label(a.Value)
		case "text":
			text = label(a.Value)
		case "language":
			f.Language = label(a.Value)
		case "category":
			group = category(a.Value)
		}
	}
	if f.Title == "" {
		f.Title = text
	}
	if f.URL == "" {
		r.folders = append(r.folders, f.Title)
		return nil
	}
	if f.Title == f.URL {
		f.Title = "" // OPML demands a text, so lists repeat the address there.
	}
	f.Folder = r.folder()
	if !own {
		f.Section = cmp.Or(group, r.group())
	}
	r.folders = append(r.folders, "")
	return r.add(line, f)
}

func (r *opmlReader) own(line int, f *schema.Feed, a xml.Attr) {
	switch a.Name.Local {
	case "section":
		f.Section = label(a.Value)
	case "source":
		f.Source = label(a.Value)
	case "fulltext":
		switch when := schema.Fulltext(strings.TrimSpace(a.Value)); when {
		case schema.FulltextAuto, schema.FulltextAlways, schema.FulltextNever:
			f.Fulltext = when
		default:
			r.problem(line, fmt.Errorf("%s:fulltext %s: not auto, always or never", prefix, shown(a.Value)))
		}
	case "interval":
		seconds, err := parseInterval(a.Value)
		if err != nil {
			r.problem(line, fmt.Errorf("%s:%w", prefix, err))
			return
		}
		f.Interval = seconds
	}
}

// folder is the path of the folders that are open, such as World/Europe.
func (r *opmlReader) folder() string {
	var path []string
	for _, name := range r.folders {
		if name != "" {
			path = append(path, name)
		}
	}
	return label(strings.Join(path, "/"))
}

// group is the innermost folder that is open and was named by somebody.
func (r *opmlReader) group() string {
	for _, name := range slices.Backward(r.folders) {
		if name != "" && !isUnsorted(name) {
			return name
		}
	}
	return ""
}

// isUnsorted reports whether a folder is one that programs put feeds in when
// nobody sorts them: it says nothing of what a feed is about.
func isUnsorted(folder string) bool {
	switch strings.ToLower(folder) {
	case "all", "default", "feeds", "imported", "other", "rss", "subscriptions", "uncategorised", "uncategorized", "unsorted":
		return true
	}
	return false
}

// category is the first of OPML's categories, as /News/UK,/Tags/daily, without
// the path to it.
func category(written string) string {
	first, _, _ := strings.Cut(written, ",")
	first = strings.Trim(strings.TrimSpace(first), "/")
	return label(first[strings.LastIndexByte(first, '/')+1:])
}

// notXML says what is wrong with a document, and what to do.
func notXML(err error) error {
	const advice = "export the list again, or write the addresses one a line into a .txt file"
	if err == io.EOF {
		return fmt.Errorf("the file holds no OPML: %s", advice)
	}
	var syntax *xml.SyntaxError
	if errors.As(err, &syntax) {
		err = errors.New(label(syntax.Msg))
	}
	return fmt.Errorf("the file is torn or not XML (%w): %s", err, advice)
}
