package identity_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/normalizer/identity"
)

// version is a normalized article of a feed, fetched at a second.
func version(feed string, fetched int, headline string, extent schema.Extent) schema.Article {
	a := schema.Article{
		ID:         "id",
		Date:       "2024-05-01",
		DateSource: schema.DatePublished,
		Headline:   headline,
		Lead:       "Lead.",
		Body:       []string{"One.", "Two."},
		URL:        "https://example.com/a",
		Source:     schema.Source{Token: "example_com", FeedID: feed},
		Extent:     extent,
		Provenance: schema.Provenance{FetchedAt: time.Unix(int64(fetched), 0).UTC()},
	}
	a.ContentHash = a.Hash()
	return a
}

// stored is a version as it was published.
func stored(a schema.Article, event schema.Event, revision int) *schema.Article {
	a.Event, a.Revision = event, revision
	return &a
}

func TestDecide(t *testing.T) {
	const full, summary, headline = schema.ExtentFull, schema.ExtentSummary, schema.ExtentHeadline
	was := func(extent schema.Extent) *schema.Article {
		return stored(version("f", 10, "A", extent), schema.EventPublished, 3)
	}
	withdrawn := stored(version("f", 10, "A", summary), schema.EventWithdrawn, 3)
	withdrawal := func(feed string, fetched int) schema.Article {
		return schema.Article{
			ID: "id", Source: schema.Source{Token: "example_com", FeedID: feed}, Event: schema.EventWithdrawn,
			Provenance: schema.Provenance{FetchedAt: time.Unix(int64(fetched), 0).UTC()},
		}
	}
	gone := func(feed string, fetched int) schema.Article {
		a := version(feed, fetched, "B", full)
		a.Event = schema.EventWithdrawn
		return a
	}
	archived := func(a schema.Article) schema.Article {
		a.Provenance.History = "history-f"
		return a
	}
	old := stored(archived(version("f", 10, "A", summary)), schema.EventPublished, 1)
	taken := stored(archived(version("f", 10, "A", summary)), schema.EventWithdrawn, 2)
	for name, test := range map[string]struct {
		previous *schema.Article
		next     schema.Article
		want     identity.Verdict
	}{
		"nothing stored":                       {nil, version("f", 10, "A", full), identity.New},
		"other text, later":                    {was(summary), version("f", 11, "B", summary), identity.Revised},
		"other text, at the same time":         {was(summary), version("f", 10, "B", summary), identity.Stored},
		"other text, earlier":                  {was(summary), version("f", 9, "B", summary), identity.Superseded},
		"same text, later":                     {was(summary), version("f", 11, "A", summary), identity.Duplicate},
		"same text, at the same time":          {was(summary), version("f", 10, "A", summary), identity.Stored},
		"same text, earlier":                   {was(summary), version("f", 9, "A", summary), identity.Superseded},
		"own feed shows less":                  {was(full), version("f", 11, "B", headline), identity.Revised},
		"own feed shows more":                  {was(headline), version("f", 11, "B", full), identity.Revised},
		"other feed shows as much":             {was(summary), version("g", 11, "B", summary), identity.Duplicate},
		"other feed shows less":                {was(full), version("g", 11, "B", summary), identity.Duplicate},
		"other feed shows the whole":           {was(summary), version("g", 11, "B", full), identity.Revised},
		"other feed shows a summary":           {was(headline), version("g", 11, "B", summary), identity.Revised},
		"other feed shows more, earlier":       {was(summary), version("g", 9, "B", full), identity.Superseded},
		"other feed shows more, same time":     {was(summary), version("g", 10, "B", full), identity.Stored},
		"other feed shows more, says the same": {was(summary), version("g", 11, "A", full), identity.Duplicate},
		"extent unknown":                       {was(""), version("g", 11, "B", "x"), identity.Duplicate},
		"withdrawn, same text later":           {withdrawn, version("f", 11, "A", summary), identity.Revised},
		"withdrawn, other text later":          {withdrawn, version("f", 11, "B", summary), identity.Revised},
		"withdrawn, its last text again":       {withdrawn, version("f", 9, "A", summary), identity.Superseded},
		"withdrawn, other feed still has it":   {withdrawn, version("g", 11, "A", summary), identity.Duplicate},
		"archive, nothing stored":              {nil, archived(version("f", 10, "A", full)), identity.New},
		"archive says the same":                {was(summary), archived(version("f", 11, "A", summary)), identity.Duplicate},
		"archive says something else":          {was(summary), archived(version("f", 11, "B", summary)), identity.Superseded},
		"archive shows more":                   {was(summary), archived(version("f", 11, "B", full)), identity.Superseded},
		"archive of another feed":              {was(full), archived(version("g", 11, "B", summary)), identity.Duplicate},
		"archive of another feed shows more":   {was(summary), archived(version("g", 11, "B", full)), identity.Superseded},
		"archive of a withdrawn article":       {withdrawn, archived(version("f", 11, "B", summary)), identity.Superseded},
		"archived, then withdrawn, archived":   {taken, archived(version("f", 11, "B", summary)), identity.Superseded},
		"archived, then withdrawn, polled":     {taken, version("f", 11, "B", summary), identity.Revised},
		"archived, then polled":                {old, version("f", 11, "B", summary), identity.Revised},
		"archived, then polled, the same":      {old, version("f", 11, "A", summary), identity.Duplicate},
		"archived, polled before that":         {old, version("f", 9, "B", summary), identity.Revised},
		"archived, again":                      {old, archived(version("f", 10, "A", summary)), identity.Stored},
		"archived, another walk, the same":     {old, archived(version("f", 11, "A", summary)), identity.Duplicate},
		"archived, another walk, other text":   {old, archived(version("f", 11, "B", summary)), identity.Revised},
		"archived, an older document":          {old, archived(version("f", 9, "B", summary)), identity.Superseded},
		"withdrawn, other feed has more":       {withdrawn, version("g", 11, "B", full), identity.Duplicate},
		"withdrawal":                           {was(full), withdrawal("f", 11), identity.Withdrawn},
		"withdrawal, earlier":                  {was(full), withdrawal("f", 9), identity.Superseded},
		"withdrawal, come again":               {was(full), withdrawal("f", 10), identity.Stored},
		"withdrawal by another feed":           {was(summary), withdrawal("g", 11), identity.Duplicate},
		"withdrawal of what is withdrawn":      {withdrawn, withdrawal("f", 11), identity.Duplicate},
		"withdrawal of nothing":                {nil, withdrawal("f", 11), identity.Unknown},
		"page gone":                            {was(summary), gone("f", 11), identity.Withdrawn},
		"page gone, in another feed":           {was(summary), gone("g", 11), identity.Duplicate},
		"page gone at first sight":             {nil, gone("f", 11), identity.New},
	} {
		t.Run(name, func(t *testing.T) {
			got, verdict := identity.Decide(test.previous, test.next)
			if verdict != test.want {
				t.Fatalf("got %s, want %s", verdict, test.want)
			}
			switch verdict {
			case identity.New:
				checkFirst(t, got, test.next)
			case identity.Revised:
				checkRevision(t, got, *test.previous, test.next)
			case identity.Withdrawn:
				checkWithdrawn(t, got, *test.previous, test.next)
			case identity.Unknown: // there is nothing to compare with
			default:
				if diff := cmp.Diff(*test.previous, got); diff != "" {
					t.Errorf("not what is stored:\n%s", diff)
				}
			}
		})
	}
}

