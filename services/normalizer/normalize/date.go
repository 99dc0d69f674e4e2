package normalize

import (
	"regexp"
	"strings"
	"time"
	_ "time/tzdata" // for machines without the zones, as containers are

	"github.com/dateline-news/dateline/pkg/feed/date"
	"github.com/dateline-news/dateline/pkg/schema"
)

const (
	firstYear  = 1990           // no feed is older
	maxAhead   = 24 * time.Hour // a clock or a zone that is wrong
	maxOffset  = 14 * 60 * 60   // seconds; no zone is further from UTC
	dayPattern = `[/_-]((?:19|20)\d{2})([/_-]?)(0[1-9]|1[0-2])([/_-]?)(0[1-9]|[12]\d|3[01])(?:[/_.-]|$)`
)

// dayInPath finds a date in an address, such as /2024/05/01/ or /20240501-.
var dayInPath = regexp.MustCompile(dayPattern)

// zone shows the item's instants in the zone that its feed is of, when it is set:
// many publishers write UTC whatever their readers' day is. A date without a zone
// is of it as it stands.
func (d *draft) zone() {
	if d.item.Feed.Timezone == "" || d.item.Feed.Timezone == schema.AsWritten {
		return
	}
	zone, err := time.LoadLocation(d.item.Feed.Timezone)
	if err != nil {
		d.decided("date:unknown_timezone")
		return
	}
	dates := []*date.Date{&d.entry.Published, &d.entry.Updated}
	if d.page != nil {
		dates = append(dates, &d.page.Published, &d.page.Modified)
	}
	for _, written := range dates {
		switch t := written.Time; {
		case !written.HasTime:
		case written.HasZone:
			written.Time = t.In(zone)
		default:
			written.Time = time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), zone)
			written.HasZone = true
		}
	}
	d.decided("date:timezone_of_feed")
}

// date fills the day of publication, as the publisher wrote it and not
// converted, and the instants of publication and change. The first plausible
// one of these counts: published, the page, updated, the address, the fetch.
func (d *draft) date() {
	d.entry.Published = d.ordered(d.entry.Published)
	d.entry.Updated = d.ordered(d.entry.Updated)
	d.article.Published = d.instant(d.entry.Published)
	d.article.Updated = d.instant(d.entry.Updated)
	day, source := d.day()
	d.article.Date, d.article.DateSource = day.Format(time.DateOnly), source
	d.decided("date:" + string(source))
	d.disagreements(day)
}

// apart is how far two dates of one article may be apart: a zone, and a night.
const apart = 48 * time.Hour

// disagreements notes where page and address say another day than the one that
// counts.
func (d *draft) disagreements(day time.Time) {
	if d.page != nil && d.plausible(d.page.Published.Time) && d.page.Published.Time.Sub(day).Abs() > apart {
		d.decided("date:page_disagrees")
	}
	if t, ok := dayInAddress(d.article.URL); ok && d.plausible(t) && t.Sub(day).Abs() > apart {
		d.decided("date:url_disagrees")
	}
}

func (d *draft) day() (time.Time, schema.DateSource) {
	if t := d.entry.Published.Time; d.plausible(t) {
		d.doubt(d.entry.Published)
		return t, schema.DatePublished
	}
	if d.page != nil && d.plausible(d.page.Published.Time) {
		return d.page.Published.Time, schema.DatePage
	}
	if t := d.entry.Updated.Time; d.plausible(t) {
		d.doubt(d.entry.Updated)
		return t, schema.DateUpdated
	}
	if t, ok := dayInAddress(d.article.URL); ok && d.plausible(t) {
		return t, schema.DateURL
	}
	return d.item.Fetch.FetchedAt.UTC(), schema.DateFirstSeen
}

// ordered reads a date again that leaves open which number is the day, where
// other items of the feed have proved it.
func (d *draft) ordered(written date.Date) date.Date {
	orders := map[schema.DateOrder]date.Order{schema.DayFirst: date.DayFirst, schema.MonthFirst: date.MonthFirst}
	order, proved := orders[d.item.DateOrder]
	if !proved {
		return written
	}
	again, ok := date.Hint{Language: d.entry.Language, Order: order}.Parse(written.Raw)
	if !ok || again.Time.Equal(written.Time) && !written.Ambiguous {
		return written
	}
	d.decided("date:order_of_feed")
	return again
}

// doubt notes what is not sure of a date that counts.
func (d *draft) doubt(written date.Date) {
	if written.Ambiguous {
		d.decided("date:ambiguous")
	}
	if written.HasTime && !written.HasZone {
		d.decided("date:no_zone")
	}
	if written.AmbiguousZone || written.UnknownZone {
		d.decided("date:doubtful_zone")
	}
}

// plausible reports whether an article of this item can be of that time.
func (d *draft) plausible(t time.Time) bool {
	return t.Year() >= firstYear && !t.After(d.item.Fetch.FetchedAt.Add(maxAhead))
}

// instant is a date that has a time of day, in the offset that was written.
func (d *draft) instant(written date.Date) *time.Time {
	if !written.HasTime || !d.plausible(written.Time) {
		return nil
	}
	t := written.Time
	_, offset := t.Zone()
	if offset == 0 || offset%60 != 0 || offset < -maxOffset || offset > maxOffset {
		t = t.UTC() // no zone has such an offset, and JSON can't hold all of them
	} else {
		t = t.In(time.FixedZone("", offset))
	}
	return &t
}

// dayInAddress is the date in the path of an address.
func dayInAddress(address string) (time.Time, bool) {
	path, _, _ := strings.Cut(address, "?")
	for _, m := range dayInPath.FindAllStringSubmatch(path, 4) {
		if m[2] != m[4] {
			continue
		}
		if t, err := time.Parse(time.DateOnly, m[1]+"-"+m[3]+"-"+m[5]); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}
