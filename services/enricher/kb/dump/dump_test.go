package dump_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/klauspost/compress/zstd"

	"github.com/dateline-news/dateline/services/enricher/kb"
	"github.com/dateline-news/dateline/services/enricher/kb/dump"
)

func options() dump.Options {
	return dump.Options{Languages: []string{"en", "de"}, MinSitelinks: 3, Countries: map[uint32]string{419: "PE"}}
}

// read is what a text gives, an entity a line: item, kind, names (? for marked),
// country, division, GeoNames id, prior, place.
func read(t testing.TB, text string, o dump.Options) (string, dump.Counts) {
	t.Helper()
	var all strings.Builder
	counts, err := dump.Read(context.Background(), strings.NewReader(text), o, func(e kb.Entity, names []kb.Name) error {
		fmt.Fprintf(&all, "%s %s", e.Wikidata(), e.Kind)
		for i, name := range names {
			all.WriteString(map[bool]string{true: "|", false: " "}[i > 0] + map[bool]string{true: "?"}[name.Marked] + name.Text)
		}
		fmt.Fprintf(&all, " %s,%s,%s,%.0f", e.Country, e.Admin, e.GeoNames(), e.Prior)
		if e.Located() {
			fmt.Fprintf(&all, " %.2f,%.2f", e.Lat, e.Lon)
		}
		if all.WriteByte('\n'); e.Name != names[0].Text {
			t.Errorf("%s is called %s", e.Wikidata(), e.Name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String(), counts
}

func sample(t testing.TB) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "small.json"))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestWikidata(t *testing.T) {
	got, counts := read(t, sample(t), options())
	want := "Q900001 city ?Zorkville|?Zorkstadt|City of Zork|?zorkers' town PE,Q900004,9000001,3 -12.50,-77.25\n" +
		"Q900002 person Ann Zork ,,,4\n" +
		"Q900003 org Zorkwerke AG ,,,3\n" +
		"Q900004 region Zork Province PE,,,3\n" +
		"Q900005 country ?Zorkland ZK,,,3\n" +
		"Q900006 place Old Zork Mill ,,,3 1.00,2.00\n"
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if counts.Lines != 14 || counts.Kept != 6 || counts.Malformed != 2 || !strings.HasPrefix(counts.First.Error(), "line 11: malformed line") {
		t.Errorf("got %+v", counts)
	}
}

func TestOptions(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*dump.Options)
		want   string
	}{
		"one language":    {func(o *dump.Options) { o.Languages = []string{"de"} }, "Q900001 Q900003"},
		"other language":  {func(o *dump.Options) { o.Languages = []string{"fr"} }, ""},
		"more sitelinks":  {func(o *dump.Options) { o.MinSitelinks = 4 }, "Q900002"},
		"fewer sitelinks": {func(o *dump.Options) { o.MinSitelinks = 0 }, "Q900001 Q900002 Q900003 Q900004 Q900005 Q900006 Q900007"},
		"one kind":        {func(o *dump.Options) { o.Kinds = []kb.Kind{kb.Person} }, "Q900002"},
	} {
		t.Run(name, func(t *testing.T) {
			o := options()
			test.change(&o)
			got, _ := read(t, sample(t), o)
			var items []string
			for line := range strings.Lines(got) {
				items = append(items, strings.Fields(line)[0])
			}
			if s := strings.Join(items, " "); s != test.want {
				t.Errorf("got %q, want %q", s, test.want)
			}
		})
	}
}

