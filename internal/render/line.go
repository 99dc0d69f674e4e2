package render

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/dateline-news/dateline/pkg/schema"
)

// maxEntities is how many entities of an article a line names.
const maxEntities = 4

// A style is the number of a terminal's colour or weight (ECMA-48 SGR).
type style int

const (
	plain  style = 0
	bold   style = 1
	dim    style = 2
	red    style = 31
	green  style = 32
	yellow style = 33
	cyan   style = 36
)

// column is one part of a line.
type column struct {
	text  string
	width int // to which the text is padded
	style style
}

func (p *Printer) line(kind, subject string, data []byte) ([]byte, error) {
	columns, err := columns(kind, subject, data)
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	for i, c := range columns {
		text := Safe(c.text)
		if text == "" && c.width == 0 {
			continue
		}
		if i > 0 {
			b.WriteString("  ")
		}
		if c.width > 0 && i < len(columns)-1 {
			text = fmt.Sprintf("%-*s", c.width, text)
		}
		b.WriteString(p.styled(c.style, text))
	}
	return []byte(strings.TrimRight(b.String(), " ") + "\n"), nil
}

// styled is a text in a colour, where the output has colours.
func (p *Printer) styled(s style, text string) string {
	if !p.color || s == plain || text == "" {
		return text
	}
	return "\x1b[" + strconv.Itoa(int(s)) + "m" + text + "\x1b[0m"
}

func columns(kind, subject string, data []byte) ([]column, error) {
	switch kind {
	case KindArticles, KindEnriched:
		return read(data, enrichedColumns)
	case KindItems:
		return read(data, itemColumns)
	case KindMentions:
		return read(data, func(p schema.Pointer) []column { return pointerColumns(subject, p) })
	case KindOps:
		if strings.Contains(subject, ".ops.job.") {
			return read(data, jobColumns)
		}
		return read(data, healthColumns)
	case KindStories:
		return read(data, storyColumns)
	case KindDead:
		return deadColumns(subject, data), nil
	default:
		return nil, fmt.Errorf("messages of kind %q cannot be printed", kind)
	}
}

// read decodes a message and makes the columns of it.
func read[T any](data []byte, columns func(T) []column) ([]column, error) {
	var message T
	if err := json.Unmarshal(data, &message); err != nil {
		return nil, fmt.Errorf("not a message of its kind: %w", err)
	}
	return columns(message), nil
}

func enrichedColumns(e schema.Enriched) []column {
	return []column{
		{e.Date, 10, dim},
		{e.Language, 3, plain},
		{e.Source.Token, 24, cyan},
		{string(e.Event) + " " + strconv.Itoa(e.Revision), 11, eventStyle(e.Event)},
		{e.Headline, 0, bold},
		{entityNames(e.Entities), 0, dim},
	}
}

func eventStyle(e schema.Event) style {
	switch e {
	case schema.EventPublished:
		return green
	case schema.EventRevised:
		return yellow
	default:
		return red
	}
}

// entityNames names the most salient entities, as in [Norway, Oslo].
func entityNames(entities []schema.Entity) string {
	var names []string
	for _, e := range entities[:min(len(entities), maxEntities)] {
		if name := Safe(e.Name); name != "" {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return "[" + strings.Join(names, ", ") + "]"
}

func itemColumns(i schema.Item) []column {
	page := ""
	if i.Page != nil {
		page = "page " + strconv.Itoa(i.Page.Status)
		if i.Page.Error != "" {
			page = "page " + i.Page.Error
		}
	}
	title := i.Feed.Title
	if title == "" {
		title = i.Feed.URL
	}
	return []column{
		{instant(i.Fetch.FetchedAt), 20, dim},
		{i.Feed.Language, 3, plain},
		{string(i.Format), 7, cyan},
		{strconv.Itoa(len(i.Document)) + " bytes", 11, plain},
		{title, 0, bold},
		{page, 0, dim},
	}
}

func pointerColumns(subject string, p schema.Pointer) []column {
	entity := p.EntityID
	if tokens := strings.Split(subject, "."); len(tokens) >= 2 {
		entity = tokens[len(tokens)-2] + " " + entity // its type
	}
	if p.Name != "" {
		entity += " " + p.Name
	}
	return []column{
		{p.Date, 10, dim},
		{entity, 32, cyan},
		{strconv.FormatFloat(p.Salience, 'f', 2, 64), 4, plain},
		{p.Source, 24, plain},
		{p.Headline, 0, bold},
		{p.ArticleID + " " + strconv.Itoa(p.Revision), 0, dim},
	}
}

func jobColumns(j schema.Job) []column {
	far := ""
	if p := j.Progress; p != nil {
		far = fmt.Sprintf("%d of %d", p.Done, p.Total)
	}
	return []column{
		{instant(j.Updated), 20, dim},
		{"job " + string(j.State), 14, yellow},
		{j.ID, 0, bold},
		{far, 0, plain},
		{strings.TrimSpace(j.Error + " " + j.Detail), 0, dim},
	}
}

func healthColumns(h schema.Health) []column {
	about := h.URL
	if about == "" {
		about = h.FeedID
	}
	s := yellow
	switch h.Kind {
	case "failing", "paused":
		s = red
	case "recovered", "registered", "resumed":
		s = green
	}
	return []column{
		{instant(h.At), 20, dim},
		{h.Kind, 10, s},
		{about, 0, bold},
		{h.Error, 0, plain},
		{h.Detail, 0, dim},
	}
}

// maxSources is how many sources of a story a line names.
const maxSources = 8

// storyColumns shows what happened to which article, and whose the others are,
// the first of the story first.
func storyColumns(s schema.Story) []column {
	var sources []string
	alike := ""
	for i, m := range s.Members {
		if i < maxSources {
			sources = append(sources, m.Source)
		}
		if m.ArticleID == s.ArticleID {
			alike = string(m.Kind) + " " + strconv.FormatFloat(m.Similarity, 'f', 2, 64)
		}
	}
	if more := len(s.Members) - maxSources; more > 0 {
		sources = append(sources, "and "+strconv.Itoa(more)+" more")
	}
	return []column{
		{s.ID, 32, dim},
		{string(s.Event), 7, plain},
		{s.ArticleID, 32, plain},
		{alike, 14, yellow},
		{strconv.Itoa(len(s.Members)) + " articles", 12, plain},
		{strings.Join(sources, ", "), 0, cyan},
	}
}

// deadColumns shows what the subject tells and the beginning of the message,
// whatever that is: why it is dead stands in its headers.
func deadColumns(subject string, data []byte) []column {
	stage, source := schema.Unknown, schema.Unknown
	if tokens := strings.Split(subject, "."); len(tokens) >= 2 {
		stage, source = tokens[len(tokens)-2], tokens[len(tokens)-1]
	}
	return []column{
		{stage, 10, red},
		{source, 24, cyan},
		{strconv.Itoa(len(data)) + " bytes", 11, plain},
		{cut(string(data), 4*maxShown), 0, dim},
	}
}

func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