func checkFirst(t *testing.T, got, next schema.Article) {
	t.Helper()
	next.Event, next.Revision = schema.EventPublished, 1
	if diff := cmp.Diff(next, got); diff != "" {
		t.Errorf("first revision:\n%s", diff)
	}
}

func checkRevision(t *testing.T, got, previous, next schema.Article) {
	t.Helper()
	if got.Event != schema.EventRevised || got.Revision != previous.Revision+1 {
		t.Errorf("got %s %d after %d", got.Event, got.Revision, previous.Revision)
	}
	if got.PreviousHash != previous.ContentHash || got.ContentHash != got.Hash() {
		t.Errorf("got hash %s after %s", got.ContentHash, got.PreviousHash)
	}
	if got.Headline != next.Headline || got.Source != next.Source || got.Provenance.FetchedAt != next.Provenance.FetchedAt {
		t.Errorf("got %+v, want what %+v says", got, next)
	}
}

// checkWithdrawn checks that the text stays and all else is of the withdrawal.
func checkWithdrawn(t *testing.T, got, previous, next schema.Article) {
	t.Helper()
	previous.Event, previous.Revision, previous.PreviousHash = schema.EventWithdrawn, previous.Revision+1, previous.ContentHash
	previous.Changed, previous.Provenance = []string{"event"}, next.Provenance
	if diff := cmp.Diff(previous, got); diff != "" {
		t.Errorf("withdrawn:\n%s", diff)
	}
}

func TestDecideKeepsFirstDate(t *testing.T) {
	previous := stored(version("f", 10, "A", schema.ExtentFull), schema.EventPublished, 1)
	next := version("f", 11, "A", schema.ExtentFull)
	next.Date, next.DateSource = "2024-05-03", schema.DateUpdated
	next.ContentHash = next.Hash()
	if _, verdict := identity.Decide(previous, next); verdict != identity.Duplicate {
		t.Errorf("another date alone: got %s, want duplicate", verdict)
	}
	next.Headline = "B"
	got, _ := identity.Decide(previous, next)
	if got.Date != previous.Date || got.DateSource != previous.DateSource || got.ContentHash != got.Hash() {
		t.Errorf("got date %s by %s, want that of the first revision in the hash", got.Date, got.DateSource)
	}
}

