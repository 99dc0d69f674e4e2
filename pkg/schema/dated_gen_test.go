package schema_test

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/dateline-news/dateline/pkg/schema"
)

// fragments are what the format and Clean are most easily fooled by.
var fragments = []string{
	"a", "B", "word", "The council met.", ".", "..", "‘", "’", "“", "”", "–", "…", "1", "'", `"`,
	" ", " ", " ", "  ", "\n", "\n\n", "\n\n ", "\r\n", "\r", "\t", "\v", "\u0085", "\u00A0", "\u2028", "\u3000",
	`\`, `\\`, `\ `, "date", "Date: ", " date ", " date 2022-01-10", " date 2022-01-10 ", "2022-02-30", "T09:30:00Z", " 09:30:00",
	"news summary from", " news summary from ", "News summary from ", "UK news summary from X.", "NEWS SUMMARY FROM X",
	"\u0301", "\u0327", "e\u0301", "é", "\u1100", "\u1161", "\u212B", "\u0958", "\U0001D15E", "\u034F",
	"\u00AD", "\u200B", "\u200D", "\u200E", "\u202E", "\u2066", "\uFEFF", "\uFFFD", "\uFFFE", "\uE000",
	"\U0001F3F4", "\U000E0067", "\U000E007F", "\U0001F469", "\uFE0F", "\x00", "\x1f", "\x7f", "\xff", "\xe2\x80",
}

// hostileString returns a string of up to a dozen fragments.
func hostileString(rng *rand.Rand) string {
	var b strings.Builder
	for range rng.IntN(12) {
		b.WriteString(fragments[rng.IntN(len(fragments))])
	}
	return b.String()
}

// hostileDocument returns bytes that look like a document in the dated format.
// About one in three is one.
func hostileDocument(rng *rand.Rand) []byte {
	headers := []string{" date 2022-01-10", "date 2022-01-10", "Date: 2022-01-10", "\uFEFFDATE 2022-01-10T09:30Z", "\n date 2022-01-10"}
	separators := []string{"\n\n", "\n", "\r\n\r\n", "\n \n", "\n\n\n"}
	header, block := headers[rng.IntN(len(headers))], hostileString
	if rng.IntN(2) == 0 {
		header, separators, block = headers[0], separators[:1], text
	}
	doc := header
	if rng.IntN(2) == 0 {
		doc += " " + block(rng)
	}
	for range rng.IntN(6) {
		doc += separators[rng.IntN(len(separators))] + block(rng)
	}
	return []byte(doc)
}

// text returns a text of the format.
func text(rng *rand.Rand) string {
	for {
		if s := schema.Clean(hostileString(rng)); s != "" {
			return s
		}
	}
}

// attributed returns a text that an attribution may hold.
func attributed(rng *rand.Rand) string {
	for {
		s := text(rng)
		if !strings.HasPrefix(s, `\`) && !strings.Contains(strings.ToLower(s), "news summary from") {
			return s
		}
	}
}

// dated returns an article that the format can hold.
func dated(rng *rand.Rand) schema.Dated {
	d := schema.Dated{
		Date:     fmt.Sprintf("%04d-%02d-%02d", 1+rng.IntN(9999), 1+rng.IntN(12), 1+rng.IntN(28)),
		Headline: text(rng),
	}
	if rng.IntN(3) > 0 {
		d.Lead = text(rng)
	}
	for range rng.IntN(4) {
		d.Body = append(d.Body, text(rng))
	}
	if rng.IntN(2) == 0 {
		d.Attribution = &schema.Attribution{Source: attributed(rng)}
		if rng.IntN(3) > 0 {
			d.Attribution.Section = attributed(rng)
		}
	}
	return d
}
