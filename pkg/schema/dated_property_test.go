package schema_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"strconv"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
)

// The properties R1 to R7 of the dated format; R8 is checkClean.

// trials is how many documents a property is tried on: DATELINE_TRIALS, which
// make fuzz sets, with others in each run.
func trials(t *testing.T) (n int, seed uint64) {
	t.Helper()
	text := os.Getenv("DATELINE_TRIALS")
	if text == "" {
		return 20_000, 1
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("DATELINE_TRIALS: got %q, want a number above 0", text)
	}
	seed = rand.Uint64()
	t.Logf("%d documents of seed %d", n, seed)
	return n, seed
}

func TestDatedRoundTrip(t *testing.T) {
	trials, seed := trials(t)
	rng := rand.New(rand.NewPCG(seed, 1))
	for range trials {
		checkRoundTrip(t, dated(rng))
	}
}

func TestDatedOfHostileBytes(t *testing.T) {
	trials, seed := trials(t)
	rng := rand.New(rand.NewPCG(seed, 2))
	strict, lenient := 0, 0
	for range trials {
		doc := hostileDocument(rng)
		if checkStrict(t, doc) {
			strict++
		}
		if checkLenient(t, doc) {
			lenient++
		}
	}
	if strict < trials/4 || lenient < trials/2 {
		t.Errorf("of %d documents %d were read, %d leniently: the generator shows nothing", trials, strict, lenient)
	}
}

func TestDatedOfHostileArticles(t *testing.T) {
	trials, seed := trials(t)
	rng := rand.New(rand.NewPCG(seed, 7))
	for range trials {
		d := dated(rng)
		switch rng.IntN(4) {
		case 0:
			d.Headline = hostileString(rng)
		case 1:
			d.Lead = hostileString(rng)
		case 2:
			d.Body = append(d.Body, hostileString(rng))
		case 3:
			d.Attribution = &schema.Attribution{Section: hostileString(rng), Source: hostileString(rng)}
		}
		if _, err := d.Render(); err == nil {
			checkRoundTrip(t, d)
		}
	}
}

func TestDatedStreamRoundTrip(t *testing.T) {
	trials, seed := trials(t)
	rng := rand.New(rand.NewPCG(seed, 6))
	for range trials / 10 {
		var docs [][]byte
		for range rng.IntN(5) {
			doc, err := dated(rng).Render()
			if err != nil {
				t.Fatal(err)
			}
			docs = append(docs, doc)
		}
		got, err := schema.SplitDated(schema.JoinDated(docs))
		if err != nil || !reflect.DeepEqual(got, docs) {
			t.Fatalf("split %q, %v, of %q", got, err, docs)
		}
	}
}

func FuzzParseDated(f *testing.F) {
	for _, v := range ourVectors(f) {
		f.Add([]byte(v.Bytes))
	}
	f.Fuzz(func(t *testing.T, doc []byte) { checkStrict(t, doc) })
}

func FuzzParseDatedLenient(f *testing.F) {
	for _, v := range ourVectors(f) {
		f.Add([]byte(v.Bytes))
	}
	f.Fuzz(func(t *testing.T, doc []byte) { checkLenient(t, doc) })
}

// checkRoundTrip checks R1 and R7.
func checkRoundTrip(t *testing.T, d schema.Dated) {
	t.Helper()
	doc, err := d.Render()
	if err != nil {
		t.Fatalf("render %s: %v", show(d), err)
	}
	got, err := schema.ParseDated(doc)
	if err != nil || !reflect.DeepEqual(got, d) {
		t.Fatalf("of %q read\n%s, %v, want\n%s", doc, show(got), err, show(d))
	}
}

// checkStrict checks R2 and R5, and reports whether doc is canonical.
func checkStrict(t *testing.T, doc []byte) bool {
	t.Helper()
	d, err := schema.ParseDated(doc)
	if err != nil {
		return false
	}
	if again, err := d.Render(); err != nil || !bytes.Equal(again, doc) {
		t.Fatalf("read %q, wrote %q, %v", doc, again, err)
	}
	lenient, fixes, err := schema.ParseDatedLenient(doc)
	if err != nil || len(fixes) > 0 || !reflect.DeepEqual(lenient, d) {
		t.Fatalf("of %q read leniently\n%s, %v, %v, want\n%s", doc, show(lenient), fixes, err, show(d))
	}
	return true
}

// checkLenient checks R4, and that nothing is mended in silence. It reports
// whether doc is an article.
func checkLenient(t *testing.T, doc []byte) bool {
	t.Helper()
	d, fixes, err := schema.ParseDatedLenient(doc)
	if err != nil {
		return false
	}
	checkRoundTrip(t, d)
	if _, err := schema.ParseDated(doc); err != nil && len(fixes) == 0 {
		t.Fatalf("mended %q and told of no fix", doc)
	}
	return true
}

// show returns d in a form in which every character can be seen.
func show(d schema.Dated) string {
	attribution := "none"
	if d.Attribution != nil {
		attribution = fmt.Sprintf("%+q", *d.Attribution)
	}
	return fmt.Sprintf("date %+q lead %+q body %+q attribution %s headline %+q", d.Date, d.Lead, d.Body, attribution, d.Headline)
}
