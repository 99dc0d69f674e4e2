package normalize_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/normalizer/fingerprint"
)

func sorted(s []string) []string {
	s = slices.Clone(s)
	slices.Sort(s)
	return s
}

func words(n int) string { return strings.TrimSpace(strings.Repeat("word ", n)) + "." }

func TestText(t *testing.T) {
	long := "<p>" + words(50) + "</p><p>" + words(40) + "</p>"
	for name, test := range map[string]struct {
		item           schema.Item
		headline, lead string
		body           []string
		extent         schema.Extent
	}{
		"headline alone": {
			rss("title", "H"), "H", "", nil, schema.ExtentHeadline,
		},
		"summary": {
			rss("title", "H", "description", "Lead."), "H", "Lead.", nil, schema.ExtentSummary,
		},
		"summary repeats the headline": {
			rss("title", "The “H”", "description", `the "h".`), "The “H”", "", nil, schema.ExtentHeadline,
		},
		"summary of two paragraphs": {
			rss("title", "H", "description", "<p>One.</p><p>Two.</p>"), "H", "One.", []string{"Two."}, schema.ExtentSummary,
		},
		"cut-off summary": {
			rss("title", "H", "description", "One. Two. And th…"), "H", "One. Two.", nil, schema.ExtentSummary,
		},
		"cut-off summary without a whole sentence": {
			rss("title", "H", "description", "One and th [...]"), "H", "One and th…", nil, schema.ExtentSummary,
		},
		"cut off in the last paragraph": {
			rss("title", "H", "description", "<p>One.</p><p>Two. Th…</p><p>Continue reading</p>"), "H", "One.", []string{"Two."}, schema.ExtentSummary,
		},
		"full text and standfirst": {
			rss("title", "H", "description", "Standfirst.", "content:encoded", long), "H", "Standfirst.", []string{words(50), words(40)}, schema.ExtentFull,
		},
		"full text alone": {
			rss("title", "H", "content:encoded", long), "H", words(50), []string{words(40)}, schema.ExtentFull,
		},
		"full text, summary is its beginning": {
			rss("title", "H", "description", "word word word", "content:encoded", long), "H", words(50), []string{words(40)}, schema.ExtentFull,
		},
		"full text, summary runs over its paragraphs": {
			rss("title", "H", "description", words(50)+" word word", "content:encoded", long), "H", words(50), []string{words(40)}, schema.ExtentFull,
		},
		"full text, summary is cut off": {
			rss("title", "H", "description", "Something else…", "content:encoded", long), "H", words(50), []string{words(40)}, schema.ExtentFull,
		},
		"full text holds headline and standfirst": {
			rss("title", "H", "description", "Standfirst.", "content:encoded", "<h1>H</h1>"+long+"<p>“Standfirst”</p>"), "H", "Standfirst.", []string{words(50), words(40)}, schema.ExtentFull,
		},
		"content that is cut off": {
			rss("title", "H", "description", "Standfirst.", "content:encoded", long+"<p>One. And […]</p>"), "H", "Standfirst.", []string{words(50), words(40), "One."}, schema.ExtentSummary,
		},
		"content shorter than the summary": {
			rss("title", "H", "description", "One two three four.", "content:encoded", "One."), "H", "One two three four.", nil, schema.ExtentSummary,
		},
		"content shorter than the standfirst": {
			rss("title", "H", "description", "One two three four.", "content:encoded", "<p>Five.</p><p>Six.</p>"), "H", "One two three four.", []string{"Five.", "Six."}, schema.ExtentSummary,
		},
		"content shorter than two paragraphs": {
			rss("title", "H", "description", "<p>One two.</p><p>Three four.</p>", "content:encoded", "<p>Five.</p>"), "H", "One two.", []string{"Three four."}, schema.ExtentSummary,
		},
		"long description": {
			rss("title", "H", "description", long+long+"<p>"+words(60)+"</p>"), "H", words(50), []string{words(40), words(40), words(60)}, schema.ExtentFull,
		},
		"no title": {
			rss("description", "One here. Two here."), "One here.", "One here. Two here.", nil, schema.ExtentSummary,
		},
		"no title, one sentence": {
			rss("description", "One here."), "One here.", "", nil, schema.ExtentHeadline,
		},
		"no title, a link": {
			rss("link", "/a", "description", "<p></p><a href=/a>What it is about</a>"), "What it is about", "", nil, schema.ExtentHeadline,
		},
		"no title, full text": {
			rss("content:encoded", "<p>Read more</p>"+long), words(50), words(40), nil, schema.ExtentSummary,
		},
		"date line": {
			rss("title", "H", "pubDate", "Wed, 01 May 2024 10:00:00 GMT", "description", "<p>May 1, 2024</p><p>One.</p><p>1 May 2023</p>"), "H", "One.", []string{"1 May 2023"}, schema.ExtentSummary,
		},
		"reads like an attribution": {
			rss("title", "H", "description", "<p>One.</p><p>UK news summary from X.</p>"), "H", "One.", []string{"UK news summary from X."}, schema.ExtentSummary,
		},
	} {
		t.Run(name, func(t *testing.T) {
			a := mustNormalize(t, test.item)
			if a.Headline != test.headline || a.Lead != test.lead {
				t.Errorf("headline %q, lead %q, want %q, %q", a.Headline, a.Lead, test.headline, test.lead)
			}
			if diff := cmp.Diff(test.body, a.Body); diff != "" {
				t.Errorf("body:\n%s", diff)
			}
			if a.Extent != test.extent {
				t.Errorf("extent %s, want %s", a.Extent, test.extent)
			}
		})
	}
}

