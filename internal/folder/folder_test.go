package folder_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/dateline-news/dateline/internal/folder"
	"github.com/dateline-news/dateline/pkg/schema"
)

// article is an article by number, in a revision.
func article(number, revision int) schema.Article {
	return schema.Article{
		ID: fmt.Sprintf("%032x", 0xabc000+number), Revision: revision, Event: schema.EventPublished, Date: "2026-03-12",
		Headline: fmt.Sprintf("Headline %d.%d", number, revision), Lead: "A lead.", Body: []string{"One.", "Two."},
		Language: "en", URL: fmt.Sprintf("https://example.org/%d", number),
	}
}

func open(t *testing.T, dir string) *folder.Folder {
	t.Helper()
	f, err := folder.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func withdrawnOf(number int) schema.Article {
	a := article(number, 2)
	a.Event = schema.EventWithdrawn
	return a
}

func tryPut(t *testing.T, f *folder.Folder, seq uint64, articles ...schema.Article) {
	t.Helper()
	for i, a := range articles {
		if err := f.Put(a, seq+uint64(i)); err != nil {
			t.Fatal(err)
		}
	}
}

func put(t *testing.T, f *folder.Folder, seq uint64, articles ...schema.Article) {
	t.Helper()
	tryPut(t, f, seq, articles...)
	if err := f.Flush(); err != nil {
		t.Fatal(err)
	}
}

// files are the files of a folder and what they hold, but for the manifest.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path == folder.ManifestName || path == ".state.json" {
			return err
		}
		data, err := os.ReadFile(filepath.Join(dir, path))
		all[path] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func dated(t *testing.T, a schema.Article) string {
	t.Helper()
	text, err := a.Dated()
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	f := open(t, dir)
	other := article(3, 1)
	other.Date = "2026-03-13"
	put(t, f, 10, article(1, 1), article(2, 1), other, article(1, 2), article(1, 1)) // the last comes late
	want := map[string]string{
		"2026-03-12/000_0000000000000000.txt": dated(t, article(1, 2)),
		"2026-03-12/001_0000000000000000.txt": dated(t, article(2, 1)),
		"2026-03-13/000_0000000000000000.txt": dated(t, other),
	}
	if diff := cmp.Diff(want, files(t, dir)); diff != "" {
		t.Error(diff)
	}
	if err := f.SetState(map[string]int{"last": 13}); err != nil {
		t.Error(err)
	}

	again := open(t, dir) // goes on
	var state map[string]int
	if !again.State(&state) || state["last"] != 13 || again.Len() != 3 {
		t.Errorf("opened again: state %v, %d articles", state, again.Len())
	}
	withdrawn := article(2, 2)
	withdrawn.Event = schema.EventWithdrawn
	put(t, again, 14, withdrawn, article(4, 1))
	delete(want, "2026-03-12/001_0000000000000000.txt")
	want["2026-03-12/002_0000000000000000.txt"] = dated(t, article(4, 1))
	if diff := cmp.Diff(want, files(t, dir)); diff != "" {
		t.Error(diff)
	}
}

