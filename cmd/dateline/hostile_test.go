package main

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/bus/jobs"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher"
	"github.com/dateline-news/dateline/services/fetcher"
)

// evil is a text that names a terminal, clears it, turns it round, begins lines, a formula,
// a script and a path out of a folder.
const evil = "=cmd|'/C x'!A0 ../../escaped <script>alert(1)</script> \x1b]0;owned\a \u009b31m\x1b[2J \u202ename\u2066\r\nFORGED line\u2028\u0085 \x7f\x00"

// poison sets every text in a value, however deep, to evil, and every list and map to one
// element of that.
func poison(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(evil)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		poison(v.Elem())
	case reflect.Slice:
		if v.Type().Elem().Kind() != reflect.Uint8 {
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
			poison(v.Index(0))
		}
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		poison(key)
		poison(value)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type() != reflect.TypeFor[time.Time]() && v.Type().Field(i).IsExported() {
				poison(v.Field(i))
			}
		}
	case reflect.Int, reflect.Int64:
		v.SetInt(1)
	case reflect.Float64:
		v.SetFloat(1)
	}
}

// poisoned is a value with nothing but evil in it.
func poisoned[T any]() (v T) {
	poison(reflect.ValueOf(&v).Elem())
	return v
}

// hostileBed is a pipeline whose every message and record is evil in each of its fields,
// but for the ids and kinds that its keys and subjects are made of. It returns the ids of
// an article, a feed and an entity.
func hostileBed(t *testing.T) (bed *testbed, article, feed, entity string) {
	t.Helper()
	bed = newTestbed(t)
	const url = "https://evil.example/feed"
	f := poisoned[schema.Feed]()
	f.ID, f.URL, f.Interval = schema.FeedID(url), url, 60
	registry, err := fetcher.OpenRegistry(t.Context(), bed.Bus)
	if err != nil {
		t.Fatal(err)
	}
	if err := registry.Put(t.Context(), f); err != nil {
		t.Fatal(err)
	}
	poll := poisoned[schema.PollState]()
	poll.Next, poll.LastGood, poll.FeedID = time.Now().Add(time.Hour), time.Now(), f.ID
	bed.publish(bed.message(bed.Root().PollAt(f.ID), poll, bus.Message{ID: "poll"}))

	store, err := jobs.Open(t.Context(), bed.Bus)
	if err != nil {
		t.Fatal(err)
	}
	job := poisoned[schema.Job]()
	job.ID, job.State = "evil", schema.JobRunning
	if err := store.Create(t.Context(), job); err != nil {
		t.Fatal(err)
	}
	walk := job
	walk.ID, walk.Kind, walk.Stretch, walk.State = "walk", schema.JobHistory, nil, schema.JobFailed
	if err := store.Create(t.Context(), walk); err != nil {
		t.Fatal(err)
	}
	bed.host("evil.example", time.Now().Add(time.Hour))
	return bed, bed.hostileNews(), f.ID, "evil"
}

// hostileNews publishes an item, two revisions of an article with its entities, a story, an
// event, and dead letters, and returns the article's id.
func (bed *testbed) hostileNews() string {
	bed.t.Helper()
	item := bed.message(bed.Root().Item("example_org"), poisoned[schema.Item](), bus.Message{Type: schema.TypeItemFound, ID: "item", Dedup: true})
	seq := bed.publish(item)[0].Sequence
	letter := bus.DeadLetter{
		Root: bed.Root(), Stage: "normalizer", Source: "example_org", ID: "letter", Reason: evil, Subject: "news.item.x", Stream: "ITEMS", Sequence: seq,
	}
	for i, data := range []string{string(item.Data), evil} {
		m, err := letter.Compressed([]byte(data), i) // 0 cuts nothing, 1 is the beginning alone
		if err != nil {
			bed.t.Fatal(err)
		}
		m.ID += string(rune('a' + i))
		bed.publish(m)
	}
	base := sample(9, 1)
	for revision := 1; revision <= 2; revision++ {
		e := poisoned[schema.Enriched]()
		e.ID, e.Revision, e.Event, e.URL, e.Date, e.Language, e.Source.Token = base.ID, revision, base.Event, base.URL, base.Date, base.Language, base.Source.Token
		e.Headline, e.Attribution.Source = strings.Repeat(evil, revision), evil
		e.Entities[0].ID, e.Entities[0].Type, e.Entities[0].Salience = "evil", schema.Person, 0.5
		e.Extent, e.DateSource = base.Extent, base.DateSource
		bed.publish(bed.article(e.Article))
		for _, p := range enricher.Pointers(e, bed.publish(bed.enriched(e))[0].Sequence) {
			bed.publish(bed.message(bed.Root().Mention(e.Entities[0]), p, bus.Message{Type: schema.TypeEntityMentioned, ID: schema.MentionMessageID(p)}))
		}
	}
	story := poisoned[schema.Story]()
	bed.publish(bed.message(bed.Root().Story("evil"), story, bus.Message{Type: schema.TypeStoryChanged, ID: "story"}))
	health := poisoned[schema.Health]()
	bed.publish(bed.message(bed.Root().Ops("paused", "fetcher"), health, bus.Message{Type: schema.TypeHealth, ID: "health"}))
	return base.ID
}

