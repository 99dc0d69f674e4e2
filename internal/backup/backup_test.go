package backup_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/dateline-news/dateline/internal/backup"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/pkg/schema"
)

func TestMain(m *testing.M) { bustest.Main(m) }

// stored is a message of a stream with where it stands.
type stored struct {
	Stream, Subject, Data string
	Sequence              uint64
	Time                  time.Time
	ID                    string
}

// all are the messages of some streams.
func all(t *testing.T, b *bus.Bus, streams ...string) (messages []stored) {
	t.Helper()
	for _, name := range streams {
		for d, err := range b.Read(t.Context(), bus.ReadOptions{Stream: name}) {
			if err != nil {
				t.Fatal(err)
			}
			messages = append(messages, stored{d.Stream, d.Subject, string(d.Data), d.Sequence, d.Time, d.Header.Get(schema.HeaderID)})
		}
	}
	return messages
}

// item publishes an item.
func item(t *testing.T, b *bus.Bus, id string) {
	t.Helper()
	_, err := b.Publish(t.Context(), bus.Message{Subject: b.Root().Item("example_org"), Data: []byte(`"` + id + `"`), ID: id, Dedup: true})
	if err != nil {
		t.Fatal(err)
	}
}

// acknowledge takes messages of ITEMS as the normalizer and acknowledges them.
func acknowledge(t *testing.T, b *bus.Bus, n int) {
	t.Helper()
	c, err := b.JetStream().Consumer(t.Context(), schema.StreamItems, topology.ConsumerNormalizer)
	if err != nil {
		t.Fatal(err)
	}
	batch, err := c.Fetch(n)
	if err != nil {
		t.Fatal(err)
	}
	for m := range batch.Messages() {
		if err := m.DoubleAck(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// write keeps what b holds in a new folder.
func write(t *testing.T, b *bus.Bus) (dir string, m backup.Manifest) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "backup")
	told := 0
	m, err := backup.Write(t.Context(), b, dir, func(backup.Stream) { told++ })
	if err != nil {
		t.Fatal(err)
	}
	if told != len(m.Streams) {
		t.Errorf("told of %d streams, kept %d", told, len(m.Streams))
	}
	return dir, m
}

func restore(t *testing.T, dir string) (*bus.Bus, error) {
	t.Helper()
	b := bustest.Connect(t, bustest.Server(t), "test")
	return b, backup.Restore(t.Context(), b, dir, 0, func(backup.Stream) {})
}

// What was there is there again: messages with their sequences and times, what is
// acknowledged, buckets, and settings. (The window of message ids is not: the server
// forgets it until it is started again.)
func TestRestore(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	for i := range 20 {
		item(t, b, fmt.Sprint("item-", i))
	}
	acknowledge(t, b, 7)
	streams := []string{schema.StreamItems, "KV_" + schema.BucketFeeds}
	kv, err := b.JetStream().KeyValue(t.Context(), schema.BucketFeeds)
	if err != nil {
		t.Fatal(err)
	}
	for _, value := range []string{"old", "new"} {
		if _, err := kv.Put(t.Context(), "feed", []byte(value)); err != nil {
			t.Fatal(err)
		}
	}
	want := all(t, b, streams...)
	dir, m := write(t, b)

	back, err := restore(t, dir)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, all(t, back, streams...)); diff != "" {
		t.Errorf("messages (-before +after):\n%s", diff)
	}
	if changes, err := topology.New(topology.DefaultOptions()).Check(t.Context(), back.JetStream()); err != nil || len(changes) > 0 {
		t.Errorf("after the restore: %v, %v", changes, err)
	}
	c, err := back.JetStream().Consumer(t.Context(), schema.StreamItems, topology.ConsumerNormalizer)
	if err != nil {
		t.Fatal(err)
	}
	if info := c.CachedInfo(); info.AckFloor.Stream != 7 || info.NumPending != 13 {
		t.Errorf("the normalizer is at %d with %d ahead, want 7 and 13", info.AckFloor.Stream, info.NumPending)
	}
	item(t, back, "item-20")
	if got := all(t, back, schema.StreamItems); len(got) != 21 || got[20].Sequence != 21 {
		t.Errorf("after one more item there are %d", len(got))
	}
	for _, s := range m.Streams {
		if s.Name == schema.StreamItems && (s.State.Messages != 20 || s.State.Last != 20 || s.Bytes == 0 || s.State.Consumers != 1) {
			t.Errorf("the manifest says %+v", s)
		}
	}
}

