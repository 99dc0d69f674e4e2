package feedlist

import (
	"bufio"
	"bytes"
	"encoding/xml"
	"io"
	"strings"

	"github.com/dateline-news/dateline/pkg/schema"
)

// maxNested bounds how deep folders are written; what is deeper keeps its path
// as its name.
const maxNested = 16

// WriteOPML writes feeds as OPML 2.0, in their folders, in the order in which
// folders and feeds first appear. ParseOPML reads back all that it writes: the
// address, title, folder, language, section, source and interval of each feed.
func WriteOPML(w io.Writer, feeds []schema.Feed) error {
	top := &folder{}
	for _, f := range feeds {
		f = asRead(f)
		top.at(f.Folder).add(f)
	}
	b := bufio.NewWriter(w)
	b.WriteString(xml.Header +
		`<opml version="2.0" xmlns:` + prefix + `="` + Namespace + "\">\n" +
		"\t<head>\n\t\t<title>Feeds</title>\n\t\t<docs>http://opml.org/spec2.opml</docs>\n\t</head>\n" +
		"\t<body>\n")
	top.write(b, "\t\t")
	b.WriteString("\t</body>\n</opml>\n")
	return b.Flush()
}

// WriteTXT writes feeds as text that ParseTXT reads: the address and, after a
// tab, the title. Nothing else of a feed is kept.
func WriteTXT(w io.Writer, feeds []schema.Feed) error {
	b := bufio.NewWriter(w)
	for _, f := range feeds {
		f = asRead(f)
		b.WriteString(f.URL)
		if f.Title != "" {
			b.WriteString("\t" + f.Title)
		}
		b.WriteByte('\n')
	}
	return b.Flush()
}

// asRead is a feed with its texts as they come from a list that is read: each one
// clean line. A registry may have others, and no list is to bring them to a terminal.
func asRead(f schema.Feed) schema.Feed {
	f.URL = schema.Clean(f.URL)
	for _, text := range []*string{&f.Title, &f.Section, &f.Source, &f.Language, &f.Folder} {
		*text = label(*text)
	}
	f.Fulltext = schema.Fulltext(label(string(f.Fulltext)))
	return f
}

// folder is an outline with outlines in it: a feed where it has no name.
type folder struct {
	name  string
	named map[string]*folder
	in    []*folder
	feed  schema.Feed
}

// at is the folder of a path, made when it is new.
func (f *folder) at(path string) *folder {
	for _, name := range strings.SplitN(path, "/", maxNested) {
		if name == "" {
			continue
		}
		next := f.named[name]
		if next == nil {
			next = &folder{name: name}
			if f.named == nil {
				f.named = make(map[string]*folder)
			}
			f.named[name] = next
			f.in = append(f.in, next)
		}
		f = next
	}
	return f
}

func (f *folder) add(feed schema.Feed) { f.in = append(f.in, &folder{feed: feed}) }

func (f *folder) write(b *bufio.Writer, indent string) {
	for _, in := range f.in {
		b.WriteString(indent + "<outline")
		if in.name == "" {
			writeFeed(b, in.feed)
			b.WriteString("/>\n")
			continue
		}
		writeAttr(b, "text", in.name)
		b.WriteString(">\n")
		in.write(b, indent+"\t")
		b.WriteString(indent + "</outline>\n")
	}
}

func writeFeed(b *bufio.Writer, f schema.Feed) {
	text := f.Title
	if text == "" {
		text = f.URL
	}
	writeAttr(b, "type", "rss")
	writeAttr(b, "text", text)
	writeAttr(b, "xmlUrl", f.URL)
	writeAttr(b, "language", f.Language)
	writeSection(b, f)
	writeAttr(b, prefix+":source", f.Source)
	writeAttr(b, prefix+":fulltext", string(f.Fulltext))
	writeAttr(b, prefix+":interval", writtenInterval(f.Interval))
}

// writeSection writes a section as OPML's category where that can say it, and
// that there is none where a folder would be taken for one.
func writeSection(b *bufio.Writer, f schema.Feed) {
	switch {
	case f.Section == "" && f.Folder != "":
		b.WriteString(" " + prefix + `:section=""`)
	case category(f.Section) == f.Section:
		writeAttr(b, "category", f.Section)
	default:
		writeAttr(b, prefix+":section", f.Section)
	}
}

func writeAttr(b *bufio.Writer, name, value string) {
	if value == "" {
		return
	}
	var escaped bytes.Buffer
	_ = xml.EscapeText(&escaped, []byte(value)) // A buffer takes everything.
	b.WriteString(" " + name + `="` + escaped.String() + `"`)
}
