package robots_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/dateline-news/dateline/services/fetcher/internal/robots"
)

// lines is a file of these lines.
func lines(text ...string) []byte { return []byte(strings.Join(text, "\n") + "\n") }

// rfc is the example of RFC 9309, section 5.1, for other crawlers.
var rfc = lines("User-agent: *", "Disallow: *.gif$", "Disallow: /example/", "Allow: /publications/", "",
	"User-agent: foobot", "Disallow:/", "Allow:/example/page.html", "Allow:/example/allowed.gif", "",
	"User-agent: barbot", "User-agent: bazbot", "Disallow: /example/page.html", "", "User-agent: quxbot")

func TestGroups(t *testing.T) {
	for name, test := range map[string]struct {
		file    []byte
		product string
		path    string
		want    bool
	}{
		"RFC 5.1, named group":           {rfc, "foobot", "/", false},
		"RFC 5.1, its exceptions":        {rfc, "foobot", "/example/page.html", true},
		"RFC 5.1, not of all":            {rfc, "foobot", "/publications/", false},
		"RFC 5.1, first of two names":    {rfc, "barbot", "/example/page.html", false},
		"RFC 5.1, second of two names":   {rfc, "bazbot", "/example/page.html", false},
		"RFC 5.1, named, so not *":       {rfc, "bazbot", "/example/other.gif", true},
		"RFC 5.1, a group without rules": {rfc, "quxbot", "/example/", true},
		"RFC 5.1, anyone else":           {rfc, "dateline", "/example/", false},
		"RFC 5.1, anyone else's images":  {rfc, "dateline", "/a.gif", false},
		"RFC 5.1, allowed by default":    {rfc, "dateline", "/a.gifs", true},

		// RFC 9309, section 2.2.1: groups of one name are one group.
		"groups are merged":   {lines("user-agent: a", "disallow: /x", "user-agent: b", "disallow: /", "user-agent: a", "disallow: /y"), "a", "/y", false},
		"merged, first part":  {lines("user-agent: a", "disallow: /x", "user-agent: b", "disallow: /", "user-agent: a", "disallow: /y"), "a", "/x", false},
		"merged, not b's":     {lines("user-agent: a", "disallow: /x", "user-agent: b", "disallow: /", "user-agent: a", "disallow: /y"), "a", "/z", true},
		"in any case":         {lines("USER-AGENT: DateLine", "DISALLOW: /"), "dateline", "/", false},
		"with a version":      {lines("User-agent: dateline/2.0", "Disallow: /"), "dateline", "/", false},
		"with more words":     {lines("User-agent: dateline the crawler", "Disallow: /"), "dateline", "/", false},
		"not a beginning":     {lines("User-agent: date", "Disallow: /"), "dateline", "/", true},
		"not a longer name":   {lines("User-agent: dateline-images", "Disallow: /"), "dateline", "/", true},
		"star with more":      {lines("User-agent: * (all)", "Disallow: /"), "dateline", "/", false},
		"no name":             {lines("User-agent:", "Disallow: /"), "dateline", "/", true},
		"rules before a name": {lines("Disallow: /a", "User-agent: *", "Disallow: /b"), "dateline", "/a", true},
		"after such rules":    {lines("Disallow: /a", "User-agent: *", "Disallow: /b"), "dateline", "/b", false},
		"records of others do not end a group": {lines("User-agent: dateline", "Sitemap: https://x.example/s.xml",
			"User-agent: other", "Disallow: /"), "dateline", "/", false},
		"empty lines do not end a group":   {lines("User-agent: dateline", "", "Disallow: /a", "", "", "Disallow: /b"), "dateline", "/b", false},
		"an empty rule allows, and ends":   {lines("User-agent: dateline", "Disallow:", "User-agent: other", "Disallow: /"), "dateline", "/", true},
		"unknown lines are left out":       {lines("<html>", "User-agent: *", "Noindex: /", "Crawl-delay: soon", "Disallow: /b"), "dateline", "/b", false},
		"comments":                         {lines("# one", "User-agent: * # all", "Disallow: /b#c"), "dateline", "/b", false},
		"a byte order mark":                {append([]byte("\uFEFF"), lines("User-agent: *", "Disallow: /")...), "dateline", "/", false},
		"line ends of Windows":             {[]byte("User-agent: *\r\nDisallow: /\r\n"), "dateline", "/", false},
		"line ends of old Macs":            {[]byte("User-agent: *\rDisallow: /\r"), "dateline", "/", false},
		"no line end":                      {[]byte("User-agent: *\nDisallow: /"), "dateline", "/", false},
		"spaces":                           {[]byte(" \tUser-agent \t:\t * \n Disallow : /a b "), "dateline", "/a%20b", false},
		"nothing":                          {nil, "dateline", "/", true},
		"bytes that are no text":           {[]byte("User-agent: *\nDisallow: /\xff\x00"), "dateline", "/%FF%00", false},
		"robots.txt itself":                {lines("User-agent: *", "Disallow: /"), "dateline", "/robots.txt", true},
		"an empty path is the first page":  {lines("User-agent: *", "Disallow: /"), "dateline", "", false},
		"a path that begins with no slash": {lines("User-agent: *", "Disallow: a"), "dateline", "/a", true},
	} {
		t.Run(name, func(t *testing.T) {
			if got := robots.Parse(test.file, test.product).Allows(test.path); got != test.want {
				t.Errorf("allows %v, want %v", got, test.want)
			}
		})
	}
}

