package stories_test

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/normalizer/fingerprint"
	"github.com/dateline-news/dateline/services/normalizer/stories"
)

// day is when the tests' first articles were fetched.
var day = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// text is the signature of numbered words.
func text(from, n int) *fingerprint.Signature {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "word%d ", from+i)
	}
	return fingerprint.Of([]string{b.String()})
}

// article is a revision of an article by number, fetched and stored at a time.
func article(number, revision int, seq uint64, at time.Time) stories.Article {
	a := stories.Article{Revision: revision, Source: fmt.Sprintf("paper%d_example", number), Seq: seq, Stored: at, Fetched: at}
	if _, err := hex.Decode(a.ID[:], []byte(id(number))); err != nil {
		panic(err)
	}
	return a
}

func id(number int) string { return schema.ArticleID(fmt.Sprint("https://example.org/", number)) }

// step is a message: article number, with words from begin, so many of them; none
// for a text that is too short, and -1 for a withdrawal.
type step struct {
	number, begin, words int
	after                time.Duration
}

// take feeds a state with steps, and returns what came of each: the verdict, and
// the members of the story by number, with how they are alike.
func take(s *stories.State, steps ...step) []string {
	revisions := map[int]int{}
	at := day
	var out []string
	for i, st := range steps {
		at = at.Add(st.after)
		revisions[st.number]++
		a := article(st.number, revisions[st.number], uint64(i+1), at)
		if st.words > 0 {
			a.Signature = text(st.begin, st.words)
		}
		a.Withdrawn = st.words < 0
		verdict, v := s.Take(a)
		out = append(out, strings.TrimSpace(string(verdict)+" "+describe(v)))
	}
	return out
}

