package export

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/parquet-go/parquet-go"

	"github.com/dateline-news/dateline/internal/archive"
	"github.com/dateline-news/dateline/internal/render"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
)

// parquetTables are the tables articles and, of enriched articles, entities.
func parquetTables(kind string) archive.Format {
	tables := []archive.Table{{Name: "articles", Suffix: ".parquet"}}
	if kind == render.KindEnriched {
		tables = append(tables, archive.Table{Name: "entities", Suffix: ".parquet"})
	}
	return archive.Format{Name: FormatParquet, Tables: tables, New: func(files []io.Writer) (archive.Encoder, error) {
		settings := []parquet.WriterOption{
			parquet.Compression(&parquet.Zstd), parquet.CreatedBy("dateline", "1", ""),
			// Nobody looks for long texts by their order, and the writer would keep two
			// of each page to the end.
			parquet.SkipPageBounds("body", "list", "element"), parquet.SkipPageBounds("lead"),
		}
		e := &parquetEncoder{articles: parquet.NewGenericWriter[articleRow](files[0], settings...)}
		if len(files) > 1 {
			e.entities = parquet.NewGenericWriter[entityRow](files[1], settings...)
		}
		return e, nil
	}}
}

// rowGroup bounds what a row group holds, in bytes of messages: that much is in
// memory while it is written.
const rowGroup = 32 << 20

type parquetEncoder struct {
	articles *parquet.GenericWriter[articleRow]
	entities *parquet.GenericWriter[entityRow] // nil when there are none
	waiting  int                               // bytes of messages in the row group
	rows     []entityRow
}

// Add implements archive.Encoder.
func (e *parquetEncoder) Add(d bus.Delivery) error {
	article, err := bus.Decode[schema.Enriched](d)
	if err != nil {
		return archive.LeaveOut(d, err)
	}
	row := newArticleRow(article, d)
	if _, err := e.articles.Write([]articleRow{row}); err != nil {
		return fmt.Errorf("parquet: %w", err)
	}
	if e.entities != nil {
		e.rows = e.rows[:0]
		for _, entity := range article.Entities {
			e.rows = append(e.rows, newEntityRow(entity, row))
		}
		if _, err := e.entities.Write(e.rows); err != nil {
			return fmt.Errorf("parquet: %w", err)
		}
	}
	if e.waiting += len(d.Data); e.waiting < rowGroup {
		return nil
	}
	e.waiting = 0
	return e.each((*parquet.GenericWriter[articleRow]).Flush, (*parquet.GenericWriter[entityRow]).Flush)
}

// Close implements archive.Encoder.
func (e *parquetEncoder) Close() error {
	return e.each((*parquet.GenericWriter[articleRow]).Close, (*parquet.GenericWriter[entityRow]).Close)
}

func (e *parquetEncoder) each(a func(*parquet.GenericWriter[articleRow]) error, b func(*parquet.GenericWriter[entityRow]) error) error {
	err := a(e.articles)
	if e.entities != nil {
		err = errors.Join(err, b(e.entities))
	}
	if err != nil {
		return fmt.Errorf("parquet: %w", err)
	}
	return nil
}

// articleRow is a row of the table articles: one revision of an article. Columns
// are only ever added. docs/archive.md describes them.
type articleRow struct {
	Sequence uint64    `parquet:"seq"`
	Stored   time.Time `parquet:"stored,timestamp(microsecond)"`
	Subject  string    `parquet:"subject"`

	ID             string     `parquet:"id"`
	Revision       int32      `parquet:"revision"`
	Event          string     `parquet:"event,dict"`
	Date           *int32     `parquet:"date,date,optional"`
	Published      *time.Time `parquet:"published,timestamp(microsecond),optional"`
	Updated        *time.Time `parquet:"updated,timestamp(microsecond),optional"`
	DateSource     string     `parquet:"date_source,dict"`
	Headline       string     `parquet:"headline"`
	Lead           string     `parquet:"lead"`
	Body           []string   `parquet:"body,list"`
	Section        string     `parquet:"section,dict"`
	Publication    string     `parquet:"publication,dict"`
	Authors        []string   `parquet:"authors,list"`
	Credits        []string   `parquet:"credits,list"`
	Language       string     `parquet:"language,dict"`
	LanguageSource string     `parquet:"language_source,dict"`
	URL            string     `parquet:"url"`
	AlternateURLs  []string   `parquet:"alternate_urls,list"`
	Source         string     `parquet:"source,dict"`
	Host           string     `parquet:"host,dict"`
	FeedID         string     `parquet:"feed_id,dict"`
	FeedURL        string     `parquet:"feed_url,dict"`
	Categories     []string   `parquet:"categories,list"`
	Media          []mediaRow `parquet:"media,list"`

	RightsText    string `parquet:"rights_text"`
	RightsLicense string `parquet:"rights_license"`
	RightsHolder  string `parquet:"rights_holder"`
	RightsRSL     string `parquet:"rights_rsl"`
	TDMReserved   bool   `parquet:"tdm_reserved"`
	TDMPolicy     string `parquet:"tdm_policy"`
	Paywalled     bool   `parquet:"paywalled"`

	Extent       string     `parquet:"extent,dict"`
	ContentHash  string     `parquet:"content_hash"`
	PreviousHash string     `parquet:"previous_hash"`
	Changed      []string   `parquet:"changed,list"`
	Fingerprint  string     `parquet:"fingerprint"`
	Fetched      *time.Time `parquet:"fetched,timestamp(microsecond),optional"`
	ItemSequence uint64     `parquet:"item_seq"`

	Countries     []string   `parquet:"countries,list"`
	DatelinePlace string     `parquet:"dateline_place"`
	Topics        []string   `parquet:"topics,list"`
	Quotes        []quoteRow `parquet:"quotes,list"`
}

