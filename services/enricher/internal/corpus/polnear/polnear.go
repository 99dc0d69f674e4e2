// Package polnear reads attributions from a folder of the PolNeAR corpus: news
// texts, and beside them who said what, in the stand-off format of brat.
package polnear

import (
	"cmp"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/dateline-news/dateline/pkg/schema"
)

// Document is one text with what is attributed in it.
type Document struct {
	ID           string
	Text         string
	Attributions []Attribution
}

// Span is text[Start:End], in bytes.
type Span struct{ Start, End int }

// Attribution is what somebody said, thought or wrote. Each part may be of several
// spans, or missing.
type Attribution struct{ Source, Cue, Content []Span }

// annotator is the end of the name of a file of annotations: _xxxx.ann.
const annotator = len("_0000.ann")

// Read reads the documents of a folder that has text/ and attributions/. Of several
// annotations of one text it takes the first.
func Read(dir fs.FS) ([]Document, error) {
	files, err := fs.Glob(dir, "attributions/*.ann")
	if err != nil {
		return nil, fmt.Errorf("polnear: %w", err)
	}
	slices.Sort(files)
	var docs []Document
	for _, file := range files {
		name := path.Base(file)
		if len(name) <= annotator {
			return nil, fmt.Errorf("polnear: %s has no annotator in its name", file)
		}
		id := name[:len(name)-annotator]
		if len(docs) > 0 && docs[len(docs)-1].ID == id {
			continue
		}
		doc, err := read(dir, file, id)
		if err != nil {
			return nil, fmt.Errorf("polnear: %s: %w", file, err)
		}
		docs = append(docs, doc)
	}
	if len(docs) == 0 {
		return nil, fmt.Errorf("polnear: no annotations: %w", fs.ErrNotExist)
	}
	return docs, nil
}

func read(dir fs.FS, file, id string) (Document, error) {
	text, err := fs.ReadFile(dir, "text/"+id+".txt")
	if err != nil {
		return Document{}, err
	}
	marks, err := fs.ReadFile(dir, file)
	if err != nil {
		return Document{}, err
	}
	doc := Document{ID: id, Text: string(text)}
	offsets := byteOffsets(doc.Text)
	spans := map[string][]Span{}
	for line := range strings.Lines(string(marks)) {
		key, rest, _ := strings.Cut(strings.TrimRight(line, "\r\n"), "\t")
		switch {
		case strings.HasPrefix(key, "T"):
			head, _, _ := strings.Cut(rest, "\t")
			if spans[key], err = spansOf(head, offsets); err != nil {
				return Document{}, fmt.Errorf("%s: %w", key, err)
			}
		case strings.HasPrefix(key, "E"):
			doc.Attributions = append(doc.Attributions, attribution(rest, spans))
		}
	}
	return doc, nil
}

// byteOffsets are the bytes at which the characters of s begin, and its length.
func byteOffsets(s string) []int {
	var offsets []int
	for i := range s {
		offsets = append(offsets, i)
	}
	return append(offsets, len(s))
}

// spansOf reads "Content 12 34;40 50", in characters.
func spansOf(s string, offsets []int) ([]Span, error) {
	_, s, _ = strings.Cut(s, " ")
	var spans []Span
	for part := range strings.SplitSeq(s, ";") {
		a, b, _ := strings.Cut(part, " ")
		start, err := strconv.Atoi(a)
		if err != nil {
			return nil, err
		}
		end, err := strconv.Atoi(b)
		if err != nil {
			return nil, err
		}
		if start < 0 || start > end || end >= len(offsets) {
			return nil, fmt.Errorf("%d to %d is not in the text", start, end)
		}
		spans = append(spans, Span{offsets[start], offsets[end]})
	}
	return spans, nil
}

