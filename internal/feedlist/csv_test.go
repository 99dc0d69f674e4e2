package feedlist_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/dateline-news/dateline/internal/feedlist"
	"github.com/dateline-news/dateline/pkg/schema"
)

const full = "url,title,section,source,language,interval,folder\n"

func TestParseCSV(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		want []schema.Feed
	}{
		"address alone": {"url\nhttps://example.org/a\nhttps://example.org/b\n", []schema.Feed{{URL: "https://example.org/a"}, {URL: "https://example.org/b"}}},
		"all columns": {full + `https://example.org/a,"The ""A"", daily",UK,A & Co,en-GB,15m,World/Europe`, []schema.Feed{
			{URL: "https://example.org/a", Title: `The "A", daily`, Section: "UK", Source: "A & Co", Language: "en-GB", Interval: 900, Folder: "World/Europe"},
		}},
		"other order":      {" Title ,URL\nA,https://example.org/a", []schema.Feed{{URL: "https://example.org/a", Title: "A"}}},
		"seconds":          {"url,interval\nhttps://example.org/a, 90.5 ", []schema.Feed{{URL: "https://example.org/a", Interval: 90.5}}},
		"empty values":     {full + "https://example.org/a,,,,,,", []schema.Feed{{URL: "https://example.org/a"}}},
		"empty lines":      {"url,title\n\n,\n\"\",\" \"\nhttps://example.org/a,\n", []schema.Feed{{URL: "https://example.org/a"}}},
		"each once":        {"url\nhttps://example.org/a\nfeed:https://example.org/a", []schema.Feed{{URL: "https://example.org/a"}}},
		"byte order mark":  {"\ufeffurl\r\nhttps://example.org/a\r\n", []schema.Feed{{URL: "https://example.org/a"}}},
		"line break":       {"url,title\nhttps://example.org/a,\"A\nB\"", []schema.Feed{{URL: "https://example.org/a", Title: "A B"}}},
		"control":          {"url,title\nhttps://example.org/a,\x1b[2JA\xff", []schema.Feed{{URL: "https://example.org/a", Title: "[2JA\ufffd"}}},
		"no feeds":         {"url\n", nil},
		"formula, escaped": {"url,title\nhttps://example.org/a,\"\t=1+1\"", []schema.Feed{{URL: "https://example.org/a", Title: "=1+1"}}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := feedlist.ParseCSV("l", []byte(test.text))
			if err != nil {
				t.Fatal(err)
			}
			for i := range test.want {
				test.want[i] = feed(test.want[i])
			}
			if diff := gocmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestParseCSVRefuses(t *testing.T) {
	const quotes = ": a value with a quote in it stands in quotes, and the quote twice"
	const known = ": not known: the first line names the columns, which are url,title,section,source,language,interval,folder"
	for name, test := range map[string]struct{ text, want string }{
		"empty":         {"", "l:1: the file is empty: its first line names the columns, such as url,title,section"},
		"no header":     {"\nhttps://example.org/a,A\n", `l:2: column "https://example.org/a"` + known},
		"semicolons":    {"url;title\n", `l:1: column "url;title"` + known},
		"no address":    {"title,section\nA,B\n", "l:1: no column url: it holds the addresses of the feeds"},
		"twice":         {"url,title,Title\n", "l:1: column title: named twice"},
		"bare quote":    {"url,title\nhttps://example.org/a,A\nhttps://example.org/b,The \"B\"\n", `l:3: not CSV (bare " in non-quoted-field)` + quotes},
		"open quote":    {"url,title\n\nhttps://example.org/a,\"A\nhttps://example.org/b,B\n", `l:3: not CSV (extraneous or missing " in quoted-field)` + quotes},
		"bad header":    {"url,ti\"tle\n", `l:1: not CSV (bare " in non-quoted-field)` + quotes},
		"too many":      {"url,title\nhttps://example.org/a,A, B\n", "l:2: 3 values for 2 columns: a value with a comma in it stands in quotes"},
		"too few":       {"url,title\nhttps://example.org/a\n", "l:2: 1 values for 2 columns: a value with a comma in it stands in quotes"},
		"address":       {"url\n/feed\n", `l:2: address "/feed": does not begin with https:// or http://`},
		"address empty": {"url,title\n,A\n", `l:2: address "": does not begin with https:// or http://`},
		"user name":     {"url\nhttps://me:secret@example.org/\n", `l:2: address of "example.org": holds a user name, which every message would carry: leave it out`},
		"language":      {"url,language\nhttps://example.org/a,english!\n", `l:2: language "english!": want a BCP 47 tag such as en or pt-BR`},
		"language long": {"url,language\nhttps://example.org/a,en" + strings.Repeat("-abcde", 20) + "\n", `l:2: language "en` + strings.Repeat("-abcde", 13) + `"...: want a BCP 47 tag such as en or pt-BR`},
		"interval":      {"url,interval\nhttps://example.org/a,often\n", `l:2: interval "often": not a number of seconds`},
		"interval NaN":  {"url,interval\nhttps://example.org/a,NaN\n", `l:2: interval "NaN": not a number of seconds`},
		"interval neg.": {"url,interval\nhttps://example.org/a,-1m\n", `l:2: interval "-1m": not a number of seconds`},
		"several":       {"url,interval\na,1\n\"https://example.org/\nb\",-1\nc,1,1", "l:2: address \"a\": does not begin with https:// or http://\nl:3: interval \"-1\": not a number of seconds\nl:5: 3 values for 2 columns: a value with a comma in it stands in quotes"},
		"encoding":      {"<?xml version='1.0' encoding='x-none'?>", `l:1: encoding "x-none": not known: save the list as UTF-8`},
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := feedlist.ParseCSV("l", []byte(test.text)); err == nil || err.Error() != test.want {
				t.Errorf("got %v, %v\nwant %s", got, err, test.want)
			}
		})
	}
}

