package feed_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/dateline-news/dateline/pkg/feed"
	"github.com/dateline-news/dateline/pkg/feed/cut"
	"github.com/dateline-news/dateline/pkg/feed/decode"
	"github.com/dateline-news/dateline/pkg/feed/guard"
)

// checkSkim holds the one promise of cut.Skim: if the regions that it guesses are
// the items of an earlier document, then reading the body finds these and nothing
// else. It reports whether they are.
func checkSkim(t *testing.T, known [][]byte, body []byte, contentType string) bool {
	t.Helper()
	regions, ok := cut.Skim(body)
	if !ok || !slices.EqualFunc(regions, known, bytes.Equal) {
		return false
	}
	d, info, err := feed.Read(body, contentType, feed.DefaultLimits())
	if errors.Is(err, guard.ErrHostile) || errors.Is(err, decode.ErrTooLarge) {
		return true // So nothing new is found.
	}
	if err != nil || d.Torn || d.TornItem || len(d.Deleted) > 0 || len(d.Sitemaps) > 0 {
		t.Errorf("skimmed, but torn %v %v, %d deleted, %d sitemaps, %v: %+v in %.2000q", d.Torn, d.TornItem, len(d.Deleted), len(d.Sitemaps), err, info, body)
	}
	if !slices.EqualFunc(d.Items, known, bytes.Equal) {
		t.Errorf("skimmed, but there are %d items, not the %d known ones: %+v in %.2000q", len(d.Items), len(known), info, body)
	}
	return true
}

// skimmable are bodies with what is in them.
type skimmable struct {
	name, contentType string
	body              []byte
	items             [][]byte
}

// skimmables returns our own documents and all samples that are feeds.
func skimmables(t *testing.T) (all []skimmable) {
	t.Helper()
	add := func(name, contentType string, body []byte) {
		d, _, err := feed.Read(body, contentType, feed.DefaultLimits())
		if err == nil && len(d.Items) > 0 {
			all = append(all, skimmable{name: name, contentType: contentType, body: body, items: d.Items})
		}
	}
	add("paper of 10", "", []byte(paper(10)))
	add("paper of 25", "", []byte(paper(25)))
	add("JSON of 20", "", []byte(jsonPaper(20)))
	dir := sharedDir()
	if dir == "" {
		t.Log("no sample feeds: own documents only")
		return all
	}
	for _, s := range samples(t, dir) {
		body, err := os.ReadFile(filepath.Join(dir, s.file))
		if err != nil {
			t.Fatal(err)
		}
		add(s.file, s.contentType, body)
	}
	return all
}

// TestSkimSamples reads each document again: nearly all are skimmed. What is in
// another charset, torn or damaged must not be.
func TestSkimSamples(t *testing.T) {
	all := skimmables(t)
	n := 0
	for _, s := range all {
		if checkSkim(t, s.items, s.body, s.contentType) {
			n++
			continue
		}
		t.Logf("not skimmed: %s", s.name)
	}
	t.Logf("%d of %d documents are skimmed", n, len(all))
	if n*10 < len(all)*6 {
		t.Errorf("only %d of %d documents are skimmed", n, len(all))
	}
}

// TestSkimDamage damages documents whose items are known.
func TestSkimDamage(t *testing.T) {
	all := skimmables(t)
	for _, damage := range damages {
		r := rand.New(rand.NewPCG(5, 6))
		skimmed, times := 0, 10*tries(t)
		for i := range times {
			s := all[i%len(all)]
			if len(s.body) < 128 || damage.name == "a close tag missing" && !closeTag.Match(s.body) {
				continue
			}
			body, _ := damage.apply(r, bytes.Clone(s.body))
			if checkSkim(t, s.items, body, s.contentType) {
				skimmed++
			}
		}
		t.Logf("%-21s %d times, %d skimmed", damage.name, times, skimmed)
	}
}