// Of RFC 9309, sections 2.2.2, 2.2.3 and 5.2, and of what crawlers have agreed on.
func TestRules(t *testing.T) {
	for _, test := range []struct {
		rules, path string
		want        bool
	}{
		// 5.2: the longest match
		{"+/example/page/ -/example/page/disallowed.gif", "/example/page/disallowed.gif", false},
		{"-/example/page/disallowed.gif +/example/page/", "/example/page/disallowed.gif", false},
		{"+/example/page/ -/example/page/disallowed.gif", "/example/page/allowed.gif", true},
		{"-/a +/a", "/a", true}, // of two as long, the one that allows
		{"+/a -/a", "/a", true},
		{"-/a +/b", "/a", false},
		{"-/ +/p", "/page", true},
		{"+/folder -/folder", "/folder/page", true},
		{"+/page -/*.htm", "/page.htm", false},
		{"+/$ -/", "/", true},
		{"+/$ -/", "/page.htm", false},
		{"+/page -/*.ph", "/page.php5", true}, // as long
		// 2.2.2: octets
		{"-/foo/bar?baz=quz", "/foo/bar?baz=quz", false},
		{"-/foo/bar?baz=https://foo.bar", "/foo/bar?baz=https%3A%2F%2Ffoo.bar", false},
		{"-/foo/bar?baz=https%3A%2F%2Ffoo.bar", "/foo/bar?baz=https://foo.bar", false},
		{"-/*https://foo.bar", "/foo/bar?baz=https%3a%2f%2Ffoo.bar", false},
		{"-/foo/bar/\u30C4", "/foo/bar/%E3%83%84", false},
		{"-/foo/bar/%e3%83%84", "/foo/bar/\u30C4", false},
		{"-/foo/bar/%62%61%7A", "/foo/bar/baz", false},
		{"-/foo/bar/baz", "/foo/bar/%62%61%7a", false},
		{"-/a%2Fb", "/a/b", true}, // another path, with other parts
		{"-/a%2Fb", "/a%2fb", false},
		{"-/a<d", "/a%3Cd", false},
		{"-/a%3cd", "/a%3Cd", false},
		{"-/100%", "/100%25", false},
		{"-/a%zz", "/a%zz", false},
		{"-/A", "/a", true}, // case matters
		// 2.2.3: special characters
		{"-/path/file-with-a-%2A.html", "/path/file-with-a-*.html", false},
		{"-/path/file-with-a-%2A.html", "/path/file-with-a-b.html", true},
		{"-/path/foo-%24", "/path/foo-$", false},
		{"-/path/foo-%24", "/path/foo-", true},
		{"-/a$b", "/a$b", false}, // a dollar in the middle is one
		{"-/a$b", "/a", true},
		{"-/a$", "/a", false},
		{"-/a$", "/ab", true},
		{"-/a*c", "/abc", false},
		{"-/a*c", "/ac", false},
		{"-/a*c$", "/acdc", false},
		{"-/a*c$", "/acd", true},
		{"-/a*b*c$", "/abcbc", false},
		{"-*", "/", false},
		{"-*a", "/b/a", false},
		{"-/*", "/x", false},
		{"-/**/x", "/a/x", false},
		{"-/fish*", "/fishheads.html", false},
		{"-/fish*.php", "/fishheads/catfish.php?parameters", false},
		{"-/fish*.php", "/Fish.PHP", true},
		{"-/fish*.php", "/x/fish.php", true}, // from the start of the path on
		{"-/*.php$", "/folder/filename.php/", true},
		{"-/*.php$", "/folder/filename.php", false},
		{"-/*?s=", "/x?s=1", false},
		{"-/a.c", "/abc", true}, // a dot is one
	} {
		text := []string{"User-agent: *"}
		for rule := range strings.FieldsSeq(test.rules) {
			key := map[byte]string{'+': "Allow: ", '-': "Disallow: "}[rule[0]]
			text = append(text, key+rule[1:])
		}
		if got := robots.Parse(lines(text...), "dateline").Allows(test.path); got != test.want {
			t.Errorf("%s: %s: allows %v, want %v", test.rules, test.path, got, test.want)
		}
	}
}