func TestLongHeadline(t *testing.T) {
	a := mustNormalize(t, rss("title", strings.Repeat("long ", 1000)))
	if len(a.Headline) > 2048 || !strings.HasSuffix(a.Headline, "long…") || !slices.Contains(a.Provenance.Rules, "headline:cut") {
		t.Errorf("got %d bytes, rules %v", len(a.Headline), a.Provenance.Rules)
	}
}

func TestDate(t *testing.T) {
	for name, test := range map[string]struct {
		elements []string
		want     string
		source   schema.DateSource
		instant  string
		rule     string
	}{
		"day of the publisher's zone":   {[]string{"pubDate", "Wed, 01 May 2024 23:30:00 -0500"}, "2024-05-01", schema.DatePublished, "2024-05-01T23:30:00-05:00", ""},
		"UTC":                           {[]string{"pubDate", "Wed, 01 May 2024 23:30:00 GMT"}, "2024-05-01", schema.DatePublished, "2024-05-01T23:30:00Z", ""},
		"no time":                       {[]string{"dc:date", "2024-05-01"}, "2024-05-01", schema.DatePublished, "", ""},
		"no zone":                       {[]string{"dc:date", "2024-05-01T10:00:00"}, "2024-05-01", schema.DatePublished, "2024-05-01T10:00:00Z", "date:no_zone"},
		"zone of several names":         {[]string{"pubDate", "Wed, 01 May 2024 10:00:00 CST"}, "2024-05-01", schema.DatePublished, "2024-05-01T10:00:00-06:00", "date:doubtful_zone"},
		"a little ahead":                {[]string{"pubDate", "Fri, 03 May 2024 11:00:00 GMT"}, "2024-05-03", schema.DatePublished, "2024-05-03T11:00:00Z", ""},
		"too far ahead":                 {[]string{"pubDate", "Fri, 03 May 2024 13:00:00 GMT"}, "2024-05-02", schema.DateFirstSeen, "", ""},
		"too old":                       {[]string{"pubDate", "Thu, 01 Jan 1970 00:00:00 GMT"}, "2024-05-02", schema.DateFirstSeen, "", ""},
		"no sense":                      {[]string{"pubDate", "soon"}, "2024-05-02", schema.DateFirstSeen, "", ""},
		"none":                          {nil, "2024-05-02", schema.DateFirstSeen, "", ""},
		"updated":                       {[]string{"atom:updated", "2024-04-30T10:00:00+02:00"}, "2024-04-30", schema.DateUpdated, "", ""},
		"published before updated":      {[]string{"atom:updated", "2024-05-01T10:00:00Z", "pubDate", "Mon, 29 Apr 2024 10:00:00 GMT"}, "2024-04-29", schema.DatePublished, "2024-04-29T10:00:00Z", ""},
		"no plausible one, but updated": {[]string{"atom:updated", "2024-05-01T10:00:00Z", "pubDate", "Thu, 01 Jan 1970 00:00:00 GMT"}, "2024-05-01", schema.DateUpdated, "", ""},
		"address":                       {[]string{"link", "https://example.com/2024/04/03/a"}, "2024-04-03", schema.DateURL, "", ""},
		"address, other forms":          {[]string{"link", "https://example.com/a-2024-04-03"}, "2024-04-03", schema.DateURL, "", ""},
		"address, in one number":        {[]string{"link", "https://example.com/20240403/a?d=/2023/01/01/"}, "2024-04-03", schema.DateURL, "", ""},
		"address, no such day":          {[]string{"link", "https://example.com/2024/02/30/a"}, "2024-05-02", schema.DateFirstSeen, "", ""},
		"address, not yet":              {[]string{"link", "https://example.com/2025/01/01/a"}, "2024-05-02", schema.DateFirstSeen, "", ""},
		"address, a number":             {[]string{"link", "https://example.com/120240403/a"}, "2024-05-02", schema.DateFirstSeen, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			a := mustNormalize(t, rss(append([]string{"title", "H"}, test.elements...)...))
			if a.Date != test.want || a.DateSource != test.source {
				t.Errorf("got %s by %s, want %s by %s", a.Date, a.DateSource, test.want, test.source)
			}
			instant := ""
			if a.Published != nil {
				instant = a.Published.Format(time.RFC3339)
			}
			if instant != test.instant {
				t.Errorf("published %q, want %q", instant, test.instant)
			}
			if test.rule != "" && !slices.Contains(a.Provenance.Rules, test.rule) {
				t.Errorf("rules %v, want %s", a.Provenance.Rules, test.rule)
			}
		})
	}
}

