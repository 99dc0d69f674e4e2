package hostile_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/fetchertest"
)

// row is a way to do harm, by its id in the collected list.
type row struct {
	id, what string
	server   server
	code     string // of the feed's state; empty when its document is taken
	articles int    // that are delivered
	dead     int    // items that are set aside
}

// rows are those that are run here. Those that need a program, a namespace or the
// chaos harness are in elsewhere.
func rows() []row {
	return append(append(servers(), documents()...), texts()...)
}

// servers are those whose answers are wrong. The deadline of headers, which is
// that of the whole request here, is for the tests of the client.
func servers() []row {
	return []row{
		{"S01", "1 GiB of gzip", fault(fetchertest.HugeGzip(1 << 30)), "body-limit", 0, 0},
		{"S02", "gzip that is cut", body(zipped(rss(""))[:200], "Content-Encoding", "gzip"), "bad-encoding", 0, 0},
		{"S03", "gzip that is none", body(rss(""), "Content-Encoding", "gzip"), "", 20, 0},
		{"S04", "never a byte", silent(), "total-deadline", 0, 0},
		{"S05", "a space now and then", drip(head+"\r\n<rss>", " "), "total-deadline", 0, 0},
		{"S06", "a header now and then", drip(head, "X-More: x\r\n"), "total-deadline", 0, 0},
		{"S07", "items for ever", flood(head+"\r\n<rss><channel>", item("x", "x", "")), "body-limit", 0, 0},
		{"S08", "headers for ever", flood(head, "X-More: 0123456789\r\n"), "header-limit", 0, 0},
		{"S09", "early hints for ever", flood("", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"), "header-limit", 0, 0},
		{"S10", "a length too long", say(head + "Content-Length: 99999999999\r\n\r\n" + rss("")), "bad-http", 0, 0},
		{"S11", "two lengths", say(head + "Content-Length: 3\r\nContent-Length: 5\r\n\r\n<rss>"), "bad-http", 0, 0},
		{"S12", "no last chunk", say(head + "Transfer-Encoding: chunked\r\n\r\n5\r\n<rss>\r\n"), "bad-http", 0, 0},
		{"S13", "there and back", leads(http.StatusFound, "/back"), "redirects", 0, 0},
		{"S14", "to itself for good", leads(http.StatusMovedPermanently, "/feed"), "redirects", 0, 0},
		{"S15", "60 redirects", fault(fetchertest.Chain(60)), "redirects", 0, 0},
		{"S16", "to nowhere", say("HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n"), "redirects", 0, 0},
		{"S17", "to a file", leads(http.StatusFound, "file:///etc/passwd"), "blocked-scheme", 0, 0},
		{"S18", "to gopher", leads(http.StatusFound, "gopher://127.0.0.1:6379/_FLUSHALL"), "blocked-scheme", 0, 0},
		{"S32", "304 to no condition", fault(fetchertest.Status(304)), "bad-http", 0, 0},
		{"S33", "410", fault(fetchertest.Status(410)), "gone", 0, 0},
		{"S34", "429 for ever", fault(fetchertest.RetryAfter(429, "99999999999999999999")), "rate-limited", 0, 0},
		{"S35", "503 until before", fault(fetchertest.RetryAfter(503, "-1")), "bad-http", 0, 0},
		{"S36", "200 and nothing", body(""), "empty", 0, 0},
		{"S37", "200 and a web page", body("<!doctype html><html><p>Back soon.</html>", "Content-Type", "text/html"), "not-a-feed", 0, 0},
	}
}

func documents() []row {
	return []row{
		{"S40", "entities of entities", body(laughs()), "", 21, 0},
		{"S41", "an entity that is a file", body(external("/etc/hostname")), "", 21, 0},
		{"S42", "a million elements in each other", body(rss(item("Deep", "deep", nested(700_000)))), "parse-depth", 0, 0},
		{"S43", "an attribute of 15 MB", body(rss(`<item a="` + strings.Repeat("x", 15<<20) + `"></item>`)), "body-limit", 0, 0},
		{"S44", "300,000 items", body(rss(strings.Repeat("<item><title>0123456789</title><link/></item>", 300_000))), "body-limit", 0, 0},
		{"S45", "bytes that are no text", body(rss(item("bad \xff\xfe\xc0\xaf", "bytes", ""))), "", 21, 0},
		{"S46", "characters that XML has not", body(rss(item("bad &#0; &#xD800;", "nul", ""))), "", 21, 0},
		{"S48", "bare ampersands", body(rss(item("a &nbsp; b &bogus; c", "amp", "<link>https://example.com/?a=1&b=2</link>"))), "", 21, 0},
		{"S49", "windows-1252", body(windows1252()), "", 21, 0},
		{"S50", "UTF-16", body(utf16LE(strings.Replace(rss(""), "UTF-8", "UTF-16", 1))), "", 20, 0},
		{"S51", "5 KiB of blanks first", body("<!--" + strings.Repeat(" \n", 2600) + "-->" + strings.TrimPrefix(rss(""), `<?xml version="1.0" encoding="UTF-8"?>`)), "", 20, 0},
		{"S52", "JSON in JSON", body(`{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","_x":`+strings.Repeat("[", 100_000)+strings.Repeat("]", 100_000)+`}]}`, "Content-Type", "application/feed+json"), "parse-depth", 0, 0},
	}
}

func texts() []row {
	return []row{
		{"S60", "scripts", body(rss(item("Plain &lt;script&gt;alert(1)&lt;/script&gt;", "xss",
			"<link>javascript:alert(1)</link><content:encoded xmlns:content=\"http://purl.org/rss/1.0/modules/content/\"><![CDATA["+
				`<p onmouseover=alert(1)>Told <img src=x onerror=alert(1)> all.</p><script>alert(1)</script><iframe src="javascript:alert(1)"></iframe>]]></content:encoded>`))), "", 21, 0},
		{"S61", "escapes of terminals", body(rss(item("Red \x1b]0;owned\a \u009b31m end", "esc\x1b[2J", ""))), "", 21, 0},
		{"S62", "text that runs the other way", body(rss(item("Bank \u202etxt.exe", "bidi", ""))), "", 21, 0},
		{"S63", "a line of a log", body(rss(item("x\r\n{\"level\":\"error\",\"msg\":\"forged\"}", "log", "<link>https://example.com/\r\nforged</link>"))), "", 21, 0},
		{"S65", "a guid that is a path", body(rss(item("Up", "../../../etc/passwd", "<pubDate>2026-13-45</pubDate>"))), "", 21, 0},
		{"S66", "days that cannot be", body(rss(item("Far", "far", "<pubDate>Mon, 02 Mar 99999 10:00:00 GMT</pubDate>") +
			item("Zero", "zero", "<pubDate>0000-00-00T00:00:00Z</pubDate>") +
			item("Long", "long", "<pubDate>"+strings.Repeat("9", 1<<19)+"</pubDate>"))), "", 23, 0},
		{"S67", "a text that looks like a heading", body(rss(item(" date 2020-01-01 x", "dated", "<content>\n date 2020-01-01 x\n</content>"))), "", 21, 0},
		{"S70", "a title that is a subject", body(strings.Replace(rss(item("a.*.&gt; b", "$JS.API.STREAM.DELETE.ITEMS", "")), "The Daily Trap", "a.*.&gt; b $JS.API.STREAM.DELETE.ITEMS", 1)), "", 21, 0},
		{"S71", "a guid of 5,000 bytes", body(rss(item("Long", strings.Repeat("g", 5000), ""))), "", 21, 0},
		{"S72", "a guid that is a header", body(rss(item("Header", "a\r\nNats-Rollup: all", ""))), "", 21, 0},
		{"S73", "an item of 3 MB", body(rss(item("Big", "big", "<content>"+strings.Repeat("word ", 600<<10)+"</content>"))), "", 20, 1},
		{"S74", "guids of another feed", body(rss("")), "", 20, 0},
	}
}

func (r row) name() string { return r.id + " " + r.what }

// Each row ends as it should, and nothing of it is kept that could hide what
// comes after; the feed beside them loses nothing.
func TestRows(t *testing.T) {
	t.Parallel()
	all := rows()
	pipeline, logged := open(t, unchanged)
	var made []server
	for _, r := range all {
		made = append(made, r.server)
	}
	feeds := register(t, pipeline, append(made, fault(fetchertest.Header("X-Beside", "nothing is wrong here")))...)
	poll(t, pipeline)
	delivered := articles(t, pipeline.Bus)
	for i, r := range all {
		t.Run(r.name(), func(t *testing.T) {
			s := state(t, pipeline, feeds[i])
			r.check(t, s, len(delivered[feeds[i].ID]))
			if t.Failed() {
				t.Logf("%s: %.200s", s.Error, s.Detail)
			}
		})
	}
	beside := feeds[len(all)]
	if s := state(t, pipeline, beside); s.Error != "" || len(delivered[beside.ID]) != 20 {
		t.Errorf("the feed beside: %d articles, %q", len(delivered[beside.ID]), s.Error)
	}
	inert(t, pipeline.Bus, delivered, logged.String())
}

func (r row) check(t *testing.T, s schema.PollState, delivered int) {
	t.Helper()
	if s.Error != r.code || delivered != r.articles || s.Dead != r.dead {
		t.Errorf("state %q, %d articles, %d dead, want %q, %d, %d", s.Error, delivered, s.Dead, r.code, r.articles, r.dead)
	}
	if r.code != "" && (s.ETag != "" || s.LastModified != "" || s.BodyHash != "") {
		t.Errorf("keeps validators %q, %q, %q of what it did not take", s.ETag, s.LastModified, s.BodyHash)
	}
	if r.code != "" && s.Failures != 1 {
		t.Errorf("%d failures", s.Failures)
	}
	if wait := s.Next.Sub(s.FetchedAt); !s.FetchedAt.IsZero() && (wait < minWait || wait > maxWait) {
		t.Errorf("asked again in %v", wait)
	}
}
