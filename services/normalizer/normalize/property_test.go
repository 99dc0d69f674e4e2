package normalize_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/normalizer/normalize"
)

// fragments are what makes texts hard to write in the dated format or to cut.
func fragments() []string {
	return []string{
		" ", "\n", "\n\n", "\r\n", "\t", "\u00a0", "\u2028", "a", "Word", "end.", "Is it?", "…", "[...]", "...", "Continue reading",
		`\`, " date 2022-01-10 ", "UK news summary from X.", "News summary from ", "news", "News", " | ", " - ", ": ",
		"<p>", "</p>", "<br>", "<br><br>", "<a href=x>", "</a>", "<li>", "<td>", "<script>", "<!--", "&amp;", "&lt;p&gt;", "<",
		"e\u0301", "\u0301", "\u200b", "\u200d", "\ufeff", "\u202e", "\U000e0041", "\U0001f3f4", "\ufffe", "雨。", "한국", "\u1100\u1161", "•", "***",
	}
}

// Whatever an item says, its article can be written in the dated format, read
// back, and says no line twice.
func TestArticlesAreDated(t *testing.T) {
	text := rapid.Map(rapid.SliceOfN(rapid.SampledFrom(fragments()), 0, 12), func(s []string) string { return strings.Join(s, "") })
	rapid.Check(t, func(t *rapid.T) {
		item := rss("title", text.Draw(t, "title"), "description", text.Draw(t, "description"),
			"content:encoded", text.Draw(t, "content"), "dc:creator", text.Draw(t, "author"))
		item.Feed.Title, item.Feed.Source = text.Draw(t, "feed title"), text.Draw(t, "source")
		item.Feed.Section = text.Draw(t, "section")
		a, err := normalize.Normalize(item)
		if err != nil {
			return // no headline
		}
		dated, err := a.Dated()
		if err != nil {
			t.Fatalf("%+v: %v", a, err)
		}
		again, err := schema.ParseDated(dated)
		if err != nil || again.Headline != a.Headline || again.Lead != a.Lead || len(again.Body) != len(a.Body) {
			t.Fatalf("read back %+v, %v, want %+v", again, err, a)
		}
		for _, line := range a.Body {
			if line == a.Lead || line == a.Headline {
				t.Fatalf("%q twice in %+v", line, a)
			}
		}
	})
}