func TestParseCSVBounds(t *testing.T) {
	var wrong, many strings.Builder
	wrong.WriteString("url\n")
	many.WriteString("url\n")
	for i := range feedlist.MaxFeeds + 1 {
		wrong.WriteString("x\n")
		fmt.Fprintf(&many, "http://h/%d\n", i)
	}
	if _, err := feedlist.ParseCSV("l", []byte(wrong.String())); strings.Count(err.Error(), "\n") != 10 || !strings.HasSuffix(err.Error(), "and 99991 more") {
		t.Errorf("got %v", err)
	}
	if _, err := feedlist.ParseCSV("l", []byte(many.String())); err == nil || err.Error() != "l:100002: "+feedlist.ErrTooMany.Error() {
		t.Errorf("got %v", err)
	}
}

func TestReadCSV(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"b.csv": "url,title\nhttps://example.org/b,B\n", "a.txt": "https://example.org/a\n", "c.tsv": "x"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want := []schema.Feed{feed(schema.Feed{URL: "https://example.org/a"}), feed(schema.Feed{URL: "https://example.org/b", Title: "B"})}
	got, err := feedlist.Read(dir)
	if diff := gocmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
	if _, err := feedlist.Read(filepath.Join(dir, "c.tsv")); err == nil || !strings.Contains(err.Error(), ".csv or .txt file") {
		t.Errorf("got %v", err)
	}
}

func TestWriteCSV(t *testing.T) {
	feeds := []schema.Feed{
		feed(schema.Feed{URL: "https://example.org/a?b=c,d", Title: `A "b", c`, Folder: "World/Europe", Language: "de", Section: "UK", Source: "S & T", Interval: 900}),
		feed(schema.Feed{URL: "https://example.org/b", Title: "=HYPERLINK(1)", Section: "+1", Source: "-1", Folder: "@x"}),
	}
	var out bytes.Buffer
	if err := feedlist.WriteCSV(&out, feeds); err != nil {
		t.Fatal(err)
	}
	want := full + `"https://example.org/a?b=c,d","A ""b"", c",UK,S & T,de,900,World/Europe` + "\n" +
		"https://example.org/b,\"\t=HYPERLINK(1)\",\"\t+1\",\"\t-1\",,,\"\t@x\"\n"
	if diff := gocmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
	got, err := feedlist.ParseCSV("l", out.Bytes())
	if diff := gocmp.Diff(feeds, got); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
}

// Whatever the registry holds, which a list need not have brought, no value of the
// table begins a formula, as spreadsheets see it.
func TestWriteCSVIsInert(t *testing.T) {
	for _, text := range []string{"=1+1", "+1", "-1", "@x", " =1", "\t=1", "\r\n=1", "\u200b=1", "\ufeff=1", "＝1", "－1", "\x00=1", "\u00a0@SUM(A1)", "'=1", "1=1", ""} {
		var out bytes.Buffer
		if err := feedlist.WriteCSV(&out, []schema.Feed{{URL: text, Title: text, Section: text, Source: text, Language: text, Folder: text}}); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(&out).ReadAll()
		if err != nil || len(rows) != 2 {
			t.Fatalf("%d rows, %v", len(rows), err)
		}
		for i, value := range rows[1] {
			rest, marked := strings.CutPrefix(value, "\t")
			formula := strings.ContainsAny(strings.Trim(text, " \t\r\n\x00\u200b\ufeff\u00a0'"), "=+-@＝＋－＠") && !strings.HasPrefix(text, "'") && text != "1=1"
			if i != 5 && (formula != marked || schema.Clean(text) != rest && marked) { // 5 is the interval, a number
				t.Errorf("%q is written %q", text, value)
			}
		}
	}
}

// FuzzCSV holds that what is read is bounded and comes back from what is
// written.
func FuzzCSV(f *testing.F) {
	f.Add([]byte(full + "https://example.org/,\"a, \"\"b\"\"\",UK,S,en,15m,A/B\n"))
	f.Add([]byte("url,title\nfeed://h/x,\"\t=1\"\nhttp://h/y,+\n"))
	f.Add([]byte("\ufeffURL\r\nhttp://h/z\r\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		feeds, err := feedlist.ParseCSV("l", data)
		if err != nil {
			if feeds != nil {
				t.Fatalf("feeds beside error %v", err)
			}
			return
		}
		for _, f := range feeds {
			if len(f.URL) > feedlist.MaxURL || len(f.Title) > feedlist.MaxText || len(f.Folder) > feedlist.MaxText || len(f.Language) > feedlist.MaxText {
				t.Fatalf("beyond the bounds: %+v", f)
			}
		}
		var out bytes.Buffer
		if err := feedlist.WriteCSV(&out, feeds); err != nil {
			t.Fatal(err)
		}
		again, err := feedlist.ParseCSV("l", out.Bytes())
		if diff := gocmp.Diff(feeds, again); err != nil || diff != "" {
			t.Fatalf("%v\n%s\n%s", err, diff, out.Bytes())
		}
	})
}