func TestDecideNamesChanges(t *testing.T) {
	previous := version("f", 10, "A", schema.ExtentFull)
	for name, test := range map[string]struct {
		event  schema.Event
		change func(*schema.Article)
		want   []string
	}{
		"headline":       {schema.EventRevised, func(a *schema.Article) { a.Headline = "B" }, []string{"headline"}},
		"lead":           {schema.EventRevised, func(a *schema.Article) { a.Lead = "" }, []string{"lead"}},
		"body":           {schema.EventRevised, func(a *schema.Article) { a.Body = []string{"One. Two."} }, []string{"body"}},
		"withdrawn":      {schema.EventWithdrawn, func(*schema.Article) {}, []string{"event"}},
		"all":            {schema.EventWithdrawn, func(a *schema.Article) { a.Headline, a.Lead, a.Body = "B", "C", nil }, []string{"headline", "lead", "body", "event"}},
		"not the author": {schema.EventRevised, func(a *schema.Article) { a.Headline, a.Authors = "B", []string{"N"} }, []string{"headline"}},
	} {
		t.Run(name, func(t *testing.T) {
			next := version("f", 11, "A", schema.ExtentFull)
			test.change(&next)
			got, verdict := identity.Decide(stored(previous, test.event, 1), next)
			if verdict != identity.Revised || !slices.Equal(got.Changed, test.want) {
				t.Errorf("got %s %v, want revised %v", verdict, got.Changed, test.want)
			}
		})
	}
}

func TestDecideKeepsAddresses(t *testing.T) {
	previous := stored(version("f", 10, "A", schema.ExtentSummary), schema.EventPublished, 1)
	previous.URL = "https://www.example.com/a"
	previous.AlternateURLs = []string{"https://example.com/?p=1", "https://example.com/a", ""}
	next := version("g", 11, "B", schema.ExtentFull)
	next.AlternateURLs = []string{"https://example.com/?p=1"}
	got, _ := identity.Decide(previous, next)
	want := []string{"https://example.com/?p=1", "https://www.example.com/a"}
	if diff := cmp.Diff(want, got.AlternateURLs); diff != "" {
		t.Errorf("alternates:\n%s", diff)
	}
	for i := range 40 {
		next = version("f", 12+i, "B"+time.Duration(i).String(), schema.ExtentFull)
		next.URL += "?" + next.Headline
		got.Source.FeedID = "f"
		got, _ = identity.Decide(&got, next)
	}
	if len(got.AlternateURLs) != 16 {
		t.Errorf("got %d alternates after 40 addresses, want 16", len(got.AlternateURLs))
	}
}

// A text that comes back (A, B, A) is three revisions in order. When its B is late,
// the stored A is the first one, and B is later than that.
func TestDecideTextThatComesBack(t *testing.T) {
	a1 := version("f", 1, "A", schema.ExtentFull)
	b2 := version("f", 2, "B", schema.ExtentFull)
	a3 := version("f", 3, "A", schema.ExtentFull)
	for name, test := range map[string]struct {
		order []schema.Article
		want  []identity.Verdict
	}{
		"in order":      {[]schema.Article{a1, b2, a3}, []identity.Verdict{identity.New, identity.Revised, identity.Revised}},
		"B is late":     {[]schema.Article{a1, a3, b2}, []identity.Verdict{identity.New, identity.Duplicate, identity.Revised}},
		"A comes again": {[]schema.Article{a1, a3, b2, a3}, []identity.Verdict{identity.New, identity.Duplicate, identity.Revised, identity.Revised}},
		"first is late": {[]schema.Article{a3, b2, a1}, []identity.Verdict{identity.New, identity.Superseded, identity.Superseded}},
	} {
		t.Run(name, func(t *testing.T) {
			_, verdicts := deliver(nil, test.order)
			if diff := cmp.Diff(test.want, verdicts); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestVerdictString(t *testing.T) {
	for verdict, want := range map[identity.Verdict]string{
		identity.New: "new", identity.Revised: "revised", identity.Duplicate: "duplicate",
		identity.Superseded: "superseded", identity.Stored: "stored", 99: "unknown",
	} {
		if verdict.String() != want {
			t.Errorf("got %s, want %s", verdict, want)
		}
		if verdict.Publishes() != (want == "new" || want == "revised") {
			t.Errorf("%s: Publishes is %v", want, verdict.Publishes())
		}
	}
}