// The poller has seen the whole feed, and tells which number is the day.
func TestDateOrderOfTheFeed(t *testing.T) {
	for name, test := range map[string]struct {
		written  string
		order    schema.DateOrder
		language string
		want     string
		rule     bool
	}{
		"day first":             {"02/03/2024", schema.DayFirst, "", "2024-03-02", true},
		"month first":           {"02/03/2024", schema.MonthFirst, "", "2024-02-03", true},
		"against the language":  {"02/03/2024", schema.DayFirst, "en-US", "2024-03-02", true},
		"as the language says":  {"02/03/2024", schema.MonthFirst, "en-US", "2024-02-03", false},
		"not needed":            {"2024-03-02", schema.MonthFirst, "", "2024-03-02", false},
		"not told":              {"02/03/2024", "", "en-US", "2024-02-03", false},
		"of a later version":    {"02/03/2024", "year_first", "en-US", "2024-02-03", false},
		"no date at all":        {"soon", schema.DayFirst, "", "2024-05-02", false},
		"not in the order told": {"25/02/2024", schema.MonthFirst, "", "2024-02-25", false},
	} {
		t.Run(name, func(t *testing.T) {
			item := rss("title", "H", "dc:language", test.language, "pubDate", test.written)
			item.DateOrder = test.order
			a := mustNormalize(t, item)
			if ruled := slices.Contains(a.Provenance.Rules, "date:order_of_feed"); a.Date != test.want || ruled != test.rule {
				t.Errorf("got %s by %v, want %s", a.Date, a.Provenance.Rules, test.want)
			}
		})
	}
}

