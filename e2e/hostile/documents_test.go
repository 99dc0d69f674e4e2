package hostile_test

import (
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf16"
)

// rss is a feed of the good items and of what is given beside them, before
// them: what is wrong must not cost what comes after it.
func rss(beside string) string {
	return `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>The Daily Trap</title>` +
		beside + good() + `</channel></rss>`
}

// good are 20 items that nothing is wrong with.
func good() string {
	var b strings.Builder
	for i := range 20 {
		b.WriteString(item(fmt.Sprintf("Council votes on plan %d", i), fmt.Sprintf("good-%d", i), ""))
	}
	return b.String()
}

// item is an item with a text of its own, and more elements.
func item(title, guid, more string) string {
	return fmt.Sprintf(`<item><title>%s</title><guid isPermaLink="false">%s</guid>`+
		`<description>The members met on Monday and said %s would follow.</description>%s</item>`, title, guid, title, more)
}

func nested(n int) string {
	return strings.Repeat("<x:a>", n) + strings.Repeat("</x:a>", n)
}

// laughs has entities of entities; the first item uses the last.
func laughs() string {
	dtd := `<!DOCTYPE rss [<!ENTITY e0 "ha">`
	for i := range 9 {
		dtd += fmt.Sprintf(`<!ENTITY e%d "%s">`, i+1, strings.Repeat(fmt.Sprintf("&e%d;", i), 10))
	}
	return strings.Replace(rss(item("Laughs &e9;", "laughs", "")), "<rss", dtd+"]><rss", 1)
}

func external(path string) string {
	return strings.Replace(rss(item("Outside &x;", "outside", "")), "<rss",
		`<!DOCTYPE rss [<!ENTITY x SYSTEM "file://`+path+`">]><rss`, 1)
}

func utf16LE(text string) string {
	b := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(text)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return string(b)
}

// windows1252 declares the encoding that it is in.
func windows1252() string {
	text := strings.Replace(rss(item("The mayor\x92s \x93plan\x94", "curly", "")), "UTF-8", "windows-1252", 1)
	return text
}