func TestCrawlDelay(t *testing.T) {
	for value, want := range map[string]time.Duration{
		"10": 10 * time.Second, "0.5": 500 * time.Millisecond, "0": 0, "-1": 0, "soon": 0, "": 0, "NaN": 0, "Inf": 0,
		"1e300": robots.MaxDelay, "86400": robots.MaxDelay, "1e-300": 0,
	} {
		if got := robots.Parse(lines("User-agent: *", "Crawl-delay: "+value), "dateline").Delay; got != want {
			t.Errorf("%q: %v, want %v", value, got, want)
		}
	}
	file := lines("User-agent: *", "Crawl-delay: 9", "Disallow: /", "User-agent: dateline", "Crawl-delay: 2", "Crawl-delay: 3")
	if got := robots.Parse(file, "dateline"); got.Delay != 3*time.Second || !got.Allows("/") {
		t.Errorf("got %+v", got)
	}
}

// What is behind the bound is not read, nor is the rule that it cuts.
func TestLongFile(t *testing.T) {
	start, end := "User-agent: *\nDisallow: /a\n", "\nDisallow: /b"
	comment := "#" + strings.Repeat("x", robots.MaxBytes-len(start)-len(end)-1)
	for tail, want := range map[string]map[string]bool{
		"/and/more\nDisallow: /c\n": {"/a": false, "/b/and/more": true, "/bb": true, "/c": true},
		"\nDisallow: /c\n":          {"/a": false, "/b": false, "/c": true},
	} {
		rules := robots.Parse([]byte(start+comment+end+tail), "dateline")
		for path, want := range want {
			if got := rules.Allows(path); got != want {
				t.Errorf("%q: %s: allows %v, want %v", tail, path, got, want)
			}
		}
	}
}

// The files that would cost most are read and matched in linear time.
func TestHostileFiles(t *testing.T) {
	repeat := func(line string) string { return strings.Repeat(line, robots.MaxBytes/len(line)) }
	path := "/" + strings.Repeat("a", 2000)
	for name, file := range map[string]string{
		"many names, many rules": repeat("User-agent: a\n")[:robots.MaxBytes/2] + "\n" + repeat("Disallow: /a\n")[:robots.MaxBytes/2],
		"many short patterns":    "User-agent: *\n" + repeat("Disallow:*b\n"),
		"one pattern of stars":   "User-agent: *\nDisallow: /" + repeat("*a"),
		"stars that nearly fit":  "User-agent: *\nDisallow: /" + strings.Repeat("a*", 900) + "b$",
		"no line ends":           repeat("User-agent: *"),
		"only line ends":         repeat("\r\n"),
		"escapes":                "User-agent: *\n" + repeat("Disallow: /\xff&&\n"),
	} {
		t.Run(name, func(t *testing.T) {
			begin := time.Now()
			rules := robots.Parse([]byte(file), "dateline")
			rules.Allows(path)
			t.Logf("took %v", time.Since(begin))
			data, err := robots.Entry{Origin: "https://example.org", Product: "dateline", Rules: rules}.Encode()
			if err != nil || len(data) > 1<<20 {
				t.Errorf("%d bytes, %v", len(data), err)
			}
		})
	}
}

// Escaping a path, or writing a rule a second time, changes nothing; matching
// is that of a slower way.
func TestRulesProperties(t *testing.T) {
	path := rapid.StringMatching(`/[ab/?%41é*$]{0,12}`)
	rapid.Check(t, func(t *rapid.T) {
		var text []string
		for range rapid.IntRange(0, 5).Draw(t, "rules") {
			key := rapid.SampledFrom([]string{"Allow: ", "Disallow: "}).Draw(t, "key")
			text = append(text, key+path.Draw(t, "rule"))
		}
		file := lines(append([]string{"User-agent: *"}, text...)...)
		rules := robots.Parse(file, "dateline")
		asked := path.Draw(t, "path")
		got := rules.Allows(asked)
		if twice := robots.Parse(append(file, lines(text...)...), "dateline"); twice.Allows(asked) != got {
			t.Error("rules given twice decide otherwise")
		}
		var escaped strings.Builder
		for i := range len(asked) {
			if c := asked[i]; 'a' <= c && c <= 'z' {
				fmt.Fprintf(&escaped, "%%%02x", c)
			} else {
				escaped.WriteByte(c)
			}
		}
		if !strings.Contains(asked, "%") && rules.Allows(escaped.String()) != got {
			t.Errorf("%s and %s are decided otherwise", asked, escaped.String())
		}
		if !got && len(text) == 0 {
			t.Error("disallowed by no rule")
		}
	})
}

func FuzzParse(f *testing.F) {
	f.Add(rfc, "/example/page.html")
	f.Add([]byte("User-agent: *\nDisallow: /*a*b$\nAllow: /%41%zz$"), "/%41")
	f.Fuzz(func(t *testing.T, file []byte, path string) {
		rules := robots.Parse(file, "dateline")
		verdict := rules.Allows(path)
		data, err := robots.Entry{Rules: rules}.Encode()
		if err != nil {
			t.Fatal(err)
		}
		e, err := robots.Decode(data)
		if err != nil || e.Rules.Allows(path) != verdict || e.Rules.Delay != rules.Delay {
			t.Errorf("read back as %+v, %v", e, err)
		}
	})
}
