package feed_test

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/feed"
)

// damages are what may happen to a document on its way, each at a random place.
var damages = map[string]struct {
	apply func(r *rand.Rand, b []byte) []byte
	keep  float64 // the share of items that must survive: what feedparser keeps
}{
	"an invalid byte": {func(r *rand.Rand, b []byte) []byte {
		return slices.Insert(b, r.IntN(len(b)), 0xff)
	}, 0.999},
	"a byte changed": {func(r *rand.Rand, b []byte) []byte {
		b[r.IntN(len(b))] = byte(' ' + r.IntN(95))
		return b
	}, 0.999},
	"truncated": {func(r *rand.Rand, b []byte) []byte {
		return b[:len(b)/4+r.IntN(len(b)*3/4)]
	}, 0.60},
	"64 bytes missing": {func(r *rand.Rand, b []byte) []byte {
		i := r.IntN(len(b) - 64)
		return slices.Delete(b, i, i+64)
	}, 0.991},
	"a close tag missing": {func(r *rand.Rand, b []byte) []byte {
		tags := closeTag.FindAllIndex(b, -1)
		tag := tags[r.IntN(len(tags))]
		return slices.Delete(b, tag[0], tag[1])
	}, 0.997},
	"a stray <": {func(r *rand.Rand, b []byte) []byte {
		return slices.Insert(b, r.IntN(len(b)), '<', ' ')
	}, 0.999},
	"a stray &": {func(r *rand.Rand, b []byte) []byte {
		return slices.Insert(b, r.IntN(len(b)), '&')
	}, 0.999},
}

var starts = regexp.MustCompile(`<(atom:)?(item|entry)[> ]`)
var closeTag = regexp.MustCompile(`</[a-zA-Z:]+>`)

func TestDamage(t *testing.T) {
	dir := shared(t)
	for name, damage := range damages {
		t.Run(name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(1, 2))
			all, kept, upper := 0, 0,0
			mean, feeds := 0., 0.
			for _, s := range samples(t, dir) {
				if s.items < 5 || strings.HasSuffix(s.file, ".json") || !strings.HasPrefix(s.file, "real/") {
					continue
				}
				body, err := os.ReadFile(filepath.Join(dir, s.file))
				if err != nil {
					t.Fatal(err)
				}
				for range 20 {
					bd := damage.apply(r, bytes.Clone(body))
					whole, _, _ := feed.Read(body, s.contentType, feed.DefaultLimits())
					d, _, err := feed.Read(bd, s.contentType, feed.DefaultLimits())
					all += len(whole.Items)
					upper += len(starts.FindAll(bd,-1))
					kept += min(len(d.Items), len(whole.Items))
					mean += float64(min(len(d.Items), len(whole.Items)))/float64(len(whole.Items))
					feeds++
					if n := len(d.Items) - len(whole.Items); err != nil || (n < -1 || n > 0) && name != "truncated" {
						t.Logf("%s: %d items of %d, %v", s.file, len(d.Items), len(whole.Items), err)
					}
					if len(d.Items) > 0 {
						checkOne(t, d, r.IntN(len(d.Items)))
					}
				}
			}
			share := float64(kept) / float64(all)
			t.Logf("%.4f of %d items kept, mean by feed %.4f", share, all, mean/feeds)
t.Log(kept, upper, float64(kept)/float64(upper))
			if share < damage.keep {
				t.Errorf("%.4f of %d items kept, want %.4f", share, all, damage.keep)
			}
		})
	}
}