// Lines as dumps have them and as they should not.
func TestItems(t *testing.T) {
	const claims = `"claims":{"P31":[{"mainsnak":{"datavalue":{"value":{"id":"Q5"}}}}]},"sitelinks":{"a":{},"b":{},"c":{}}`
	for name, test := range map[string]struct {
		line, want string
		malformed  int
	}{
		"name":              {`{"id":"Q7","labels":{"en":{"value":"Ann Zork"}},` + claims + `}`, "Q7 person Ann Zork ,,,3\n", 0},
		"comma after":       {`{"id":"Q7","labels":{"en":{"value":"Ann Zork"}},` + claims + `},`, "Q7 person Ann Zork ,,,3\n", 0},
		"name for all":      {`{"id":"Q7","labels":{"mul":{"value":"Ann Zork"}},` + claims + `}`, "Q7 person Ann Zork ,,,3\n", 0},
		"one word":          {`{"id":"Q7","labels":{"en":{"value":"Zork"}},` + claims + `}`, "Q7 person ?Zork ,,,3\n", 0},
		"empty name":        {`{"id":"Q7","labels":{"en":{"value":""}},` + claims + `}`, "", 0},
		"long name":         {`{"id":"Q7","labels":{"en":{"value":"` + strings.Repeat("Zork ", 50) + `"}},` + claims + `}`, "", 0},
		"name twice":        {`{"id":"Q7","labels":{"en":{"value":"A Zork"},"de":{"value":"A Zork"}},` + claims + `}`, "Q7 person A Zork ,,,3\n", 0},
		"no id":             {`{"labels":{"en":{"value":"Ann Zork"}},` + claims + `}`, "", 1},
		"id of nothing":     {`{"id":"Q0","labels":{"en":{"value":"Ann Zork"}},` + claims + `}`, "", 1},
		"property":          {`{"id":"P7","labels":{"en":{"value":"Ann Zork"}},` + claims + `}`, "", 0},
		"labels of strings": {`{"id":"Q7","labels":{"en":"Ann Zork"},` + claims + `}`, "", 1},
		"somevalue":         {`{"id":"Q7","labels":{"en":{"value":"A Zork"}},"claims":{"P31":[{"mainsnak":{"snaktype":"somevalue"}}]}}`, "", 0},
		"class of numbers":  {`{"id":"Q7","labels":{"en":{"value":"A Zork"}},"claims":{"P31":[{"mainsnak":{"datavalue":{"value":5}}}]}}`, "", 0},
		"nothing said":      {`{"id":"Q7","labels":{"en":{"value":"Ann Zork"}}}`, "", 0},
		"no object":         {`[1,2]`, "", 1},
		"cut":               {`{"id":"Q7","claims":{"P31"`, "", 1},
	} {
		t.Run(name, func(t *testing.T) {
			got, counts := read(t, "[\n"+test.line+"\n]", options())
			if got != test.want || counts.Malformed != test.malformed {
				t.Errorf("got %q, %d malformed: %v", got, counts.Malformed, counts.First)
			}
		})
	}
}

func TestTable(t *testing.T) {
	text := "# name, item, type, country, prior\n" +
		"Zorkville\tQ1\tcity\tpe\t12.5\n" +
		"Zork City\tQ1\tcity\n" +
		"Ann Zork\tQ2\tperson\r\n" +
		"\n" +
		"Zork Union\tQ3\torganization\t\t7\n" +
		"Zork Sea\tQ4\tlocation\n" +
		"Zork\tQ5\tfigure\n"
	want := "Q1 city Zorkville|Zork City PE,,,12\nQ2 person Ann Zork ,,,0\nQ3 org Zork Union ,,,7\nQ4 place Zork Sea ,,,0\nQ5 figure Zork ,,,0\n"
	got, counts := read(t, text, options())
	if got != want || counts.Kept != 5 || counts.Malformed != 0 {
		t.Errorf("got\n%s%+v", got, counts)
	}
	o := options()
	o.Kinds = []kb.Kind{kb.Figure, kb.City}
	if got, counts := read(t, text, o); got != "Q1 city Zorkville|Zork City PE,,,12\nQ5 figure Zork ,,,0\n" || counts.Kept != 2 {
		t.Errorf("got\n%s%+v", got, counts)
	}
}

func TestTableMalformed(t *testing.T) {
	for line, want := range map[string]string{
		"Zork":                                    "item \"\"",
		"Zork\tQ":                                 "item \"Q\"",
		"Zork\tQ-1\tperson":                       "item \"Q-1\"",
		"Zork\tQ01\tperson":                       "item \"Q01\"",
		"Zork\tQ99999999999\tperson":              "item \"Q9",
		"Zork\tP1\tperson":                        "item \"P1\"",
		"Zork\tQ1\tthing":                         "type \"thing\"",
		"Zork\tQ1":                                "type \"\"",
		"\tQ1\tperson":                            "name",
		" \tQ1\tperson":                           "name",
		"Zork\xff\tQ1\tperson":                    "name",
		"Zork\tQ1\tperson\tPeru":                  "country \"Peru\"",
		"Zork\tQ1\tperson\tPE\tmany":              "prior \"many\"",
		"Zork\tQ1\tperson\tPE\t-1":                "prior \"-1\"",
		"Zork\tQ1\tperson\tPE\tNaN":               "prior \"NaN\"",
		"Zork\tQ1\tperson\tPE\tInf":               "prior \"Inf\"",
		strings.Repeat("x", 121) + "\tQ1\tperson": "name",
	} {
		_, counts := read(t, "Ann Zork\tQ2\tperson\n"+line+"\n", options())
		if counts.Kept != 1 || counts.Malformed != 1 || !errors.Is(counts.First, dump.ErrMalformed) || !strings.Contains(counts.First.Error(), want) {
			t.Errorf("%q: got %+v", line, counts)
		}
	}
}

