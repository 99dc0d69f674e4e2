package archive_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/dateline-news/dateline/internal/archive"
	"github.com/dateline-news/dateline/pkg/bus"
)

// benchMessages are messages of about the size of enriched articles, of words
// that are as alike as a language's.
func benchMessages(n int) memory {
	random := rand.New(rand.NewPCG(1, 2))
	words := make([]string, 5000)
	for i := range words {
		words[i] = fmt.Sprintf("w%x", random.Uint64N(1<<(8+random.UintN(24))))
	}
	all := messages(n)
	for i := range all {
		text := ""
		for range 800 {
			text += words[int(random.ExpFloat64()*200)%len(words)] + " "
		}
		all[i].Data = fmt.Appendf(nil, `{"id":"%032x","body":[%q]}`, i, text)
	}
	return all
}

const benchCount = 2000

func BenchmarkWrite(b *testing.B) {
	all := benchMessages(benchCount)
	b.ReportAllocs()
	for b.Loop() {
		b.SetBytes(benchWrite(b, all, newRAM()))
	}
}

// benchWrite returns the bytes of the messages.
func benchWrite(b *testing.B, all memory, s *ram) (size int64) {
	w, err := archive.NewWriter(b.Context(), s, options())
	if err == nil {
		_, err = archive.Copy(b.Context(), all, w, archive.CopyOptions{})
	}
	if err != nil {
		b.Fatal(err)
	}
	for _, d := range all {
		size += int64(len(d.Data))
	}
	return size
}

func BenchmarkRead(b *testing.B) {
	s := newRAM()
	b.SetBytes(benchWrite(b, benchMessages(benchCount), s))
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		for _, err := range archive.NewReader(s).Read(b.Context(), articles(bus.ReadOptions{})) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if n != benchCount {
			b.Fatalf("%d messages", n)
		}
	}
}
