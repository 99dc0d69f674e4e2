package kb_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/dateline-news/dateline/services/enricher/kb"
)

// row is an entity and its names, of which those that begin with ? are marked.
type row struct {
	entity kb.Entity
	names  []string
}

// build makes a base of rows, and returns its path.
func build(t testing.TB, rows ...row) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "test.kb")
	b, err := kb.NewBuilder(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		var names []kb.Name
		for _, name := range r.names {
			text, marked := strings.CutPrefix(name, "?")
			names = append(names, kb.Name{Text: text, Marked: marked})
		}
		if err := b.Add(r.entity, names...); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(b.WriteFile(path), b.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

func open(t testing.TB, path string) *kb.Base {
	t.Helper()
	b, err := kb.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func find(b interface {
	Find([]kb.Candidate, []byte) []kb.Candidate
}, name string,
) []kb.Candidate {
	return b.Find(nil, kb.Key(nil, name))
}

func samples() []row {
	nan := math.NaN()
	return []row{
		{kb.Entity{Kind: kb.City, Name: "Zorkville", GeoNamesID: 7, Country: "PE", Admin: "15", Lat: -12.5, Lon: 77.25, Prior: 2000, Soft: true, Parts: 2}, []string{"Zorkville", "Żork-Ville"}},
		{kb.Entity{Kind: kb.City, Name: "Zorkville", QID: 12, Country: "KE", Lat: 90, Lon: -180, Prior: 3000}, []string{"?Zorkville"}},
		{kb.Entity{Kind: kb.Organization, Name: "Zork Union", QID: 4294967295, Lat: nan, Lon: nan}, []string{"ZU", "Z.U.", "Zork Union", "The Great Union of the Zork Fishers"}},
		{kb.Entity{Kind: kb.Person, Name: "李宗", QID: 14, Lat: nan, Lon: nan, Prior: 1}, []string{"李宗", "Li Zork"}},
		{kb.Entity{Kind: kb.Figure, Name: "eZork", QID: 15, Lat: nan, Lon: nan}, []string{"eZork"}},
	}
}

func TestFind(t *testing.T) {
	b := open(t, build(t, samples()...))
	for name, want := range map[string]string{
		"Zorkville":                             "q12 zorkville_pe_15",
		"ZORKVILLE":                             "q12 zorkville_pe_15",
		"Zork-Ville":                            "zorkville_pe_15",
		"zork  ville":                           "zorkville_pe_15",
		"ZU":                                    "q4294967295",
		"Z.U.":                                  "q4294967295",
		"the great union of the zork fishers":   "q4294967295",
		"The Great Union of the Zork":           "",
		"李宗":                                    "q14",
		"李":                                     "",
		"Li Zork":                               "q14",
		"ezork":                                 "q15",
		"":                                      "",
		"...":                                   "",
		"Zork":                                  "",
		strings.Repeat("Zork ", 100):            "",
		"Zorkville" + strings.Repeat("e", 1000): "",
	} {
		var ids []string
		for _, c := range find(b, name) {
			ids = append(ids, c.ID())
		}
		if got := strings.Join(ids, " "); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}

// What is put in comes out.
func TestEntity(t *testing.T) {
	rows := samples()
	b := open(t, build(t, rows...))
	for _, r := range rows {
		var got *kb.Entity
		found := find(b, r.names[len(r.names)-1][strings.Count(r.names[len(r.names)-1], "?"):])
		for i := range found {
			if found[i].ID() == r.entity.ID() {
				got = &found[i].Entity
			}
		}
		if got == nil {
			t.Fatalf("%s is not there", r.entity.Name)
		}
		want := r.entity
		if got.Located() != want.Located() || got.Located() && (math.Abs(got.Lat-want.Lat) > 0.002 || math.Abs(got.Lon-want.Lon) > 0.004) {
			t.Errorf("%s: at %f %f, want %f %f", want.Name, got.Lat, got.Lon, want.Lat, want.Lon)
		}
		x := *got
		x.Lat, x.Lon, want.Lat, want.Lon = 0, 0, 0, 0
		if x != want {
			t.Errorf("got %+v, want %+v", x, want)
		}
	}
}

func TestWritten(t *testing.T) {
	b := open(t, build(t, samples()...))
	for name, want := range map[string]struct {
		marked, capitals bool
		words            string // c where a word must begin with a capital
	}{
		"Zork Union":                          {false, false, "cc"},
		"ZU":                                  {false, true, "c"},
		"eZork":                               {false, false, "-"},
		"李宗":                                  {false, false, "--"},
		"The Great Union of the Zork Fishers": {false, false, "ccc--c-"},
	} {
		c := find(b, name)[0]
		words := ""
		for i := range len(want.words) {
			words += map[bool]string{true: "c", false: "-"}[c.Written.Capital(i)]
		}
		if c.Written&kb.Marked != 0 != want.marked || c.Written&kb.Capitals != 0 != want.capitals || words != want.words {
			t.Errorf("%s: got %08b, %s", name, c.Written, words)
		}
	}
	if c := find(b, "Zorkville"); c[0].Written&kb.Marked == 0 || c[1].Written&kb.Marked != 0 {
		t.Error("the wrong one is marked")
	}
}

func TestBegins(t *testing.T) {
	b := open(t, build(t, samples()...))
	for word, want := range map[string]string{
		"zorkville": "1 false", "zork": "2 false", "the": "7 false", "zu": "1 false", "ezork": "1 true", "李": "2 true",
		"li": "2 false", "union": "0 false", "": "0 false",
	} {
		words, small := b.Begins([]byte(word))
		if got := fmt.Sprint(words, small); got != want {
			t.Errorf("%s: got %s, want %s", word, got, want)
		}
	}
}

func TestInfo(t *testing.T) {
	path := build(t, samples()...)
	info := open(t, path).Info()
	stat, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Entities != 5 || info.Names != 8 || int64(info.Bytes) != stat.Size() || info.Kinds[kb.City] != 2 || len(info.Version) != 8 {
		t.Errorf("got %+v", info)
	}
	if other := open(t, build(t, samples()[1:]...)); other.Version() == info.Version {
		t.Error("two bases have one version")
	}
	if again := open(t, build(t, samples()...)); again.Version() != info.Version {
		t.Error("the same base has two versions")
	}
}

func TestEmptyBase(t *testing.T) {
	b := open(t, build(t))
	if words, _ := b.Begins([]byte("zork")); words != 0 || len(find(b, "Zork")) != 0 || b.Info().Entities != 0 {
		t.Error("there is something in it")
	}
}

func TestSet(t *testing.T) {
	program := open(t, build(t, samples()...))
	own := open(t, build(t,
		row{kb.Entity{Kind: kb.City, Name: "Zorkville", QID: 12, Country: "KE", Prior: 5}, []string{"Zorkville"}},
		row{kb.Entity{Kind: kb.City, Name: "Zorkville", QID: 99, Prior: 6}, []string{"Zorkville", "Zorkville by the Sea"}},
	))
	set := kb.NewSet(program, own)
	found := find(set, "Zorkville")
	if len(found) != 3 || found[0].QID != 99 || found[1].QID != 12 || !found[0].Own || !found[1].Own || found[2].Own {
		t.Fatalf("got %+v", found)
	}
	if found[0].Prior != 4000 || math.Abs(found[1].Prior-4000.0*5/6) > 0.1 || found[2].Prior != 2000 {
		t.Errorf("priors are %f, %f, %f", found[0].Prior, found[1].Prior, found[2].Prior)
	}
	none := open(t, build(t, row{kb.Entity{Kind: kb.City, Name: "Zorkville", QID: 98}, []string{"Zorkville"}}))
	if c := find(kb.NewSet(program, none), "Zorkville"); len(c) != 3 || c[0].Prior != 6000 {
		t.Errorf("without a prior: got %+v", c)
	}
	if c := find(set, "Zorkville by the Sea"); len(c) != 1 || !c[0].Own {
		t.Errorf("got %+v", c)
	}
	if c := find(set, "Li Zork"); len(c) != 1 || c[0].Own {
		t.Errorf("got %+v", c)
	}
	if words, _ := set.Begins([]byte("zorkville")); words != 4 {
		t.Errorf("%d words", words)
	}
	if got := set.Version(); got != program.Version()+"+"+own.Version() {
		t.Errorf("version is %s", got)
	}
}

// A file that is cut, changed or something else is refused, and never a panic.
func TestTornFiles(t *testing.T) {
	data, err := os.ReadFile(build(t, samples()...))
	if err != nil {
		t.Fatal(err)
	}
	for n := range len(data) {
		if _, err := kb.New(string(data[:n])); !errors.Is(err, kb.ErrFormat) {
			t.Fatalf("cut to %d bytes: got %v", n, err)
		}
	}
	for n := range len(data) {
		changed := []byte(string(data))
		changed[n] ^= 0x41
		if _, err := kb.New(string(changed)); err == nil && (n < 12 || n >= 16) {
			t.Fatalf("byte %d changed: no error", n)
		}
	}
	for name, text := range map[string]string{"nothing": "", "other": strings.Repeat("x", 200), "longer": string(data) + "x"} {
		if _, err := kb.New(text); !errors.Is(err, kb.ErrFormat) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if _, err := kb.Open(filepath.Join(t.TempDir(), "none.kb")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

func TestConcurrentUse(t *testing.T) {
	b := open(t, build(t, samples()...))
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for range 2000 {
				if len(find(b, "Zorkville")) != 2 || len(find(b, "Li Zork")) != 1 {
					t.Error("not found")
					return
				}
			}
		})
	}
	group.Wait()
}

func TestFindAllocatesNothing(t *testing.T) {
	b := open(t, build(t, samples()...))
	key, word := kb.Key(nil, "Zorkville"), []byte("zorkville")
	found := b.Find(nil, key)
	if n := testing.AllocsPerRun(100, func() {
		found = b.Find(found[:0], key)
		b.Begins(word)
	}); n != 0 {
		t.Errorf("%f allocations", n)
	}
}

// FuzzNew reads bytes with a checksum that is right, as a hostile file has it.
func FuzzNew(f *testing.F) {
	data, err := os.ReadFile(build(f, samples()...))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data[16:], "Zorkville")
	f.Add(data[16:200], "ZU")
	rng := rand.New(rand.NewPCG(1, 1))
	for range 200 {
		changed := []byte(string(data[16:]))
		for range 1 + rng.IntN(8) {
			changed[48+rng.IntN(len(changed)-48)] = byte(rng.Uint32())
		}
		f.Add(changed, "Zork Union")
	}
	f.Fuzz(func(t *testing.T, body []byte, name string) {
		b, err := kb.New(kb.Sealed(body))
		if err != nil {
			return
		}
		for _, name := range []string{name, "Zorkville", "ZU", "Zork Union", "Li Zork", "eZork", "李宗"} {
			for _, c := range find(b, name) {
				if c.Name == "" || c.ID() == "" || c.Kind.Type() == "" {
					t.Errorf("bad entity: %+v", c)
				}
			}
			b.Begins([]byte(name))
		}
		b.Info()
		b.Countries()
	})
}