// What a message says must not lead out of the folder.
func TestFolderRefuses(t *testing.T) {
	dir := t.TempDir()
	f := open(t, filepath.Join(dir, "in"))
	for _, a := range []schema.Article{
		{ID: "../../../../../../../../../../x", Date: "2026-03-12", Headline: "H"},
		{ID: article(1, 1).ID, Date: "../../out", Headline: "H"},
		{ID: article(1, 1).ID, Date: "2026-13-40", Headline: "H"},
		{ID: strings.Repeat("A", 32), Date: "2026-03-12", Headline: "H"},
		{},
	} {
		if err := f.Put(a, 1); !errors.Is(err, folder.ErrNoFile) {
			t.Errorf("%+v: %v", a, err)
		}
	}
	bad := article(1, 1)
	bad.Headline = "two\nlines"
	if err := f.Put(bad, 1); !errors.Is(err, schema.ErrDatedInvalid) {
		t.Errorf("invalid article: %v", err)
	}
	if err := os.Symlink(dir, filepath.Join(dir, "in", "2026-03-12")); err != nil {
		t.Fatal(err)
	}
	if err := f.Put(article(1, 1), 1); !errors.Is(err, folder.ErrWrite) {
		t.Errorf("through a link: %v", err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("beside the folder: %v, %v", entries, err)
	}
}

func TestFolderRefusesManifest(t *testing.T) {
	for _, manifest := range []string{"{", `{"file":"../x","id":"` + article(1, 1).ID + `"}`, `{"file":"notes.txt","id":"` + article(1, 1).ID + `"}`, `{"file":"a.txt","id":"x"}`} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, folder.ManifestName), []byte(manifest+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := folder.Open(dir); !errors.Is(err, folder.ErrManifest) {
			t.Errorf("%q: %v", manifest, err)
		}
		for _, err := range folder.Read(dir) {
			if !errors.Is(err, folder.ErrManifest) {
				t.Errorf("read with %q: %v", manifest, err)
			}
		}
	}
}

func read(t *testing.T, path string) []folder.Document {
	t.Helper()
	var all []folder.Document
	for d, err := range folder.Read(path) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, d)
	}
	return all
}

func TestRead(t *testing.T) {
	one, two := " date 2026-03-12 A lead.\n\nHeadline one", " date 2026-03-13\n\nHeadline two"
	for name, test := range map[string]struct {
		file string
		want []string // the articles' texts, or ! and a part of the error
		fix  schema.Fix
		guid string
	}{
		"one":                   {one, []string{one}, "", ""},
		"a stream":              {one + "\n\n" + two, []string{one, two}, "", ""},
		"a stream, one mended":  {one + "\n\n" + two + "\n", []string{one, two}, schema.FixFinalLineFeed, ""},
		"mended":                {"\ufeffDate: 2026-03-12 A lead.\r\n\r\nHeadline one\r\n", []string{one}, schema.FixByteOrderMark, ""},
		"an indented paragraph": {" date 2026-03-12 A lead.\n\n  Told apart.\n\nHeadline one", []string{" date 2026-03-12 A lead.\n\nTold apart.\n\nHeadline one"}, schema.FixText, ""},
		"nothing":               {"", []string{"!header"}, "", ""},
		"no article":            {"Dear reader,\n\nhello", []string{"!header"}, "", ""},
		"no such day":           {" date 2026-02-30 A\n\nH", []string{"!date"}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "x.txt")
			if err := os.WriteFile(file, []byte(test.file), 0o644); err != nil {
				t.Fatal(err)
			}
			got := read(t, file)
			if len(got) != len(test.want) {
				t.Fatalf("%d articles, want %d: %+v", len(got), len(test.want), got)
			}
			for i, want := range test.want {
				d := got[i]
				if part, fails := strings.CutPrefix(want, "!"); fails {
					if d.Err == nil || !strings.Contains(d.Err.Error(), part) {
						t.Errorf("error %v, want %q in it", d.Err, part)
					}
					continue
				}
				if string(d.Text) != want || d.Err != nil || d.Number != i+1 || d.Path != file {
					t.Errorf("got %+v (%q), want %q", d, d.Text, want)
				}
			}
			fixes := fmt.Sprint(got[len(got)-1].Fixes)
			if (test.fix == "") != (fixes == "[]") || !strings.Contains(fixes, string(test.fix)) {
				t.Errorf("fixes %s, want %q", fixes, test.fix)
			}
		})
	}
}