type mediaRow struct {
	URL     string `parquet:"url"`
	Type    string `parquet:"type"`
	Width   int32  `parquet:"width"`
	Height  int32  `parquet:"height"`
	Credit  string `parquet:"credit"`
	Caption string `parquet:"caption"`
}

// mentionRow is a span; see schema.Mention.
type mentionRow struct {
	Field string `parquet:"field"`
	Index int32  `parquet:"index"`
	Start int32  `parquet:"start"`
	End   int32  `parquet:"end"`
	Text  string `parquet:"text"`
}

type quoteRow struct {
	Field   string `parquet:"field"`
	Index   int32  `parquet:"index"`
	Start   int32  `parquet:"start"`
	End     int32  `parquet:"end"`
	Text    string `parquet:"text"`
	Speaker string `parquet:"speaker"`
	Cue     string `parquet:"cue"`
}

// entityRow is a row of the table entities: one entity of one revision of an
// article.
type entityRow struct {
	Sequence  uint64       `parquet:"seq"`
	ArticleID string       `parquet:"article_id"`
	Revision  int32        `parquet:"revision"`
	Date      *int32       `parquet:"date,date,optional"`
	Language  string       `parquet:"language,dict"`
	Source    string       `parquet:"source,dict"`
	EntityID  string       `parquet:"entity_id,dict"`
	Type      string       `parquet:"type,dict"`
	Name      string       `parquet:"name,dict"`
	Wikidata  string       `parquet:"wikidata,dict"`
	GeoNames  string       `parquet:"geonames,dict"`
	Country   string       `parquet:"country,dict"`
	Salience  float64      `parquet:"salience"`
	Mentions  []mentionRow `parquet:"mentions,list"`
}

func newArticleRow(a schema.Enriched, d bus.Delivery) articleRow {
	r := articleRow{
		Sequence: d.Sequence, Stored: d.Time.UTC(), Subject: d.Subject,
		ID: a.ID, Revision: int32(a.Revision), Event: string(a.Event), Date: days(a.Date), Published: instant(a.Published), Updated: instant(a.Updated),
		DateSource: string(a.DateSource), Headline: a.Headline, Lead: a.Lead, Body: a.Body, Authors: a.Authors, Credits: a.Credits,
		Language: a.Language, LanguageSource: a.LanguageSource, URL: a.URL, AlternateURLs: a.AlternateURLs,
		Source: a.Source.Token, Publication: a.Source.Name, Host: a.Source.Host, FeedID: a.Source.FeedID, FeedURL: a.Source.FeedURL,
		Categories: a.Categories, Paywalled: a.Paywalled, Extent: string(a.Extent), ContentHash: a.ContentHash, PreviousHash: a.PreviousHash,
		Changed: a.Changed, Fingerprint: a.Fingerprint, Fetched: instant(&a.Provenance.FetchedAt), ItemSequence: a.Provenance.ItemSeq,
		Countries: a.Countries, DatelinePlace: a.DatelinePlace, Topics: a.Topics,
	}
	if a.Attribution != nil {
		r.Section, r.Publication = a.Attribution.Section, a.Attribution.Source
	}
	if rights := a.Rights; rights != nil {
		r.RightsText, r.RightsLicense, r.RightsHolder, r.RightsRSL = rights.Text, rights.License, rights.Holder, rights.RSL
		r.TDMReserved, r.TDMPolicy = rights.TDMReserved, rights.TDMPolicy
	}
	for _, m := range a.Media {
		r.Media = append(r.Media, mediaRow{m.URL, m.Type, int32(m.Width), int32(m.Height), m.Credit, m.Caption})
	}
	for _, q := range a.Quotes {
		r.Quotes = append(r.Quotes, quoteRow{string(q.Field), int32(q.Index), int32(q.Start), int32(q.End), q.Text, q.Speaker, q.Cue})
	}
	return r
}

func newMentionRow(m schema.Mention) mentionRow {
	return mentionRow{string(m.Field), int32(m.Index), int32(m.Start), int32(m.End), m.Text}
}

func newEntityRow(e schema.Entity, of articleRow) entityRow {
	r := entityRow{
		Sequence: of.Sequence, ArticleID: of.ID, Revision: of.Revision, Date: of.Date, Language: of.Language, Source: of.Source,
		EntityID: e.ID, Type: string(e.Type), Name: e.Name, Wikidata: e.Wikidata, GeoNames: e.GeoNames, Country: e.Country, Salience: e.Salience,
	}
	for _, m := range e.Mentions {
		r.Mentions = append(r.Mentions, newMentionRow(m))
	}
	return r
}

// days is a date as the days since 1970, nil when it is none.
func days(date string) *int32 {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return nil
	}
	n := int32(t.Unix() / (24 * 60 * 60)) // without a rest: it is midnight
	return &n
}

// instant is a time in UTC, nil when it is not known.
func instant(t *time.Time) *time.Time {
	if t == nil || t.IsZero() {
		return nil
	}
	utc := t.UTC()
	return &utc
}