// A poll that was ahead comes when its time has come, one that has gone by at once.
func TestPollsComeAfterARestore(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	for feed, at := range map[string]time.Time{"soon": time.Now().Add(time.Second), "later": time.Now().Add(time.Hour)} {
		_, err := b.Publish(t.Context(), bus.Message{
			Subject: b.Root().PollAt(feed), Data: []byte(`{}`),
			Header: map[string]string{"Nats-Schedule": "@at " + at.UTC().Format(time.RFC3339Nano), "Nats-Schedule-Target": b.Root().PollDue(feed)},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	dir, _ := write(t, b)
	due := func(b *bus.Bus) func() error {
		return func() error { return polls(t, b, b.Root().PollDue("soon")) }
	}
	bustest.Eventually(t, due(b)) // by now it is overdue in the backup
	back, err := restore(t, dir)
	if err != nil {
		t.Fatal(err)
	}
	bustest.Eventually(t, due(back))
	if err := polls(t, back, back.Root().PollAt("later")); err != nil {
		t.Errorf("the poll that is later: %v", err)
	}
	if err := polls(t, back, back.Root().PollDue("later")); !errors.Is(err, jetstream.ErrMsgNotFound) {
		t.Errorf("the poll that is later is due: %v", err)
	}
}

// polls is nil when POLLS has a message on the subject.
func polls(t *testing.T, b *bus.Bus, subject string) error {
	t.Helper()
	s, err := b.JetStream().Stream(t.Context(), schema.StreamPolls)
	if err == nil {
		_, err = s.GetLastMsgForSubject(t.Context(), subject)
	}
	return err
}

// Every stream and bucket of the topology is kept, along the way of a message.
func TestEveryStreamIsKept(t *testing.T) {
	t.Parallel()
	server := bustest.Server(t)
	papers, err := bus.Connect(t.Context(), bus.Options{InProcess: server, Name: "test", Root: "papers"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(papers.Close)
	o := topology.DefaultOptions()
	o.Root = papers.Root()
	top := topology.New(o)
	if _, err := top.Ensure(t.Context(), papers.JetStream()); err != nil {
		t.Fatal(err)
	}
	_, m := write(t, papers)
	var want, got []string
	for _, s := range top.Streams {
		want = append(want, s.Name)
	}
	for _, b := range top.Buckets {
		want = append(want, "KV_"+b.Bucket)
	}
	for _, s := range m.Streams {
		got = append(got, s.Name)
	}
	for before, after := range map[string]string{
		"PAPERS_POLLS": "KV_papers_feedmemory", "KV_papers_feedmemory": "PAPERS_FOUND", "PAPERS_FOUND": "PAPERS_ITEMS",
		"PAPERS_ITEMS": "PAPERS_ARTICLES", "PAPERS_ARTICLES": "PAPERS_ENRICHED", "PAPERS_ENRICHED": "PAPERS_MENTIONS",
	} {
		if slices.Index(got, before) > slices.Index(got, after) {
			t.Errorf("%s is kept after %s", before, after)
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("streams (-want +got):\n%s", diff)
	}
	if m.Root != "papers" || m.Server == "" || m.Ended.Before(m.Begun) {
		t.Errorf("the manifest says %+v", m)
	}
}

// A bucket in memory, as a cluster has one, is left out.
func TestMemoryIsLeftOut(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	if err := b.JetStream().DeleteKeyValue(t.Context(), schema.BucketHosts); err != nil {
		t.Fatal(err)
	}
	if _, err := b.JetStream().CreateKeyValue(t.Context(), jetstream.KeyValueConfig{Bucket: schema.BucketHosts, Storage: jetstream.MemoryStorage}); err != nil {
		t.Fatal(err)
	}
	dir, m := write(t, b)
	if slices.ContainsFunc(m.Streams, func(s backup.Stream) bool { return strings.HasSuffix(s.Name, schema.BucketHosts) }) {
		t.Error("it was kept")
	}
	back, err := restore(t, dir)
	if err != nil {
		t.Fatal(err)
	}
	changes, err := topology.New(topology.DefaultOptions()).Ensure(t.Context(), back.JetStream())
	if err != nil || len(changes) != 1 || changes[0].String() != "bucket hosts: missing" {
		t.Errorf("setup after the restore: %v, %v", changes, err)
	}
}

// A backup may come back with other replicas than it was made with.
func TestReplicas(t *testing.T) {
	t.Parallel()
	dir, _ := write(t, bustest.New(t))
	b := bustest.Connect(t, bustest.Server(t), "test")
	err := backup.Restore(t.Context(), b, dir, 3, func(backup.Stream) {})
	if err == nil || !strings.Contains(err.Error(), "replicas > 1 not supported in non-clustered mode") {
		t.Errorf("three replicas on one server: %v", err)
	}
	if err := backup.Restore(t.Context(), b, dir, 1, func(backup.Stream) {}); err != nil {
		t.Error(err)
	}
}

// Nothing is changed by what is wrong.
func TestRestoreRefuses(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	item(t, b, "one")
	dir, m := write(t, b)
	i := slices.IndexFunc(m.Streams, func(s backup.Stream) bool { return s.Name == schema.StreamItems })
	for name, test := range map[string]struct {
		spoil func(t *testing.T, dir string)
		is    error
		says  string
	}{
		"no manifest":    {func(t *testing.T, dir string) { remove(t, dir, "backup.json") }, os.ErrNotExist, "no backup"},
		"a file is gone": {func(t *testing.T, dir string) { remove(t, dir, m.Streams[i].File) }, backup.ErrDamaged, "ITEMS.snapshot"},
		"a byte changed": {func(t *testing.T, dir string) { change(t, dir, m.Streams[i].File, func(d []byte) { d[len(d)/2]++ }) }, backup.ErrDamaged, "not the file that was written"},
		"no JSON":        {func(t *testing.T, dir string) { replace(t, dir, `{`, `[`) }, backup.ErrDamaged, "backup.json"},
		"a later format": {func(t *testing.T, dir string) { replace(t, dir, `"format": 1`, `"format": 2`) }, nil, "another release"},
		"a file outside": {func(t *testing.T, dir string) { replace(t, dir, `"ITEMS.snapshot"`, `"../ITEMS.snapshot"`) }, backup.ErrDamaged, "ITEMS"},
		"another root":   {func(t *testing.T, dir string) { replace(t, dir, `"root": "news"`, `"root": "papers"`) }, nil, "--root papers"},
		"as it was":      {func(*testing.T, string) {}, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			spoilt := filepath.Join(t.TempDir(), "backup")
			if err := os.CopyFS(spoilt, os.DirFS(dir)); err != nil {
				t.Fatal(err)
			}
			test.spoil(t, spoilt)
			back, err := restore(t, spoilt)
			if test.says == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), test.says) || test.is != nil && !errors.Is(err, test.is) {
				t.Errorf("got %v, want %q", err, test.says)
			}
			for name := range back.JetStream().StreamNames(t.Context()).Name() {
				t.Errorf("stream %s was made", name)
			}
		})
	}
	if err := backup.Restore(t.Context(), b, dir, 0, func(backup.Stream) {}); !errors.Is(err, backup.ErrThere) {
		t.Errorf("onto the server that it is of: %v", err)
	}
	if _, err := backup.Write(t.Context(), b, dir, func(backup.Stream) {}); !errors.Is(err, backup.ErrThere) {
		t.Errorf("into the same folder: %v", err)
	}
}

func TestWriteBeforeSetup(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	b := bustest.Connect(t, bustest.Server(t), "test")
	if _, err := backup.Write(t.Context(), b, dir, func(backup.Stream) {}); !errors.Is(err, bus.ErrNotSetUp) {
		t.Errorf("got %v", err)
	}
	if _, err := backup.Read(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("an unfinished backup: %v", err)
	}
}

// What is kept may hold keys of publishers, so it is for its owner alone.
func TestFilesAreTheOwners(t *testing.T) {
	t.Parallel()
	dir, m := write(t, bustest.New(t))
	names := []string{"", "backup.json"}
	for _, s := range m.Streams {
		names = append(names, s.File)
	}
	for _, name := range names {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if mode := info.Mode().Perm(); mode&0o077 != 0 {
			t.Errorf("%q: mode %o", name, mode)
		}
	}
}

func remove(t *testing.T, dir, name string) {
	t.Helper()
	if err := os.Remove(filepath.Join(dir, name)); err != nil {
		t.Fatal(err)
	}
}

func change(t *testing.T, dir, name string, change func([]byte)) {
	t.Helper()
	path := filepath.Join(dir, name)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	change(data)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// replace replaces the first of a text in the manifest.
func replace(t *testing.T, dir, old, new string) {
	t.Helper()
	path := filepath.Join(dir, "backup.json")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.Replace(string(data), old, new, 1)
	if changed == string(data) {
		t.Fatalf("no %s in the manifest", old)
	}
	if err := os.WriteFile(path, []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
}
