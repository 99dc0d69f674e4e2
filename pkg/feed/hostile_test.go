package feed_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/feed"
	"github.com/dateline-news/dateline/pkg/feed/decode"
	"github.com/dateline-news/dateline/pkg/feed/guard"
)

// numbered repeats pattern with its number for each #.
func numbered(n int, pattern string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.ReplaceAll(pattern, "#", fmt.Sprint(i)))
	}
	return b.String()
}

// packed is n bytes in gzip.
func packed(t *testing.T, n int) string {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(make([]byte, n)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// TestAmplification reads the small inputs that keep a parser busy for seconds
// or fill its memory, and their like. Each is refused for what it is, and costs
// little memory; what it takes is printed.
func TestAmplification(t *testing.T) {
	const most = 64 << 20
	rss := `<rss version="2.0"><channel>`
	for name, test := range map[string]struct{ body, bound string }{
		// The four of the measurements: 17.9 s, 31 s, 13 s and 1 GB with a parser.
		"nested elements with a namespace each": {rss + "<item>" + numbered(7_000, `<x:a xmlns:n#="urn:#">`), "depth"},
		"160,000 comments in one element":       {rss + "<item><x:a>" + numbered(160_000, "<!---->"), "run"},
		"2,000 namespaces and 16,000 items":     {`<rss ` + numbered(2_000, `xmlns:n#="urn:#" `) + "><channel>" + numbered(16_000, "<item/>"), "attributes"},
		"1,000,000 items":                       {rss + strings.Repeat("<item/>", 1_000_000), "items"},

		"CDATA sections in one element":   {rss + "<item><x:a>" + strings.Repeat("<![CDATA[a]]>", 500_000), "run"},
		"sections that take other items":  {rss + strings.Repeat("<item><![CDATA[</item> <item>", 200_000) + "]]>", "items"},
		"60 namespaces and many elements": {`<rss ` + numbered(60, `xmlns:n#="urn:#" `) + "><channel>" + strings.Repeat("<a/>", 300_000), "namespace_work"},
		"8 MB of elements":                {rss + strings.Repeat("<a>", 8<<20/3-20), "depth"},
		"8 MB of stray ends":              {rss + strings.Repeat("</a>", 8<<20/4-20), "tokens"},
		"8 MB of quotes":                  {rss + "<a " + strings.Repeat(`b="`, 8<<20/3-20), ""},
		"8 MB of openings of sections":    {rss + strings.Repeat("<![CDATA[", 8<<20/9-20), ""},
		"8 MB of brackets":                {rss + strings.Repeat("<", 8<<20-40), ""},
		"8 MB of references":              {rss + "<item>" + strings.Repeat("&#x", 8<<20/3-20), ""},
		"64 MB in gzip":                   {packed(t, 64<<20), "unpacked"},
		"deep JSON":                       {`{"items":` + strings.Repeat("[", 8<<20-40), "json_depth"},
		"JSON of many items":              {`{"version":"https://jsonfeed.org/version/1","items":[` + strings.Repeat("{},", 2_000_000), "items"},
		"a sitemap of 200,000 addresses":  {"<urlset>" + strings.Repeat("<url><loc>a</loc></url>", 200_000), "items"},
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			_, _, err := feed.Read([]byte(test.body), "text/xml", feed.DefaultLimits())
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			used := after.TotalAlloc - before.TotalAlloc
			t.Logf("%.2f MB: %v, %.1f MiB: %v", float64(len(test.body))/1e6, took, float64(used)/(1<<20), err)
			if test.bound != "" && reason(err) != test.bound {
				t.Errorf("got %v, want %s", err, test.bound)
			}
			if test.bound != "" && !errors.Is(err, guard.ErrHostile) && !errors.Is(err, decode.ErrTooLarge) {
				t.Errorf("error of no kind: %v", err)
			}
			if used > most && !raceEnabled { // which allocates by itself
				t.Errorf("%d MiB allocated", used>>20)
			}
		})
	}
}