func TestReadFails(t *testing.T) {
	stop := errors.New("stop")
	nothing := func(kb.Entity, []kb.Name) error { return nil }
	fails := func(kb.Entity, []kb.Name) error { return stop }
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	const row = "Zork\tQ1\tperson\n"
	for name, test := range map[string]struct {
		ctx  context.Context
		r    io.Reader
		add  func(kb.Entity, []kb.Name) error
		want error
	}{
		"reader":      {t.Context(), iotest.ErrReader(stop), nothing, stop},
		"reader late": {t.Context(), io.MultiReader(strings.NewReader(strings.Repeat(row, 100)), iotest.ErrReader(stop)), nothing, stop},
		"add":         {t.Context(), strings.NewReader(row + "Blix\tQ2\tperson\n"), fails, stop},
		"add, last":   {t.Context(), strings.NewReader(row), fails, stop},
		"add, item":   {t.Context(), strings.NewReader(sample(t)), fails, stop},
		"context":     {ctx, strings.NewReader(row), nothing, context.Canceled},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := dump.Read(test.ctx, test.r, options(), test.add); !errors.Is(err, test.want) {
				t.Errorf("got %v, want %v", err, test.want)
			}
		})
	}
	if _, err := dump.Read(t.Context(), strings.NewReader(" \n"), options(), nothing); err == nil {
		t.Error("no error for an empty file")
	}
}

// A line beyond the limit is read over, in bounded memory.
func TestLongLine(t *testing.T) {
	long := io.LimitReader(endless{}, 70<<20)
	r := io.MultiReader(strings.NewReader("Zork\tQ1\tperson\n"), long, strings.NewReader("\nBlix\tQ2\tperson\n"))
	counts, err := dump.Read(t.Context(), r, options(), func(kb.Entity, []kb.Name) error { return nil })
	if err != nil || counts.Kept != 2 || counts.Malformed != 1 {
		t.Errorf("got %+v, %v", counts, err)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

func TestProgress(t *testing.T) {
	o := options()
	var last dump.Counts
	calls := 0
	o.Progress = func(c dump.Counts) { last, calls = c, calls+1 }
	read(t, strings.Repeat("Zork\tQ1\tperson\nBlix\tQ2\tperson\n", 1500), o)
	if calls != 3 || last.Lines != 3000 {
		t.Errorf("%d calls, last %+v", calls, last)
	}
}

// bzipped is "zork\n" as bzip2 writes it.
const bzipped = "QlpoOTFBWSZTWdY6gCQAAAJBgAAQAAiQECAAMM0AwaTAcXckU4UJDWOoAkA="

func TestDecompress(t *testing.T) {
	var gz, zs bytes.Buffer
	g := gzip.NewWriter(&gz)
	z, err := zstd.NewWriter(&zs)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range []io.WriteCloser{g, z} {
		if _, err := io.WriteString(w, "zork\n"); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	bz, err := base64.StdEncoding.DecodeString(bzipped)
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string]string{"plain": "zork\n", "gzip": gz.String(), "zstd": zs.String(), "bzip2": string(bz)} {
		r, err := dump.Decompress(strings.NewReader(data))
		if err != nil {
			t.Fatal(name, err)
		}
		got, err := io.ReadAll(r)
		if err != nil || string(got) != "zork\n" {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
		if err := r.Close(); err != nil {
			t.Error(name, err)
		}
	}
	if r, err := dump.Decompress(strings.NewReader("")); err != nil {
		t.Error(err)
	} else if got, _ := io.ReadAll(r); len(got) != 0 {
		t.Errorf("got %q", got)
	}
	if _, err := dump.Decompress(strings.NewReader("\x1f\x8bx")); err == nil {
		t.Error("no error for a gzip that is none")
	}
}

// Whatever a dump holds, reading ends, and what it adds can be put into a base.
func FuzzRead(f *testing.F) {
	f.Add(sample(f))
	f.Add("Zork\tQ1\tperson\tPE\t2\n")
	for line := range strings.Lines(sample(f)) {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, text string) {
		b, err := kb.NewBuilder(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		defer b.Close()
		counts, err := dump.Read(t.Context(), strings.NewReader(text), options(), func(e kb.Entity, names []kb.Name) error {
			if e.Kind.Type() == "" || e.QID == 0 || e.Name == "" {
				t.Errorf("bad entity: %+v", e)
			}
			return b.Add(e, names...)
		})
		if err == nil && counts.Kept != b.Entities() {
			t.Errorf("%d kept, %d added", counts.Kept, b.Entities())
		}
	})
}
