package parse

import (
	"bytes"
	"fmt"

	"github.com/mmcdole/gofeed"
	"github.com/mmcdole/gofeed/atom"
	ext "github.com/mmcdole/gofeed/extensions"
	"github.com/mmcdole/gofeed/json"
	"github.com/mmcdole/gofeed/rss"

	"github.com/dateline-news/dateline/pkg/schema"
)

// entry is what gofeed read: the feed and the item as it maps them, and as the
// format has them. Of the formats' own items exactly one is set.
type entry struct {
	feed *gofeed.Feed
	item *gofeed.Item

	rss      *rss.Item
	rssFeed  *rss.Feed
	atom     *atom.Entry
	atomFeed *atom.Feed
	json     *json.Item
	jsonFeed *json.Feed

	document []byte // as written
	lifted   lifted
	scope    scope
	extra    map[string]string // of custom, by flat name
	repairs  []string
}

// read reads a document of one item, lifting out of it what it can. If it is
// refused so, it is read again as it is.
func read(document []byte, format schema.Format, base string) (*entry, error) {
	e, err := readItem(document, format, base, true)
	if err != nil {
		return readItem(document, format, base, false)
	}
	return e, nil
}

func readItem(document []byte, format schema.Format, base string, lifting bool) (*entry, error) {
	e := &entry{document: document, scope: newScope(base)}
	if err := e.load(format, base, lifting); err != nil {
		return nil, err
	}
	switch n := len(e.feed.Items); {
	case n == 0:
		return nil, fmt.Errorf("%w, feed title %.100q", ErrNoItem, e.feed.Title)
	case n > 1:
		return nil, fmt.Errorf("%w: %d", ErrManyItems, n)
	}
	e.item = e.feed.Items[0]
	return e, nil
}

// load is the one place where gofeed is called. Its formats' parsers are called
// directly: the format is known, and its detection looks at 4,096 bytes only.
func (e *entry) load(format schema.Format, base string, lifting bool) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: gofeed panicked: %v", ErrUnreadable, r)
		}
	}()
	switch format {
	case schema.FormatRSS:
		e.prepare(base, lifting)
		err = e.readRSS()
	case schema.FormatAtom:
		e.prepare(base, lifting)
		err = e.readAtom()
	case schema.FormatJSON:
		err = e.readJSON(lifting)
	default:
		err = fmt.Errorf("format %q is not a feed", format)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnreadable, err)
	}
	return nil
}

// prepare makes of an XML document what gofeed is to read.
func (e *entry) prepare(base string, lifting bool) {
	e.document = withoutDeclaration(e.document)
	e.lifted.document = e.document
	if lifting {
		e.lifted = lift(e.document)
	}
	e.lifted.document, e.scope = readScope(e.lifted.document, base)
}

// withoutDeclaration drops the XML declaration, whose encoding is not the
// document's any more.
func withoutDeclaration(document []byte) []byte {
	document = bytes.TrimSpace(bytes.TrimPrefix(document, []byte("\ufeff")))
	if !bytes.HasPrefix(document, []byte("<?xml ")) {
		return document
	}
	_, rest, _ := bytes.Cut(document, []byte("?>"))
	return rest
}

func (e *entry) readRSS() error {
	f, err := e.parseRSS()
	if err != nil {
		return err
	}
	e.lifted.rss(f)
	e.rssFeed = f
	if len(f.Items) > 0 {
		e.rss = f.Items[0]
	}
	// The scan would parse the text of each item for a first picture.
	e.feed, err = (&gofeed.DefaultRSSTranslator{DisableContentImageScan: true}).Translate(f)
	return err
}

// parseRSS reads what is left of a document. Of most that is an empty item, which
// needs no parser.
func (e *entry) parseRSS() (*rss.Feed, error) {
	if len(e.lifted.leaves) > 0 && isBare(e.lifted.document) {
		return &rss.Feed{Items: []*rss.Item{{}}}, nil
	}
	return (&rss.Parser{}).Parse(bytes.NewReader(e.lifted.document))
}

func (e *entry) readAtom() error {
	f, err := (&atom.Parser{}).Parse(bytes.NewReader(e.lifted.document))
	if err != nil {
		return err
	}
	e.lifted.atom(f)
	e.atomFeed = f
	if len(f.Entries) > 0 {
		e.atom = f.Entries[0]
	}
	e.feed, err = (&gofeed.DefaultAtomTranslator{}).Translate(f)
	return err
}

func (e *entry) readJSON(lifting bool) error {
	l := &liftedJSON{document: e.document}
	if lifting {
		l = liftJSON(e.document)
	}
	f, err := e.parseJSON(l)
	if err != nil {
		return err
	}
	e.jsonFeed, e.json = f, &json.Item{}
	if len(f.Items) > 0 {
		e.json = f.Items[0]
	}
	// gofeed would try all its layouts on a date, twice.
	published, modified := e.json.DatePublished, e.json.DateModified
	e.json.DatePublished, e.json.DateModified = "", ""
	e.feed, err = (&gofeed.DefaultJSONTranslator{}).Translate(f)
	e.json.DatePublished, e.json.DateModified = published, modified
	return err
}

// parseJSON reads what is left of a feed, if anything is.
func (e *entry) parseJSON(l *liftedJSON) (*json.Feed, error) {
	if string(l.document) == bareJSON {
		l.feed.Items = []*json.Item{&l.item}
		return &l.feed, nil
	}
	repaired := repairJSON(l.document)
	if repaired.reshaped {
		e.repaired(RepairJSON)
	}
	f, err := (&json.Parser{}).Parse(bytes.NewReader(repaired.document))
	if err == nil {
		l.restore(f)
	}
	return f, err
}

// extensions returns the elements of a name in a namespace, by its usual prefix.
func extensions(from ext.Extensions, prefix, name string) []ext.Extension {
	return from[prefix][name]
}
