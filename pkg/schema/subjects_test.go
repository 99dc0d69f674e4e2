package schema_test

import (
	"errors"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
)

// token is what every token of a subject looks like.
var token = regexp.MustCompile(`^[a-z0-9_=A-F-]{1,64}$`)

func TestToken(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"plain":               {"bbc-news_1", "bbc-news_1"},
		"upper case":          {"BBC", "bbc"},
		"empty":               {"", "_"},
		"dots":                {"a.b", "a=2Eb"},
		"wildcard":            {"*", "=2A"},
		"wildcard of all":     {">", "=3E"},
		"several wildcards":   {"news.*.>", "news=2E=2A=2E=3E"},
		"the server's own":    {"$JS.API.STREAM.DELETE.ITEMS", "=24js=2Eapi=2Estream=2Edelete=2Eitems"},
		"space":               {"a b", "a=20b"},
		"tab and line ends":   {"a\t\r\nb", "a=09=0D=0Ab"},
		"NUL":                 {"a\x00b", "a=00b"},
		"escape sequence":     {"\x1b[31m", "=1B=5B31m"},
		"the escape itself":   {"=2A", "=3D2a"},
		"accents":             {"élan", "=C3=A9lan"},
		"accents, upper case": {"ÉLAN", "=C3=A9lan"},
		"decomposed":          {"e\u0301", "e=CC=81"},
		"right to left":       {"\u202eabc", "=E2=80=AEabc"},
		"other script":        {"日本", "=E6=97=A5=E6=9C=AC"},
		"invalid UTF-8":       {"a\xffb", "a=EF=BF=BDb"},
		"path":                {"../../etc", "=2E=2E=2F=2E=2E=2Fetc"},
		"64 bytes":            {strings.Repeat("x", 64), strings.Repeat("x", 64)},
		"65 bytes":            {strings.Repeat("x", 65), "9537c5fdf120482f7d58d25e9ed583f5"},
		"64 bytes escaped":    {strings.Repeat("x", 61) + ".", strings.Repeat("x", 61) + "=2E"},
		"65 bytes escaped":    {strings.Repeat("x", 62) + ".", "03959944a2147d2f7f980390246f88ea"},
		"5,000 bytes":         {strings.Repeat("*", 5000), "e4a7e38e1211586cbc31cd9d9000ca02"},
		"long, upper case":    {strings.Repeat("X", 65), "9537c5fdf120482f7d58d25e9ed583f5"},
	} {
		t.Run(name, func(t *testing.T) {
			got := schema.Token(test.text)
			if got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
			if !token.MatchString(got) {
				t.Errorf("%q is no token", got)
			}
		})
	}
}

// randomText is up to n characters, most of them such as subjects must escape.
func randomText(rng *rand.Rand, n int) string {
	const alphabet = "abzAZ019-_=.*>$ \t\r\n\x00/ éÉ日\u202e\u0130\u212a"
	runes := []rune(alphabet)
	var b strings.Builder
	for range rng.IntN(n + 1) {
		b.WriteRune(runes[rng.IntN(len(runes))])
	}
	return b.String()
}

// Two texts share a token only when they differ in case alone. The empty text
// and _, which stands for it, are the one exception.
func TestTokensDoNotCollide(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	texts := map[string]string{}
	for range 50_000 {
		text := randomText(rng, 8)
		lower := strings.ToLower(text)
		if lower == "" {
			lower = schema.Unknown
		}
		got := schema.Token(text)
		if !token.MatchString(got) {
			t.Fatalf("%q becomes %q", text, got)
		}
		if other, ok := texts[got]; ok && other != lower {
			t.Fatalf("%q and %q both become %s", other, lower, got)
		}
		texts[got] = lower
	}
	long := map[string]bool{}
	for i := range 1000 {
		long[schema.Token(strings.Repeat("x", 65+i))] = true
	}
	if len(long) != 1000 {
		t.Errorf("1000 long texts become %d tokens", len(long))
	}
}

func FuzzToken(f *testing.F) {
	for _, text := range []string{"", "_", "a.b", "*", ">", "\x00", "\xff", "É", strings.Repeat("*", 5000)} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := schema.Token(text)
		if !token.MatchString(got) {
			t.Errorf("%q becomes %q", text, got)
		}
		if again := schema.Token(text); again != got {
			t.Errorf("%q becomes %s and %s", text, got, again)
		}
		for name, subject := range map[string]string{
			"item": schema.Root("news").Item(schema.SourceToken(text)),
			"dead": schema.Root("news").Dead(text, schema.SourceToken(text)),
			"ops":  schema.Root("news").Ops(text, text),
			"article": schema.Root("news").Article(schema.Article{
				ID: schema.ArticleID(text), Language: text, Source: schema.Source{Token: schema.SourceToken(text)}}),
		} {
			if len(subject) > 200 {
				t.Errorf("%s: a subject of %d bytes", name, len(subject))
			}
			for i, part := range strings.Split(subject, ".") {
				if !token.MatchString(part) {
					t.Errorf("%s: token %d of %q", name, i, subject)
				}
			}
		}
	})
}

func TestSourceToken(t *testing.T) {
	for host, want := range map[string]string{
		"www.theguardian.com":    "theguardian_com",
		"WWW.TheGuardian.com":    "theguardian_com",
		"theguardian.com.":       "theguardian_com",
		"feeds.bbci.co.uk":       "feeds_bbci_co_uk",
		"www2.example.org":       "www2_example_org",
		"www.www.example.org":    "www_example_org",
		"127.0.0.1":              "127_0_0_1",
		"2001:db8::1":            "2001=3Adb8=3A=3A1",
		"xn--bcher-kva.example":  "xn--bcher-kva_example",
		"bücher.example":         "b=C3=BCcher_example",
		"":                       "_",
		"www.":                   "www",
		"*.example.org":          "=2A_example_org",
		"a b":                    "a=20b",
		strings.Repeat("a.", 99): schema.Token(strings.TrimSuffix(strings.Repeat("a_", 99), "_")),
	} {
		if got := schema.SourceToken(host); got != want {
			t.Errorf("%q: got %s, want %s", host, got, want)
		}
	}
}

