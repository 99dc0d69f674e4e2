package training

import (
	"bytes"
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/services/enricher/internal/corpus"
	"github.com/dateline-news/dateline/services/enricher/internal/tagger"
)

func read(t *testing.T, s string) []corpus.Document {
	t.Helper()
	var b strings.Builder
	for _, word := range strings.Fields(s) {
		switch token, label, ok := strings.Cut(word, "/"); {
		case word == "|":
			b.WriteString("\n")
		case ok:
			b.WriteString(token + "\t" + label + "\n")
		default:
			b.WriteString(word + "\tO\n")
		}
	}
	docs, err := corpus.ReadCoNLL(strings.NewReader(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	return docs
}

func marked(d corpus.Document) string {
	var all []string
	for _, s := range d.Spans {
		all = append(all, d.Of(s)+"/"+s.Type)
	}
	return strings.Join(all, " ")
}

func few() Config {
	c := DefaultConfig()
	c.Epochs, c.MinCount, c.Made = 6, 1, 0
	return c
}

func quiet(int, float64, []byte) error { return nil }

func sets(t *testing.T) []Set {
	var b strings.Builder
	for _, name := range strings.Fields("Ana Bo Cy Dee Eve Fay Gus Hal Ivy Joe") {
		b.WriteString("then " + name + "/B-PER Zork/I-PER went to Paris/B-LOC . | the firm Zorbex/B-ORG hired " + name + "/B-PER . | ")
	}
	return []Set{{Name: "own", Documents: read(t, b.String()), Weight: 1}}
}

func TestTrain(t *testing.T) {
	c := few()
	var losses []float64
	data, err := Train(tagger.Info{Name: "x", Languages: []string{"en"}}, sets(t), tagger.NewLexicon(), c, func(epoch int, loss float64, _ []byte) error {
		losses = append(losses, loss)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(losses) != c.Epochs || losses[len(losses)-1] >= losses[0]/2 {
		t.Errorf("losses %v", losses)
	}
	m, err := tagger.Load(data)
	if err != nil {
		t.Fatal(err)
	}
	const text = "then Ana Zork went to Paris. the firm Zorbex hired Xu."
	var got []string
	for _, s := range tagger.NewTagger(m).Tag(nil, []string{text}) {
		got = append(got, text[s.Start:s.End])
	}
	if want := "Ana Zork|Paris|Zorbex|Xu"; strings.Join(got, "|") != want {
		t.Errorf("got %v", got)
	}
}

func TestTrainIsDeterministic(t *testing.T) {
	var models [3][]byte
	for i := range models {
		c := few()
		c.Made = 40
		c.Seed = uint64(i / 2)
		var err error
		if models[i], err = Train(tagger.Info{}, sets(t), tagger.NewLexicon(), c, quiet); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(models[0], models[1]) || bytes.Equal(models[0], models[2]) {
		t.Error("the seed does not make the model")
	}
}

func TestTrainErrors(t *testing.T) {
	if _, err := Train(tagger.Info{}, nil, tagger.NewLexicon(), few(), quiet); !errors.Is(err, ErrNoData) {
		t.Errorf("got %v", err)
	}
	bad := errors.New("bad")
	if _, err := Train(tagger.Info{}, sets(t), tagger.NewLexicon(), few(), func(int, float64, []byte) error { return bad }); !errors.Is(err, bad) {
		t.Errorf("got %v", err)
	}
}

// The gradient that a step follows is that of the loss: with all of it known, a
// small step makes the loss of the same segment smaller.
func TestStepsGoDown(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	d := data{labels: []tagger.Label{tagger.BeginPerson, tagger.InPerson, tagger.Outside, tagger.BeginLocation}}
	for i := range d.labels {
		d.features = append(d.features, uint32(i), uint32(4+i%2))
		d.ends = append(d.ends, uint64(len(d.features)))
	}
	s := segment{from: 0, to: 4, weight: 1}
	c := Config{Epochs: 1}
	tr := newTrainer(c, d, 6, random)
	last := math.Inf(1)
	for range 50 {
		loss := tr.learn(s, 0.1)
		if loss > last+1e-9 || loss < 0 {
			t.Fatalf("loss %v after %v", loss, last)
		}
		last = loss
	}
	if last > 0.5 {
		t.Errorf("loss %v", last)
	}
}

func TestMarginals(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 2))
	d := data{labels: make([]tagger.Label, 3), features: []uint32{0, 1, 2}, ends: []uint64{1, 2, 3}}
	tr := newTrainer(Config{}, d, 3, random)
	for i := range tr.features {
		for l := range tr.features[i] {
			tr.features[i][l] = random.Float32()*4 - 2
		}
	}
	tr.lattice = make([]cell, 3)
	tr.scores(segment{0, 3, 1})
	tr.exponentials()
	logZ := tr.forward()
	tr.backward()
	// All ways to label three tokens, one by one.
	var sum float64
	var want [3][labels]float64
	for n := range labels * labels * labels {
		way := [3]int{n % labels, n / labels % labels, n / labels / labels}
		p, before := 1.0, 0
		for i, l := range way {
			if !tagger.Label(l).Follows(tagger.Label(before)) {
				p = 0
			}
			p *= math.Exp(tr.lattice[i].score[l])
			before = l
		}
		sum += p
		for i, l := range way {
			want[i][l] += p
		}
	}
	if math.Abs(math.Log(sum)-logZ) > 1e-9 {
		t.Errorf("log of the sum: got %v, want %v", logZ, math.Log(sum))
	}
	for i := range tr.lattice {
		for l, p := range tr.lattice[i].marginals() {
			if math.Abs(p-want[i][l]/sum) > 1e-9 {
				t.Errorf("token %d, label %d: got %v, want %v", i, l, p, want[i][l]/sum)
			}
		}
	}
}

func TestTidy(t *testing.T) {
	l := tagger.NewLexicon()
	l.Name("U.S.", tagger.Country)
	l.Name("Zork City", tagger.LargeCity)
	l.Name("Chad", tagger.Country|tagger.FirstName)
	for _, test := range []struct {
		name, in, want string
		silver         bool
	}{
		{"compound", "U.S.-led/B-MISC x", "U.S./MISC", false},
		{"capital after a hyphen", "Rolls-Royce/B-ORG x", "Rolls-Royce/ORG", false},
		{"compounds that nobody has marked", "Bo/B-PER saw the U.S.-led talks near Ana/B-PER", "Bo/PER U.S./LOC Ana/PER", false},
		{"a compound of no country", "the world-led talks of Chad-led x", "", false},
		{"title", "Mr./B-PER Zork/I-PER x", "Zork/PER", false},
		{"titles", "Prime/B-PER Minister/I-PER Bo/I-PER Zork/I-PER x", "Bo Zork/PER", false},
		{"title alone", "President/B-PER x", "President/PER", false},
		{"country", "U.S./B-ORG x", "U.S./LOC", false},
		{"country that is a name", "Chad/B-PER x", "Chad/PER", false},
		{"city", "Zork/B-ORG City/I-ORG x", "Zork City/ORG", false},
		{"city in silver", "Zork/B-ORG City/I-ORG x", "Zork City/LOC", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := marked(tidier{l, test.silver}.tidy(read(t, test.in)[0])); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestCut(t *testing.T) {
	long := read(t, strings.Repeat("Ana/B-PER went . | ", 130))[0]
	parts := cut(long)
	n := 0
	for i, p := range parts {
		if len(p.Texts) > cutSentences || len(p.Spans) != len(p.Texts) {
			t.Errorf("part %d: %d sentences, %d spans", i, len(p.Texts), len(p.Spans))
		}
		for _, s := range p.Spans {
			if p.Of(s) != "Ana" {
				t.Errorf("part %d: got %q", i, p.Of(s))
			}
		}
		n += len(p.Texts)
	}
	if n != 130 {
		t.Errorf("%d sentences", n)
	}
	if short := read(t, "Ana went . | Bo went ."); len(cut(short[0])) != 1 {
		t.Error("a short document is cut")
	}
}

func TestSwap(t *testing.T) {
	pool := names{"PER": {"Xu Yin", "Yo"}, "LOC": {"Rome"}, "ORG": {"Acme"}}
	random := rand.New(rand.NewPCG(3, 3))
	d := read(t, "then Ana/B-PER Zork/I-PER left Paris/B-LOC | and Zork/B-PER of Zorbex/B-ORG stayed | in UN/B-ORG Paris/B-LOC")[0]
	swapped := 0
	for range 50 {
		got := pool.swap(d, random)
		if len(got.Spans) != len(d.Spans) || len(got.Texts) != len(d.Texts) {
			t.Fatalf("got %v", got)
		}
		if got.Of(got.Spans[1]) != got.Of(got.Spans[5]) || got.Of(got.Spans[4]) != "UN" {
			t.Errorf("got %s", marked(got))
		}
		switch person := got.Of(got.Spans[0]); person {
		case "Xu Yin":
			swapped++
			if got.Of(got.Spans[2]) != "Yin" {
				t.Errorf("got %s", marked(got))
			}
		case "Ana Zork":
		default:
			t.Errorf("got %s", person)
		}
		if !strings.HasPrefix(got.Texts[0], "then ") || !strings.HasSuffix(got.Texts[1], " stayed") {
			t.Errorf("got %q", got.Texts)
		}
	}
	if swapped < 25 {
		t.Errorf("%d of 50 swapped", swapped)
	}
}

func TestNamesAdd(t *testing.T) {
	n := names{}
	d := read(t, "Ana/B-PER ana/B-PER ANA/B-PER Ana/B-PER Zork/B-MISC "+strings.Repeat("Long", 20)+"/B-PER Ana/B-LOC")[0]
	n.add(d)
	if len(n["PER"]) != 2 || len(n["LOC"]) != 1 || len(n["MISC"]) != 0 {
		t.Errorf("got %v", n)
	}
}

func TestTemplates(t *testing.T) {
	m := maker{names{"PER": {"Xu Yin", "Ana de Zork"}, "LOC": {"Rome"}, "ORG": {"Acme"}}, rand.New(rand.NewPCG(4, 4))}
	types := map[string]int{}
	for _, d := range m.documents(20 * len(templates())) {
		if strings.ContainsAny(d.Texts[0], "{}") {
			t.Fatalf("got %q", d.Texts[0])
		}
		for _, s := range d.Spans {
			if s.Start >= s.End || strings.TrimSpace(d.Of(s)) != d.Of(s) {
				t.Fatalf("%q in %q", d.Of(s), d.Texts[0])
			}
			types[s.Type]++
		}
	}
	for _, typ := range []string{"PER", "ORG", "LOC"} {
		if types[typ] < 500 {
			t.Errorf("%d of %s", types[typ], typ)
		}
	}
}

func TestLexiconOfAFolder(t *testing.T) {
	l, err := ReadLexicon(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if l.Class("Mr.")&tagger.PersonTitle == 0 || l.Class("Gaza Strip")&tagger.Division == 0 || l.Class("Zork") != 0 {
		t.Error("our own words are not there")
	}
	places, err := ReadPlaces(t.TempDir())
	if err != nil || len(places) != 0 {
		t.Errorf("%v, %v", places, err)
	}
}