// The fetch may be stamped in any zone; the day of first sight is UTC's.
func TestDateOfFirstSightIsUTC(t *testing.T) {
	item := rss("title", "H")
	item.Fetch.FetchedAt = time.Date(2024, 5, 2, 1, 0, 0, 0, time.FixedZone("", 9*60*60))
	if a := mustNormalize(t, item); a.Date != "2024-05-01" {
		t.Errorf("got %s", a.Date)
	}
}

func TestIdentity(t *testing.T) {
	id := func(elements ...string) string {
		t.Helper()
		return mustNormalize(t, rss(elements...)).ID
	}
	link := id("title", "A", "link", "https://example.com/a")
	for name, other := range map[string]string{
		"other title":   id("title", "B", "link", "https://www.example.com/a?utm_source=x"),
		"relative link": id("title", "A", "link", "/a", "guid", "1"),
		"guid is link":  id("title", "A", "guid", "https://example.com/a"),
	} {
		if other != link {
			t.Errorf("%s: another id", name)
		}
	}
	if id("title", "", "description", "One. More.") == id("title", "", "description", "Two. More.") {
		t.Error("two texts without title, link and guid have one id")
	}
	same := mustNormalize(t, rss("title", "A", "link", "https://example.com/a", "guid", "http://www.example.com/a/"))
	if same.ID != link || same.AlternateURLs != nil {
		t.Errorf("guid of the same address: id %s, alternates %v", same.ID, same.AlternateURLs)
	}
	front := mustNormalize(t, rss("title", "A", "link", "https://other.example/", "guid", "tag:1"))
	if !slices.Contains(front.Provenance.Rules, "identity:guid") || front.Source.Host != "example.com" || front.URL != "https://other.example/" {
		t.Errorf("front page: %+v by %v", front.Source, front.Provenance.Rules)
	}
}

func TestSourceIsThatOfTheAddress(t *testing.T) {
	for link, want := range map[string]string{
		"https://www.example.com/a":  "example_com",
		"https://amp.example.com/a":  "example_com",
		"https://news.example.org/a": "news_example_org",
		"":                           "example_com",
	} {
		if a := mustNormalize(t, rss("title", "H", "link", link)); a.Source.Token != want {
			t.Errorf("%q: source %s, want %s", link, a.Source.Token, want)
		}
	}
}

func TestAttribution(t *testing.T) {
	for name, test := range map[string]struct {
		feed schema.FeedRef
		want *schema.Attribution
	}{
		"feed's title":           {schema.FeedRef{}, &schema.Attribution{Source: "Example News"}},
		"registered title":       {schema.FeedRef{Title: "The Example | UK: Home"}, &schema.Attribution{Source: "The Example"}},
		"first separator":        {schema.FeedRef{Title: "Example: A – B - C"}, &schema.Attribution{Source: "Example"}},
		"no separator":           {schema.FeedRef{Title: "Example-News:World"}, &schema.Attribution{Source: "Example-News:World"}},
		"configured source":      {schema.FeedRef{Source: " Infosurhoy\n", Title: "X"}, &schema.Attribution{Source: "Infosurhoy"}},
		"section":                {schema.FeedRef{Source: "X", Section: "UK"}, &schema.Attribution{Section: "UK", Source: "X"}},
		"section's word news":    {schema.FeedRef{Source: "X", Section: "World News"}, &schema.Attribution{Section: "World", Source: "X"}},
		"section is news":        {schema.FeedRef{Source: "X", Section: "NEWS"}, &schema.Attribution{Source: "X"}},
		"section ends like news": {schema.FeedRef{Source: "X", Section: "Sinews"}, &schema.Attribution{Section: "Sinews", Source: "X"}},
		"section not writable":   {schema.FeedRef{Source: "X", Section: `\UK`}, &schema.Attribution{Source: "X"}},
		"section with phrase":    {schema.FeedRef{Source: "X", Section: "A News Summary From B"}, &schema.Attribution{Source: "X"}},
		"source with phrase":     {schema.FeedRef{Source: "News summary from B"}, &schema.Attribution{Source: "Example News"}},
	} {
		t.Run(name, func(t *testing.T) {
			item := rss("title", "H", "link", "/a")
			test.feed.ID, test.feed.URL = item.Feed.ID, item.Feed.URL
			item.Feed = test.feed
			a := mustNormalize(t, item)
			if diff := cmp.Diff(test.want, a.Attribution); diff != "" {
				t.Error(diff)
			}
			if a.Source.Name != test.want.Source {
				t.Errorf("source's name %q", a.Source.Name)
			}
		})
	}
	if a := mustNormalize(t, rssDocument("", "<title>H</title>")); a.Attribution != nil {
		t.Errorf("no name: got %+v", a.Attribution)
	}
}