func TestLanguageToken(t *testing.T) {
	for tag, want := range map[string]string{
		"en": "en", "EN": "en", "pt-BR": "pt", "pt_BR": "pt", "zh-Hant-TW": "zh", "und": "und", "": "und", "-": "und", "_x": "und",
		"*": "=2A", "en.us": "en=2Eus", " en": "=20en", strings.Repeat("e", 5000): schema.Token(strings.Repeat("e", 5000)),
	} {
		if got := schema.LanguageToken(tag); got != want {
			t.Errorf("%q: got %s, want %s", tag, got, want)
		}
	}
}

func TestRootValidate(t *testing.T) {
	for root, good := range map[schema.Root]bool{
		"news": true, "a": true, "news-2_x": true, "0": true, "_": true, schema.Root(strings.Repeat("x", 32)): true,
		"": false, "News": false, "a.b": false, "*": false, ">": false, "a b": false, "$JS": false, "_INBOX": false, "é": false,
		"a=2Eb": false, "a\x00": false, "a/b": false, schema.Root(strings.Repeat("x", 33)): false,
	} {
		err := root.Validate()
		if (err == nil) != good || err != nil && !errors.Is(err, schema.ErrRoot) {
			t.Errorf("%q: %v", string(root), err)
		}
	}
}

func TestRootStream(t *testing.T) {
	for name, test := range map[string]struct {
		root       schema.Root
		name, want string
	}{
		"default, stream":   {"news", schema.StreamItems, "ITEMS"},
		"default, bucket":   {"news", schema.BucketFeeds, "feeds"},
		"other, stream":     {"papers", schema.StreamItems, "PAPERS_ITEMS"},
		"other, bucket":     {"papers", schema.BucketFeeds, "papers_feeds"},
		"with signs":        {"a-b_c", schema.StreamDead, "A-B_C_DEAD"},
		"with signs, lower": {"a-b_c", schema.BucketJobs, "a-b_c_jobs"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := test.root.Stream(test.name); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestSourceAndKind(t *testing.T) {
	for subject, want := range map[string]struct{ source, kind, rest string }{
		"news.item.bbc_com":             {"bbc_com", "item", "item.bbc_com"},
		"news.found.bbc_com":            {"bbc_com", "found", "found.bbc_com"},
		"news.article.en.bbc_com.a1":    {"bbc_com", "article", "article.en.bbc_com.a1"},
		"news.enriched.en.bbc_com.a1":   {"bbc_com", "enriched", "enriched.en.bbc_com.a1"},
		"news.mention.person.x":         {"_", "mention", "mention.person.x"},
		"news.dead.normalizer.bbc_com":  {"_", "dead", "dead.normalizer.bbc_com"},
		"news.replay.job.item.bbc_com":  {"_", "replay", "replay.job.item.bbc_com"},
		"news.poll.due.f":               {"_", "poll", "poll.due.f"},
		"news.item":                     {"_", "item", "item"},
		"news.item.a.b":                 {"_", "item", "item.a.b"},
		"news.article.en.bbc_com":       {"_", "article", "article.en.bbc_com"},
		"papers.item.bbc_com":           {"_", "papers", "papers.item.bbc_com"},
		"$KV.feeds.0123":                {"_", "$KV", "$KV.feeds.0123"},
		"newspaper.item.bbc_com":        {"_", "newspaper", "newspaper.item.bbc_com"},
		"":                              {"_", "", ""},
		"news.":                         {"_", "", ""},
		"news.item.x" + "\x00":          {"x\x00", "item", "item.x\x00"},
		"news.news.item.bbc_com":        {"_", "news", "news.item.bbc_com"},
		"news.enriched.en.bbc_com.a1.x": {"_", "enriched", "enriched.en.bbc_com.a1.x"},
	} {
		const root = schema.Root("news")
		if got := root.SourceOf(subject); got != want.source {
			t.Errorf("source of %q: got %q, want %q", subject, got, want.source)
		}
		if got := root.KindOf(subject); got != want.kind {
			t.Errorf("kind of %q: got %q, want %q", subject, got, want.kind)
		}
		if got := root.Rest(subject); got != want.rest {
			t.Errorf("rest of %q: got %q, want %q", subject, got, want.rest)
		}
	}
}

// What makes a subject and what reads one agree.
func TestSubjectsAreReadAsTheyAreMade(t *testing.T) {
	a := schema.Article{ID: "0123456789abcdef0123456789abcdef", Language: "pt-BR", Source: schema.Source{Token: schema.SourceToken("www.example.org")}}
	for _, root := range []schema.Root{"news", "papers", "a-b_c"} {
		for kind, subject := range map[string]string{
			"item": root.Item(a.Source.Token), "found": root.Found(a.Source.Token), "article": root.Article(a), "enriched": root.Enriched(a),
		} {
			if root.SourceOf(subject) != "example_org" || root.KindOf(subject) != kind {
				t.Errorf("%s: source %s, kind %s", subject, root.SourceOf(subject), root.KindOf(subject))
			}
			if back := string(root) + "." + root.Rest(subject); back != subject {
				t.Errorf("%s comes back as %s", subject, back)
			}
			if prefix := strings.TrimSuffix(root.All(kind), ">"); !strings.HasPrefix(subject, prefix) {
				t.Errorf("%s is not on %s", subject, root.All(kind))
			}
		}
	}
}