// describe names the members of a story by their numbers.
func describe(v *schema.Story) string {
	if v == nil {
		return ""
	}
	numbers := map[string]int{}
	for n := range 1000 {
		numbers[id(n)] = n
	}
	var parts []string
	for _, m := range v.Members {
		part := fmt.Sprint(numbers[m.ArticleID])
		if m.Kind != schema.MemberFirst {
			part += fmt.Sprintf("=%s of %d", m.Kind, numbers[m.LikeID])
		}
		parts = append(parts, part)
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

func TestStories(t *testing.T) {
	t.Parallel()
	hour := time.Hour
	for name, test := range map[string]struct {
		config func(*stories.Config)
		steps  []step
		want   []string
	}{
		"unrelated": {nil, []step{{1, 0, 200, 0}, {2, 1000, 200, 0}}, []string{"alone", "alone"}},
		"a copy, and a copy of it": {nil, []step{{1, 0, 200, 0}, {2, 0, 200, hour}, {3, 0, 200, hour}},
			[]string{"alone", "joined [1, 2=duplicate of 1]", "joined [1, 2=duplicate of 1, 3=duplicate of 1]"}},
		"cut to a quarter": {nil, []step{{1, 0, 600, 0}, {2, 0, 150, 0}}, []string{"alone", "joined [1, 2=cut of 1]"}},
		"whole of a cut":   {nil, []step{{1, 0, 150, 0}, {2, 0, 600, 0}}, []string{"alone", "joined [1, 2=cut of 1]"}},
		"like the nearest": {nil, []step{{1, 0, 200, 0}, {2, 60, 200, 0}, {3, 50, 200, 0}},
			[]string{"alone", "joined [1, 2=duplicate of 1]", "joined [1, 2=duplicate of 1, 3=duplicate of 2]"}},
		"a bridge joins the nearer story and merges none": {nil, []step{{1, 0, 200, 0}, {2, 0, 200, 0}, {3, 150, 200, 0}, {4, 150, 200, 0}, {5, 80, 200, 0}},
			[]string{"alone", "joined [1, 2=duplicate of 1]", "alone", "joined [3, 4=duplicate of 3]", "joined [3, 4=duplicate of 3, 5=duplicate of 3]"}},
		"after the window":  {nil, []step{{1, 0, 200, 0}, {2, 0, 200, 73 * hour}}, []string{"alone", "alone"}},
		"within the window": {nil, []step{{1, 0, 200, 0}, {2, 0, 200, 71 * hour}}, []string{"alone", "joined [1, 2=duplicate of 1]"}},
		"a chain is longer than the window": {nil, []step{{1, 0, 200, 0}, {2, 0, 200, 48 * hour}, {3, 0, 200, 48 * hour}},
			[]string{"alone", "joined [1, 2=duplicate of 1]", "joined [1, 2=duplicate of 1, 3=duplicate of 2]"}},
		"revision that makes it alike": {nil, []step{{1, 0, 200, 0}, {2, 1000, 200, 0}, {2, 0, 200, 0}},
			[]string{"alone", "alone", "joined [1, 2=duplicate of 1]"}},
		"revision replaces the signature": {nil, []step{{1, 0, 200, 0}, {1, 1000, 200, 0}, {2, 0, 200, 0}, {3, 1000, 200, 0}},
			[]string{"alone", "alone", "alone", "joined [1, 3=duplicate of 1]"}},
		"revision of a member": {nil, []step{{1, 0, 400, 0}, {2, 0, 400, 0}, {2, 0, 90, 0}, {2, 9000, 90, 0}},
			[]string{"alone", "joined [1, 2=duplicate of 1]", "revised [1, 2=cut of 1]", "revised [1, 2=cut of 1]"}},
		"too short":      {nil, []step{{1, 0, 0, 0}, {2, 0, 0, 0}}, []string{"short", "short"}},
		"shortened away": {nil, []step{{1, 0, 200, 0}, {1, 0, 0, 0}, {2, 0, 200, 0}}, []string{"alone", "short", "alone"}},
		"withdrawn": {nil, []step{{1, 0, 200, 0}, {2, 0, 200, 0}, {1, 0, -1, 0}, {3, 0, 200, 0}},
			[]string{"alone", "joined [1, 2=duplicate of 1]", "left [2]", "joined [2, 3=duplicate of 2]"}},
		"withdrawn alone": {nil, []step{{1, 0, 200, 0}, {1, 0, -1, 0}, {2, 0, 200, 0}}, []string{"alone", "gone", "alone"}},
		"all withdrawn": {nil, []step{{1, 0, 200, 0}, {2, 0, 200, 0}, {2, 0, -1, 0}, {1, 0, -1, 0}, {1, 0, 200, 0}},
			[]string{"alone", "joined [1, 2=duplicate of 1]", "left [1]", "left []", "alone"}},
		"a full story takes no more": {func(c *stories.Config) { c.Members = 2 },
			[]step{{1, 0, 200, 0}, {2, 0, 200, 0}, {3, 0, 200, 0}, {4, 0, 200, 0}},
			[]string{"alone", "joined [1, 2=duplicate of 1]", "alone", "joined [3, 4=duplicate of 3]"}},
		"the oldest go first": {func(c *stories.Config) { c.Articles = 3 },
			[]step{{1, 0, 200, 0}, {2, 1000, 200, 0}, {3, 2000, 200, 0}, {4, 0, 200, 0}, {5, 2000, 200, 0}},
			[]string{"alone", "alone", "alone", "alone", "joined [3, 5=duplicate of 3]"}},
		"stricter": {func(c *stories.Config) { c.Similarity, c.Containment = 0.9, 1 }, []step{{1, 0, 200, 0}, {2, 60, 200, 0}}, []string{"alone", "alone"}},
	} {
		t.Run(name, func(t *testing.T) {
			c := stories.DefaultConfig()
			if test.config != nil {
				test.config(&c)
			}
			if err := c.Validate(); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, take(stories.New(c), test.steps...)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Of two articles by one source more is asked, because one template makes many
// reports; and no report is a cut of another of its length.
func TestTemplates(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		begin, words  int
		want          stories.Verdict
		wantOfAnother stories.Verdict
	}{
		"half is the same":    {60, 200, stories.Alone, stories.Joined},
		"most is the same":    {10, 200, stories.Joined, stories.Joined},
		"a cut":               {0, 80, stories.Alone, stories.Joined},
		"a third is the same": {130, 200, stories.Alone, stories.Alone},
	} {
		for source, want := range map[string]stories.Verdict{"a": test.want, "b": test.wantOfAnother} {
			s := stories.New(stories.DefaultConfig())
			first, second := article(1, 1, 1, day), article(2, 1, 2, day)
			first.Source, second.Source = "a", source
			first.Signature, second.Signature = text(0, 200), text(test.begin, test.words)
			s.Take(first)
			if got, _ := s.Take(second); got != want {
				t.Errorf("%s, by %s: %s, want %s", name, source, got, want)
			}
		}
	}
}

// The whole of a version: what subscribers get.
func TestVersion(t *testing.T) {
	t.Parallel()
	s := stories.New(stories.DefaultConfig())
	first := article(1, 3, 10, day)
	first.Signature = text(0, 200)
	s.Take(first)
	second := article(2, 1, 17, day.Add(time.Hour))
	second.Signature = text(0, 190)
	_, got := s.Take(second)
	want := &schema.Story{
		ID: schema.StoryID(id(1), 3), Revision: 1, Event: schema.StoryJoined, ArticleID: id(2), ArticleSeq: 17, FirstID: id(1),
		Members: []schema.StoryMember{
			{ArticleID: id(1), Revision: 3, Source: "paper1_example", Kind: schema.MemberFirst, Similarity: 1, FetchedAt: day},
			{ArticleID: id(2), Revision: 1, Source: "paper2_example", Kind: schema.MemberDuplicate, Similarity: got.Members[1].Similarity, LikeID: id(1), FetchedAt: day.Add(time.Hour)},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if sim := got.Members[1].Similarity; sim < 0.9 || sim > 1 {
		t.Errorf("similarity %v", sim)
	}
}

// A phrase that thousands share costs no comparison with each, and is counted.
func TestHotBands(t *testing.T) {
	t.Parallel()
	s := stories.New(stories.DefaultConfig())
	for i := range 200 {
		a := article(i, 1, uint64(i+1), day)
		a.Signature = text(0, 60)
		for b := range a.Signature.Least[4:] {
			a.Signature.Least[4+b] = uint32(i*1000 + b) // two bands in common, no more
		}
		if verdict, _ := s.Take(a); verdict != stories.Alone {
			t.Fatalf("article %d: %s", i, verdict)
		}
	}
	if c := s.Counts(); c.Hot != 2*(200-65) || s.Counts() != (stories.Counts{}) {
		t.Errorf("%+v", c)
	}
}

// The bounds that were met are counted.
func TestCounts(t *testing.T) {
	t.Parallel()
	c := stories.DefaultConfig()
	c.Articles, c.Members = 3, 2
	s := stories.New(c)
	take(s, step{1, 0, 200, 0}, step{2, 0, 200, 0}, step{3, 0, 200, 0}, step{4, 1000, 200, 0}, step{5, 1000, 200, 0})
	if got := s.Counts(); got != (stories.Counts{Crowded: 2, Full: 1}) {
		t.Errorf("%+v", got)
	}
}

func TestConfig(t *testing.T) {
	t.Parallel()
	if err := stories.DefaultConfig().Validate(); err != nil {
		t.Error(err)
	}
	for name, change := range map[string]func(*stories.Config){
		"--stories-window":      func(c *stories.Config) { c.Window = time.Second },
		"--stories-articles":    func(c *stories.Config) { c.Articles = 0 },
		"--stories-similarity":  func(c *stories.Config) { c.Similarity = 1.1 },
		"--stories-containment": func(c *stories.Config) { c.Containment = 0 },
		"--stories-same-source": func(c *stories.Config) { c.SameSource = 0 },
		"--stories-members":     func(c *stories.Config) { c.Members = 1 },
	} {
		c := stories.DefaultConfig()
		change(&c)
		if err := c.Validate(); err == nil || !strings.HasPrefix(err.Error(), name+": got ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What a message must have to count.
func TestDecode(t *testing.T) {
	t.Parallel()
	signed := schema.Article{
		ID: id(1), Revision: 2, Fingerprint: text(0, 80).String(), Source: schema.Source{Token: "a"},
		Provenance: schema.Provenance{FetchedAt: day, Versions: map[string]string{"fingerprint": fingerprint.Version}},
	}
	for name, test := range map[string]struct {
		change func(*schema.Article)
		signed bool
		want   error
	}{
		"signed":          {func(*schema.Article) {}, true, nil},
		"unsigned":        {func(a *schema.Article) { a.Fingerprint = "" }, false, nil},
		"another version": {func(a *schema.Article) { a.Provenance.Versions = map[string]string{"fingerprint": "0"} }, false, nil},
		"damaged":         {func(a *schema.Article) { a.Fingerprint = a.Fingerprint[1:] }, false, nil},
		"withdrawn":       {func(a *schema.Article) { a.Event = schema.EventWithdrawn }, false, nil},
		"short id":        {func(a *schema.Article) { a.ID = "abc" }, false, stories.ErrArticle},
		"no hex id":       {func(a *schema.Article) { a.ID = strings.Repeat("x", 32) }, false, stories.ErrArticle},
	} {
		a := signed
		test.change(&a)
		data, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		got, err := stories.Decode(data, 5, day)
		if !errors.Is(err, test.want) || (got.Signature != nil) != test.signed {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
		if err == nil && (got.ID.String() != id(1) || got.Revision != 2 || got.Source != "a" || got.Seq != 5 || !got.Fetched.Equal(day) || !got.Stored.Equal(day)) {
			t.Errorf("%s: %+v", name, got)
		}
	}
	if _, err := stories.Decode([]byte("{"), 1, day); !errors.Is(err, stories.ErrArticle) {
		t.Errorf("no JSON: %v", err)
	}
}