func TestLanguage(t *testing.T) {
	for name, test := range map[string]struct{ header, item, registered, want, source string }{
		"none":             {"", "", "", "und", "none"},
		"feed":             {"<language>EN_us</language>", "", "fr", "en-US", "feed"},
		"item before feed": {"<language>en</language>", "<dc:language>pt-br</dc:language>", "", "pt-BR", "item"},
		"registry":         {"", "", "de", "de", "registry"},
		"old code":         {"<language>iw</language>", "", "", "he", "feed"},
		"three letters":    {"<language>deu</language>", "", "", "de", "feed"},
		"old region":       {"<language>en-UK</language>", "", "", "en-GB", "feed"},
		"script":           {"<language>zh-hant-tw</language>", "", "", "zh-Hant-TW", "feed"},
		"no such language": {"<language>english please</language>", "", "nl", "nl", "registry"},
		"undetermined":     {"<language>und</language>", "", "mul", "und", "none"},
		"too long":         {"", "", "en-" + strings.Repeat("a-", 40), "und", "none"},
	} {
		t.Run(name, func(t *testing.T) {
			item := rssDocument(test.header, "<title>H</title>"+test.item)
			item.Feed.Language = test.registered
			a := mustNormalize(t, item)
			if a.Language != test.want || a.LanguageSource != test.source {
				t.Errorf("got %s by %s, want %s by %s", a.Language, a.LanguageSource, test.want, test.source)
			}
		})
	}
}

// The text says more than what is declared, which is kept beside it.
func TestLanguageOfText(t *testing.T) {
	const (
		english    = "The mayor says that the new bridge will not open before the winter"
		portuguese = "A prefeita diz que a nova ponte não será aberta antes do inverno"
	)
	for name, test := range map[string]struct {
		declared, headline, body, want, source, rules string
	}{
		"nothing declared":     {"", english, "", "en", "detected", "language:detected"},
		"confirmed":            {"pt-BR", portuguese, "", "pt-BR", "feed", "language:feed"},
		"confirmed, script":    {"sr-Latn", "Gradonačelnik kaže da novi most neće biti otvoren pre zime", "", "sr-Latn", "feed", "language:feed"},
		"confirmed, old code":  {"nb-NO", "Ordføreren sier at den nye broen ikke blir åpnet før vinteren", "", "no-NO", "feed", "language:feed"},
		"confirmed, Tagalog":   {"tl", "Sinabi ng alkalde na hindi bubuksan ang bagong tulay", "", "fil", "feed", "language:feed"},
		"declared otherwise":   {"en-US", portuguese, "", "pt", "detected", "language:disagrees language:detected"},
		"a short headline":     {"de", "Wetter", "", "de", "feed", "language:feed"},
		"told by the body":     {"de", "Update", strings.Repeat("<p>"+portuguese+".</p>", 4), "pt", "detected", "language:disagrees language:detected"},
		"one that no one asks": {"gl", "A alcaldesa di que a nova ponte non abrirá antes do inverno", "", "gl", "feed", "language:feed"},
		"no letters":           {"", "17 : 4", "", "und", "none", "language:none"},
	} {
		t.Run(name, func(t *testing.T) {
			header := ""
			if test.declared != "" {
				header = "<language>" + test.declared + "</language>"
			}
			a := mustNormalize(t, rssDocument(header, "<title>"+test.headline+"</title><content:encoded><![CDATA["+test.body+"]]></content:encoded>"))
			if a.Language != test.want || a.LanguageSource != test.source {
				t.Errorf("got %s by %s, want %s by %s", a.Language, a.LanguageSource, test.want, test.source)
			}
			if (a.DeclaredLanguage == "") != (test.declared == "") {
				t.Errorf("declared %q: kept %q", test.declared, a.DeclaredLanguage)
			}
			var rules []string
			for _, rule := range a.Provenance.Rules {
				if strings.HasPrefix(rule, "language:") {
					rules = append(rules, rule)
				}
			}
			if got := strings.Join(rules, " "); got != test.rules {
				t.Errorf("rules %s, want %s", got, test.rules)
			}
		})
	}
}