// A folder gives its articles by name, with what its manifest and its names say;
// other files, hidden ones and links are left alone.
func TestReadFolder(t *testing.T) {
	dir := t.TempDir()
	put(t, open(t, dir), 1, article(1, 1), article(2, 1))
	for name, data := range map[string]string{
		"007_c42f8059e1cbe96e.txt": " date 2022-01-10\n\nWithout a manifest",
		"notes.md":                 "x", ".hidden.txt": "x", ".git/x.txt": "x", "free name.txt": " date 2022-01-10\n\nFree",
	} {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(data), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("/etc/hostname", filepath.Join(dir, "link.txt")); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, d := range read(t, dir) {
		if d.Err != nil {
			t.Error(d.Err)
		}
		got = append(got, fmt.Sprintf("%s %s %s", filepath.Base(d.Path), d.Given.GUID, d.Given.URL))
	}
	want := []string{
		"007_c42f8059e1cbe96e.txt c42f8059e1cbe96e ",
		"000_0000000000000000.txt 0000000000000000 https://example.org/1",
		"001_0000000000000000.txt 0000000000000000 https://example.org/2",
		"free name.txt  ",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if one := read(t, filepath.Join(dir, "007_c42f8059e1cbe96e.txt")); len(one) != 1 || one[0].Given.GUID != "c42f8059e1cbe96e" {
		t.Errorf("one file: %+v", one)
	}
	for range folder.Read(dir) {
		break // which ends it
	}
	for _, err := range folder.Read(filepath.Join(dir, "none")) {
		if !errors.Is(err, fs.ErrNotExist) {
			t.Error(err)
		}
	}
}

// A stream may be longer than a document may be, and any mixture of articles
// comes back as it was put.
func TestReadsBackWhatWasPut(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		dir, err := os.MkdirTemp(t.TempDir(), "")
		if err != nil {
			r.Fatal(err)
		}
		f := open(t, dir)
		want := map[string]string{}
		var joined [][]byte
		word := rapid.StringMatching(`[A-Za-zé’\\]{1,12}( [a-z]{1,9}){0,4}`)
		for n := range rapid.IntRange(0, 12).Draw(r, "articles") {
			a := article(n, 1)
			a.Date = rapid.SampledFrom([]string{"2026-03-12", "0987-01-02", "1999-12-31"}).Draw(r, "date")
			a.Headline, a.Lead = schema.Clean(word.Draw(r, "headline")), schema.Clean(word.Draw(r, "lead"))
			a.Body = rapid.SliceOfN(rapid.Map(word, schema.Clean), 0, 5).Draw(r, "body")
			put(t, f, uint64(n), a)
			want[a.URL] = dated(t, a)
			joined = append(joined, []byte(dated(t, a)))
		}
		for _, d := range read(t, dir) {
			if d.Err != nil || len(d.Fixes) > 0 || want[d.Given.URL] != string(d.Text) {
				r.Fatalf("%+v: %q, want %q", d, d.Text, want[d.Given.URL])
			}
			delete(want, d.Given.URL)
		}
		if len(want) > 0 {
			r.Fatalf("not read: %v", want)
		}
		if len(joined) == 0 {
			return
		}
		stream := filepath.Join(dir, "all.txt")
		if err := os.WriteFile(stream, schema.JoinDated(joined), 0o644); err != nil {
			r.Fatal(err)
		}
		got := read(t, stream)
		if len(got) != len(joined) {
			r.Fatalf("stream: %d articles, want %d", len(got), len(joined))
		}
		for i, d := range got {
			if d.Err != nil || string(d.Text) != string(joined[i]) {
				r.Fatalf("stream, %d: %q, want %q", i, d.Text, joined[i])
			}
		}
	})
}

func TestReadLongStream(t *testing.T) {
	text := " date 2026-03-12 A lead.\n\n" + strings.Repeat("Words and words. ", 30000) + "end.\n\nHeadline"
	file := filepath.Join(t.TempDir(), "long.txt")
	if err := os.WriteFile(file, []byte(strings.Repeat(text+"\n\n", 9)+text), 0o644); err != nil {
		t.Fatal(err)
	}
	got := read(t, file)
	if len(got) != 10 {
		t.Fatalf("%d articles, want 10", len(got))
	}
	for _, d := range got {
		if d.Err != nil || string(d.Text) != text {
			t.Errorf("article %d: %v", d.Number, d.Err)
		}
	}
}
