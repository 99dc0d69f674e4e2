package main

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/dateline-news/dateline/services/normalizer/fingerprint"
	"github.com/dateline-news/dateline/services/normalizer/stories"
)

// sample is an article of the set: of a family (a text and what was made of it),
// made by an edit or a template; made is empty for the text itself.
type sample struct {
	family    int
	made      string
	source    string
	signature *fingerprint.Signature
}

// Reports of a template come from one source, or each from another.
const (
	oneSource   = ", one source"
	manySources = ", as many sources"
)

// set makes the articles in the order in which they come: all texts with the
// reports of templates among them, then all copies. Each text has one copy by each edit.
func set(random *rand.Rand, texts []text, reports int) []sample {
	var originals, copies []sample
	add := func(to *[]sample, family int, made, source string, t text) {
		if s := fingerprint.Of(t); s != nil {
			*to = append(*to, sample{family, made, source, s})
		}
	}
	for family, t := range texts {
		add(&originals, family, "", fmt.Sprint("paper", family), t)
		for _, e := range edits() {
			add(&copies, family, e.name, e.name, e.do(random, t))
		}
	}
	family := len(texts)
	for range reports {
		for _, k := range templates() {
			add(&originals, family, k.name+oneSource, k.name, k.make(random))
			add(&originals, family+1, k.name+manySources, fmt.Sprint("portal", family), k.make(random))
			family += 2
		}
	}
	random.Shuffle(len(originals), func(i, j int) { originals[i], originals[j] = originals[j], originals[i] })
	random.Shuffle(len(copies), func(i, j int) { copies[i], copies[j] = copies[j], copies[i] })
	return append(originals, copies...)
}

// result counts what became of the articles of one kind.
type result struct {
	all   int
	right int // joined a story whose first is of its family
	wrong int // joined another
}

// run gives the articles to the stories, and counts by what made them.
func run(c stories.Config, samples []sample) map[string]*result {
	state := stories.New(c)
	results := map[string]*result{}
	families := make(map[string]int, len(samples))
	for i, s := range samples {
		a := article(i, s.signature)
		a.Source = s.source
		families[a.ID.String()] = s.family
		_, story := state.Take(a)
		r := results[s.made]
		if r == nil {
			r = &result{}
			results[s.made] = r
		}
		r.all++
		switch {
		case story == nil:
		case families[story.FirstID] == s.family:
			r.right++
		default:
			r.wrong++
		}
	}
	return results
}

// apart gives reports of one source and of many to stories of their own, so that
// neither joins the other.
func apart(c stories.Config, samples []sample) map[string]*result {
	without := func(sources string) []sample {
		return slices.DeleteFunc(slices.Clone(samples), func(s sample) bool { return strings.HasSuffix(s.made, sources) })
	}
	results := run(c, without(manySources))
	for made, r := range run(c, without(oneSource)) {
		if strings.HasSuffix(made, manySources) {
			results[made] = r
		}
	}
	return results
}

func article(i int, s *fingerprint.Signature) stories.Article {
	at := time.Unix(1_800_000_000, 0).Add(time.Duration(i) * time.Second).UTC()
	a := stories.Article{Revision: 1, Source: "paper_example", Seq: uint64(i + 1), Stored: at, Fetched: at, Signature: s}
	binary.BigEndian.PutUint64(a.ID[:], uint64(i+1))
	return a
}

// score is the figures of one choice of thresholds.
type score struct{ precision, recall, f1 float64 }

// total counts copies and texts: of those that joined a story, how many joined
// their own (precision), and of the copies, how many did (recall). Reports of
// templates are left out.
func total(results map[string]*result) score {
	var all, right, wrong int
	for _, e := range edits() {
		if r := results[e.name]; r != nil {
			all, right, wrong = all+r.all, right+r.right, wrong+r.wrong
		}
	}
	if r := results[""]; r != nil {
		wrong += r.wrong + r.right // a text is no copy
	}
	s := score{precision: float64(right) / float64(max(right+wrong, 1)), recall: float64(right) / float64(max(all, 1))}
	if s.precision+s.recall > 0 {
		s.f1 = 2 * s.precision * s.recall / (s.precision + s.recall)
	}
	return s
}

// cost is what an article costs.
type cost struct {
	sign, take float64 // seconds of CPU
	bytes      float64
}

// measure times signing the texts, and taking n articles of which one in five is a
// copy of an earlier one.
func measure(random *rand.Rand, texts []text, n int) cost {
	var c cost
	begun := cpu()
	for _, t := range texts {
		fingerprint.Of(t)
	}
	c.sign = (cpu() - begun) / float64(len(texts))

	signatures := make([]*fingerprint.Signature, n)
	for i := range signatures {
		if i%5 == 4 {
			signatures[i] = signatures[i-1-random.IntN(min(i, 1000))]
			continue
		}
		s := fingerprint.Signature{Shingles: 400}
		for b := range s.Least {
			s.Least[b] = random.Uint32()
		}
		signatures[i] = &s
	}
	config := stories.DefaultConfig()
	config.Articles, config.Window = n, 30*24*time.Hour
	before := heap()
	state := stories.New(config)
	begun = cpu()
	for i, s := range signatures {
		a := article(i, s)
		a.Source = fmt.Sprint("paper", i%97)
		state.Take(a)
	}
	c.take = (cpu() - begun) / float64(n)
	c.bytes = float64(heap()-before) / float64(n)
	runtime.KeepAlive(state)
	runtime.KeepAlive(signatures)
	return c
}

// cpu is the time that this process has used of its processors, in seconds.
func cpu() float64 {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u) // fails for a bad argument only
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()).Seconds()
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