func TestMetadata(t *testing.T) {
	item := rssDocument("<title>X</title>", `<title>H</title>
		<dc:creator>A. Person</dc:creator><dc:creator>B. Person</dc:creator>
		<media:content url="https://example.com/a.jpg?w=1&amp;utm_source=x" type="image/jpeg" width="640" height="480"><media:credit>C. Person</media:credit></media:content>
		<media:content url="https://example.com/count.gif" width="1" height="1"/>
		<media:content url="javascript:alert(1)"/>
		<dc:rights>© Example</dc:rights>`)
	for i := range 40 {
		item.Document = strings.Replace(item.Document, "</item>", `<media:content url="https://example.com/`+strings.Repeat("x", i+1)+`.jpg"/></item>`, 1)
	}
	a := mustNormalize(t, item)
	if diff := cmp.Diff([]string{"A. Person", "B. Person"}, a.Authors); diff != "" {
		t.Errorf("authors:\n%s", diff)
	}
	if a.Rights == nil || a.Rights.Text != "© Example" {
		t.Errorf("rights %+v", a.Rights)
	}
	if len(a.Media) != 16 {
		t.Fatalf("got %d media, want 16", len(a.Media))
	}
	want := schema.Media{URL: "https://example.com/a.jpg?w=1&utm_source=x", Type: "image/jpeg", Width: 640, Height: 480, Credit: "C. Person"}
	if diff := cmp.Diff(want, a.Media[0]); diff != "" {
		t.Errorf("media:\n%s", diff)
	}
	for _, m := range a.Media {
		if !strings.HasPrefix(m.URL, "https://") || m.Width == 1 {
			t.Errorf("kept %+v", m)
		}
	}
}

// A body of 60 words is signed, with the version in the provenance; a shorter
// one is not, however long the lead.
func TestFingerprint(t *testing.T) {
	words := strings.Repeat("The harbour of Cardiff was closed by the wind again. ", 7)
	for name, test := range map[string]struct {
		content string
		want    bool
	}{
		"no body":        {"<p>Ferries wait.</p>", false},
		"lead alone":     {"<p>" + words + "</p>", false},
		"lead and body":  {"<p>A lead that is short.</p><p>" + words + "</p>", true},
		"body too short": {"<p>" + words + "</p><p>Ferries wait.</p>", false},
	} {
		t.Run(name, func(t *testing.T) {
			a := mustNormalize(t, rssDocument("<title>Example</title>", "<title>Port closed</title><link>https://example.com/1</link>"+
				"<content:encoded><![CDATA["+test.content+"]]></content:encoded>"))
			_, err := fingerprint.Parse(a.Fingerprint)
			if got := err == nil; got != test.want || (a.Provenance.Versions["fingerprint"] != "") != test.want {
				t.Errorf("signed: %v, versions %v, want %v", got, a.Provenance.Versions, test.want)
			}
		})
	}
}
