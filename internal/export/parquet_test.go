package export_test

import (
	"bytes"
	"fmt"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"

	"github.com/dateline-news/dateline/internal/export"
	"github.com/dateline-news/dateline/internal/render"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
)

const (
	articlesFile = "articles-00000000000000000001.parquet"
	entitiesFile = "entities-00000000000000000001.parquet"
)

// rows are the rows of a table as maps, read by its own schema alone.
func rows(t *testing.T, data []byte) []map[string]any {
	t.Helper()
	f, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	all := make([]map[string]any, f.NumRows())
	for i := range all {
		all[i] = map[string]any{}
	}
	r := parquet.NewGenericReader[map[string]any](f, f.Schema())
	if n, err := r.Read(all); n != len(all) {
		t.Fatalf("%d rows of %d: %v", n, len(all), err)
	}
	return all
}

func TestParquet(t *testing.T) {
	all := memory{delivery(t, 1, "news.enriched.en.example_org.a", enriched(1)), delivery(t, 2, "news.enriched.en.example_org.b", schema.Enriched{})}
	s, left := write(t, t.TempDir(), export.FormatParquet, render.KindEnriched, all)
	if len(left) > 0 {
		t.Fatal(left)
	}
	articles := rows(t, file(t, s, "enriched", articlesFile))
	entities := rows(t, file(t, s, "enriched", entitiesFile))
	if len(articles) != 2 || len(entities) != 2 {
		t.Fatalf("%d articles, %d entities", len(articles), len(entities))
	}
	at := time.Date(2026, 3, 12, 9, 30, 0, 123_456_000, time.UTC).UnixMicro()
	for name, want := range map[string]any{
		"seq": uint64(1), "stored": born.Add(time.Second).UnixMicro(), "id": enriched(1).ID, "revision": int32(2), "event": "published",
		"date": int32(20524), "published": at, "fetched": at, "headline": enriched(1).Headline, "publication": "The Example", "section": "UK",
		"source": "example_org", "tdm_reserved": true, "item_seq": uint64(1), "dateline_place": "q1", "subject": all[0].Subject,
	} {
		if diff := cmp.Diff(plain(want), plain(articles[0][name])); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	for name, want := range map[string]string{
		"body": "[One. Two\t…]", "authors": "[A. Writer B. Writer]", "countries": "[NO]", "changed": "[lead]", "topics": "[sea]",
		"alternate_urls": "[https://m.example.org/x]", "categories": "[Sea]", "credits": "[(By C)]",
	} {
		if got := plain(articles[0][name]); got != want {
			t.Errorf("%s: got %v, want %s", name, got, want)
		}
	}
	if articles[1]["date"] != nil || articles[1]["published"] != nil || plain(articles[1]["body"]) != "[]" {
		t.Errorf("of an empty article: %v", articles[1])
	}
	first := entities[0]
	if plain(first["name"]) != "Norway" || plain(first["salience"]) != "0.5" || plain(first["article_id"]) != enriched(1).ID || plain(first["date"]) != "20524" {
		t.Errorf("entity: %v", first)
	}
}

// plain is a value as text, whatever the reader takes it for.
func plain(v any) string {
	if b, ok := v.([]byte); ok {
		return string(b)
	}
	return fmt.Sprint(v)
}

// Another reader, when it is there, finds the same: DuckDB or hyparquet by Node.
func TestParquetByAnotherReader(t *testing.T) {
	dir := t.TempDir()
	var all memory
	for i := range 50 {
		all = append(all, delivery(t, i+1, "news.enriched.en.example_org.a", enriched(i+1)))
	}
	write(t, dir, export.FormatParquet, render.KindEnriched, all)
	script := `
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
for (const path of process.argv.slice(1)) {
  const rows = await parquetReadObjects({ file: await asyncBufferFromFile(path), compressors })
  const r = rows[rows.length - 1]
  console.log(rows.length, Number(r.seq), r.headline ?? r.name, (r.date ?? '').toISOString?.().slice(0, 10), JSON.stringify(r.body ?? r.mentions.length), JSON.stringify(r.quotes?.[0]?.cue ?? ''))
}`
	got := node(t, "hyparquet", script, path(dir, "enriched", articlesFile), path(dir, "enriched", entitiesFile))
	want := fmt.Sprintf("50 50 %s 2026-03-12 [\"One.\",\"Two\\t…\"] \"said\"\n100 50 A. Writer 2026-03-12 0 \"\"\n", enriched(50).Headline)
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// node runs a script with a package of npm, in the folder that DATELINE_TEST_NODE
// names: make readers makes one.
func node(t *testing.T, module, script string, args ...string) string {
	t.Helper()
	dir := readers(t, module)
	cmd := exec.Command("node", append([]string{"--input-type=module", "-e", script, "--"}, args...)...)
	cmd.Dir = dir
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", module, err, stderr.String())
	}
	return string(out)
}

// What an article holds is bounded in memory by the row group.
func TestParquetMemoryIsBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("writes 300 MB")
	}
	e := enriched(1)
	e.Body = []string{strings.Repeat("Ice on the sea, again. ", 5000)} // 115 kB
	f, err := export.New(export.FormatParquet, render.KindEnriched)
	if err != nil {
		t.Fatal(err)
	}
	encoder, err := f.New(discards(len(f.Tables)))
	if err != nil {
		t.Fatal(err)
	}
	d := delivery(t, 1, "s", e)
	var after runtime.MemStats
	for i := range 2500 {
		d.Sequence = uint64(i + 1)
		if err := encoder.Add(d); err != nil {
			t.Fatal(err)
		}
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if err := encoder.Close(); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d MB of messages, %d MB of heap in use", 2500*len(d.Data)>>20, after.HeapInuse>>20)
	if after.HeapInuse > 200<<20 {
		t.Errorf("%d MB of heap in use", after.HeapInuse>>20)
	}
}

func TestLeftOut(t *testing.T) {
	bad := bus.Delivery{Stream: "S", Sequence: 1, Time: born, Subject: "s", Data: []byte("no JSON")}
	for _, test := range []struct{ format, kind string }{
		{export.FormatParquet, render.KindEnriched}, {export.FormatParquet, render.KindArticles}, {export.FormatNinjs, render.KindArticles}, {export.FormatWARC, render.KindItems},
	} {
		good := delivery(t, 2, "s", struct{}{})
		_, left := write(t, t.TempDir(), test.format, test.kind, memory{bad, good})
		if len(left) != 1 || !strings.Contains(left[0].Error(), "message 1 of S is left out") {
			t.Errorf("%v: %v", test, left)
		}
	}
}