// attribution reads "Attribution:T8 Content:T3 Cue:T2 Source:T1". The spans that it
// names must have come before.
func attribution(s string, spans map[string][]Span) (a Attribution) {
	for part := range strings.FieldsSeq(s) {
		role, key, _ := strings.Cut(part, ":")
		switch strings.TrimRight(role, "0123456789") {
		case "Source":
			a.Source = append(a.Source, spans[key]...)
		case "Cue":
			a.Cue = append(a.Cue, spans[key]...)
		case "Content":
			a.Content = append(a.Content, spans[key]...)
		}
	}
	return a
}

// paragraphs are the lines of the text that are not empty, and where each begins.
func (d *Document) paragraphs() (lines []string, starts []int) {
	at := 0
	for line := range strings.Lines(d.Text) {
		if s := strings.TrimRight(line, "\r\n"); strings.TrimSpace(s) != "" {
			lines, starts = append(lines, s), append(starts, at)
		}
		at += len(line)
	}
	return lines, starts
}

// Article is the document as an article, with a paragraph for each line.
func (d *Document) Article() schema.Article {
	lines, _ := d.paragraphs()
	return schema.Article{ID: d.ID, Language: "en", Body: lines}
}

// Said is a quotation that an attribution holds.
type Said struct {
	// Mention is where it stands in the article, without its marks.
	schema.Mention
	// Whole is whether quotations are all that the span of the content holds: there
	// is nothing indirect about it.
	Whole bool
	// Source is the first span that names who said it, Cue the words that introduce
	// it; they may be empty.
	Source schema.Mention
	Cue    string
}

// Direct are the quotations of the document: what stands in double quotation marks
// in the contents of attributions. A content that ends before its marks do, at the
// end of a paragraph, ends its quotation.
func (d *Document) Direct() []Said {
	lines, starts := d.paragraphs()
	seen := map[schema.Mention]bool{}
	var all []Said
	for _, a := range d.Attributions {
		said := Said{}
		if len(a.Source) > 0 {
			said.Source = mention(lines, starts, a.Source[0])
		}
		for _, cue := range a.Cue {
			said.Cue = strings.TrimLeft(said.Cue+" "+d.Text[cue.Start:cue.End], " ")
		}
		for _, content := range a.Content {
			runs, whole := quotations(d.Text[content.Start:content.End])
			for _, run := range runs {
				said.Mention = mention(lines, starts, Span{content.Start + run.Start, content.Start + run.End})
				if said.Whole = whole; !seen[said.Mention] {
					seen[said.Mention] = true
					all = append(all, said)
				}
			}
		}
	}
	slices.SortFunc(all, func(a, b Said) int { return cmp.Or(a.Index-b.Index, a.Start-b.Start) })
	return all
}

// mention is a span of the text as one of the article. What is beyond the end of
// the paragraph is left out.
func mention(lines []string, starts []int, s Span) schema.Mention {
	i, found := slices.BinarySearch(starts, s.Start)
	if !found {
		i--
	}
	if i < 0 || s.Start-starts[i] > len(lines[i]) {
		return schema.Mention{}
	}
	m := schema.Mention{Field: schema.FieldBody, Index: i, Start: s.Start - starts[i], End: min(s.End-starts[i], len(lines[i]))}
	m.Text = lines[i][m.Start:m.End]
	return m
}

// quotations are the runs of s in double quotation marks, and whether there is
// nothing beside them.
func quotations(s string) (runs []Span, whole bool) {
	start, outside := -1, false
	end := func(at int) {
		if text := strings.TrimSpace(s[start:at]); text != "" {
			from := start + strings.Index(s[start:at], text)
			runs = append(runs, Span{from, from + len(text)})
		}
		start = -1
	}
	s = strings.ReplaceAll(s, "''", "\" ") // as many bytes
	for i, r := range s {
		switch {
		case start < 0 && (r == '“' || r == '"'):
			start = i + len(string(r))
		case start >= 0 && (r == '”' || r == '"' || r == '\n'):
			end(i)
		case start < 0 && !strings.ContainsRune(" .,;:”\n\u00a0", r):
			outside = true
		}
	}
	if start >= 0 {
		end(len(s))
	}
	return runs, !outside
}