// Text from outside moves no cursor, begins no line and shows no name but its own, in
// whichever command prints it, in whichever field it stands.
func TestOutputIsInert(t *testing.T) {
	t.Parallel()
	bed, article, feed, entity := hostileBed(t)
	file := write(t, "feed.xml", "<rss><channel><title>&#x202e;"+strings.ReplaceAll(evil, "<", "&lt;")+"</title><item><title>\u009b31m\x1b[2J&#x9b;31m</title><guid>a\u202e&#13;b</guid>")
	inert(t, []string{"feeds", "check", file}, runProgram(t.Context(), "feeds", "check", file))
	inert(t, []string{"feeds", "check"}, runProgram(t.Context(), "feeds", "check", "--output", "json", file))
	for _, line := range []string{
		"feeds ls", "feeds show " + feed, "feeds export", "feeds export --format csv", "feeds export --format txt",
		"hosts ls", "jobs ls", "jobs show evil", "jobs show walk", "jobs watch walk", "dead ls", "status", "why " + article,
		"get " + article, "get --revisions " + article, "get --format line " + article, "get --format ninjs " + article,
		"entities top", "entities show " + entity,
		"tail items", "tail articles", "tail enriched", "tail mentions", "tail stories", "tail dead", "tail ops",
		"tail enriched --format dated", "tail enriched --format ninjs",
	} {
		words := strings.Fields(line)
		if words[0] == "tail" {
			words = append(words, "--since", "1h", "--no-follow")
		}
		inert(t, words, bed.run(words...))
		if acts := strings.Join(words[:min(2, len(words))], " "); !slices.Contains([]string{"feeds export", "jobs watch"}, acts) && words[0] != "tail" && words[0] != "get" {
			inert(t, words, bed.run(append(words, "--output", "json")...))
		} else if words[0] == "tail" && len(words) == 5 {
			inert(t, words, bed.run(append(words, "--format", "json")...))
		}
	}
}

// inert looks at all that a run of the program has printed.
func inert(t *testing.T, args []string, r result) {
	t.Helper()
	line, all := strings.Join(args, " "), r.out+r.stderr
	if all == "" || r.code > 1 {
		t.Errorf("dateline %s shows nothing: exit code %d, %s", line, r.code, r.stderr)
	}
	at := max(strings.IndexFunc(all, unsafeRune), strings.Index("\n"+all, "\nFORGED"))
	if at >= 0 {
		t.Errorf("dateline %s: %q", line, all[max(0, at-40):min(len(all), at+40)])
	}
	t.Logf("dateline %s: exit code %d, %d bytes, %q", line, r.code, len(r.out), r.stderr)
}

// unsafeRune is of those that a terminal obeys: control characters but those of
// lines and columns, and marks of direction.
func unsafeRune(r rune) bool {
	return unicode.IsControl(r) && r != '\n' && r != '\t' || unicode.Is(unicode.Bidi_Control, r) || unicode.Is(unicode.Zl, r)
}

// What is exported goes nowhere but where it is told to, whatever stands in the articles.
func TestExportStaysInItsFolder(t *testing.T) {
	t.Parallel()
	bed, _, _, _ := hostileBed(t)
	root := t.TempDir()
	inside := filepath.Join(root, "deep", "deeper", "out")
	for _, args := range []string{
		"export", "export --format ninjs", "export --format jsonl", "export --format parquet", "export --format warc",
	} {
		to := filepath.Join(inside, strings.ReplaceAll(args, " ", "_"))
		r := bed.run(append(strings.Fields(args), "--to", to)...)
		t.Logf("%s: exit code %d: %s", args, r.code, r.stderr)
	}
	ctx, stop := context.WithCancel(t.Context())
	archived := make(chan result, 1)
	go func() {
		archived <- runProgram(ctx, "archive", "--nats", bed.url, "--roll", "1s", "--to", filepath.Join(inside, "archive"))
	}()
	bustest.Eventually(t, func() error { _, err := os.Stat(filepath.Join(inside, "archive")); return err })
	archiveIs(t, bed, filepath.Join(inside, "archive"))
	stop()
	if r := <-archived; r.code != 0 {
		t.Errorf("archive: %+v", r)
	}
	if err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		name, _ := filepath.Rel(root, path)
		if strings.Contains(name, "escaped") || strings.ContainsFunc(name, unsafeRune) || !d.IsDir() && !strings.HasPrefix(path, inside) {
			t.Errorf("written: %q", name)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if files, err := os.ReadDir(inside); err != nil || len(files) < 5 {
		t.Errorf("only %d of the exports wrote something: %v", len(files), err)
	}
}
