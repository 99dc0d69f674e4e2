package topology_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/pkg/schema"
)

var update = flag.Bool("update", false, "write the golden files anew")

// The whole topology is a contract: no setting of it changes unseen.
func TestTopologyIsTheContract(t *testing.T) {
	var out strings.Builder
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(topology.New(topology.DefaultOptions())); err != nil {
		t.Fatal(err)
	}
	bustest.Golden(t, *update, "topology.golden.json", out.String())
}

// What may be stored late may be so on one server only, and all else never.
func TestAsyncPersistence(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*topology.Options)
		async  []string
	}{
		"default":        {func(*topology.Options) {}, []string{"MENTIONS"}},
		"not fast":       {func(o *topology.Options) { o.Fast = false }, nil},
		"three replicas": {func(o *topology.Options) { o.Replicas = 3 }, nil},
		"five, not fast": {func(o *topology.Options) { o.Replicas, o.Fast = 5, false }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			o := topology.DefaultOptions()
			test.change(&o)
			top := topology.New(o)
			var async []string
			for _, s := range top.Streams {
				if s.PersistMode == jetstream.AsyncPersistMode {
					async = append(async, s.Name)
				}
				if s.Replicas != o.Replicas {
					t.Errorf("%s has %d replicas", s.Name, s.Replicas)
				}
			}
			for _, b := range top.Buckets {
				if b.Replicas != o.Replicas {
					t.Errorf("bucket %s has %d replicas", b.Bucket, b.Replicas)
				}
			}
			if !slices.Equal(async, test.async) {
				t.Errorf("stored late: %v, want %v", async, test.async)
			}
		})
	}
}

// A replica that was killed cannot always come back to a compressed stream.
func TestReplicasAreNotCompressed(t *testing.T) {
	for replicas, want := range map[int]jetstream.StoreCompression{1: jetstream.S2Compression, 3: jetstream.NoCompression, 5: jetstream.NoCompression} {
		o := topology.DefaultOptions()
		o.Replicas = replicas
		for _, s := range topology.New(o).Streams {
			if s.Name != schema.StreamPolls && s.Compression != want {
				t.Errorf("%d replicas: %s has compression %s, want %s", replicas, s.Name, s.Compression, want)
			}
		}
	}
}

// No limit of a stream that the pipeline works from drops a message; what may
// be dropped are pointers, events and stories, the oldest first. All limits together stay
// within what the operator gave.
func TestLimitsPushBack(t *testing.T) {
	o := topology.DefaultOptions()
	o.Store = 1 << 30
	top := topology.New(o)
	var sum int64
	for _, s := range top.Streams {
		sum += s.MaxBytes
		if s.Name == schema.StreamPolls {
			if s.MaxBytes != 0 || s.MaxAge != 0 || s.MaxMsgs != 0 {
				t.Errorf("POLLS has a limit, which would drop a feed's schedule: %+v", s)
			}
			continue
		}
		want := jetstream.DiscardNew
		if slices.Contains([]string{schema.StreamMentions, schema.StreamOps, schema.StreamStories}, s.Name) {
			want = jetstream.DiscardOld
		}
		if s.Discard != want {
			t.Errorf("%s discards %v, want %v", s.Name, s.Discard, want)
		}
		if s.MaxBytes <= 0 {
			t.Errorf("%s has no bound", s.Name)
		}
	}
	if sum > o.Store {
		t.Errorf("the streams take %d of %d bytes", sum, o.Store)
	}
	for _, c := range top.Consumers {
		if c.Config.MaxDeliver != -1 || len(c.Config.BackOff) > 0 || c.Config.AckPolicy != jetstream.AckExplicitPolicy {
			t.Errorf("consumer %s of %s: %+v", c.Config.Durable, c.Stream, c.Config)
		}
	}
}

// Every stream that the contract names is there, each subject of it in one.
func TestEverySubjectHasOneStream(t *testing.T) {
	b := bustest.New(t)
	root := b.Root()
	article := schema.Article{ID: "id", Language: "en", Source: schema.Source{Token: "example_org"}}
	for subject, want := range map[string]string{
		root.PollAt("f"):              schema.StreamPolls,
		root.PollDue("f"):             schema.StreamPolls,
		root.Found("example_org"):     schema.StreamFound,
		root.Item("example_org"):      schema.StreamItems,
		root.Article(article):         schema.StreamArticles,
		root.Enriched(article):        schema.StreamEnriched,
		root.Mention(schema.Entity{}): schema.StreamMentions,
		root.Story("id"):              schema.StreamStories,
		root.Dead("normalizer", "_"):  schema.StreamDead,
		root.Ops("failing", "f"):      schema.StreamOps,
		root.Replay("job", "item.x"):  schema.StreamReplay,
	} {
		if got, err := b.JetStream().StreamNameBySubject(t.Context(), subject); err != nil || got != want {
			t.Errorf("%s is in %q, want %s: %v", subject, got, want, err)
		}
	}
}

// Ensure changes what the operator may change, and keeps what it does not know.
func TestEnsureKeepsWhatAnOperatorAdded(t *testing.T) {
	b := bustest.New(t)
	stream, err := b.JetStream().Stream(t.Context(), schema.StreamItems)
	if err != nil {
		t.Fatal(err)
	}
	config := stream.CachedInfo().Config
	config.Description, config.Metadata, config.MaxBytes = "ours", map[string]string{"team": "desk"}, 1<<20
	if _, err := b.JetStream().UpdateStream(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	changes, err := topology.New(topology.DefaultOptions()).Ensure(t.Context(), b.JetStream())
	if err != nil || len(changes) != 1 || changes[0].Missing {
		t.Fatalf("got %v, %v", changes, err)
	}
	want := fmt.Sprintf("stream ITEMS: max_bytes: is %d, want %d", 1<<20, topology.DefaultOptions().Store/100*35)
	if got := changes[0].String(); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if stream, err = b.JetStream().Stream(t.Context(), schema.StreamItems); err != nil {
		t.Fatal(err)
	}
	if c := stream.CachedInfo().Config; c.Description != "ours" || c.Metadata["team"] != "desk" || c.MaxBytes == 1<<20 {
		t.Errorf("after: %+v", c)
	}
}

// A bucket and a consumer are compared and mended as streams are.
func TestEnsureMendsBucketsAndConsumers(t *testing.T) {
	b := bustest.New(t)
	js := b.JetStream()
	top := topology.New(topology.DefaultOptions())
	bucket := top.Buckets[0]
	bucket.History = 5
	if _, err := js.UpdateKeyValue(t.Context(), bucket); err != nil {
		t.Fatal(err)
	}
	if err := js.DeleteConsumer(t.Context(), schema.StreamArticles, topology.ConsumerEnricher); err != nil {
		t.Fatal(err)
	}
	changes, err := top.Ensure(t.Context(), js)
	if err != nil || len(changes) != 2 {
		t.Fatalf("got %v, %v", changes, err)
	}
	if got := changes[0].String(); got != "bucket feeds: history: is 5, want 1" {
		t.Errorf("got %q", got)
	}
	if got := changes[1].String(); got != "consumer ARTICLES/enricher: missing" {
		t.Errorf("got %q", got)
	}
	if changes, err = top.Check(t.Context(), js); err != nil || len(changes) != 0 {
		t.Errorf("after: %v, %v", changes, err)
	}
}

// What is known of hosts goes by itself, and is in memory in a cluster; all else is
// kept on disk.
func TestHostsAreForgotten(t *testing.T) {
	b := bustest.New(t)
	for _, replicas := range []int{3, 1} {
		o := topology.DefaultOptions()
		o.Replicas = replicas
		for _, bucket := range topology.New(o).Buckets {
			memory, hosts := bucket.Storage == jetstream.MemoryStorage, bucket.Bucket == schema.BucketHosts
			if memory != (hosts && replicas > 1) || (bucket.TTL > 24*time.Hour) != hosts {
				t.Errorf("%d replicas: bucket %s: in memory %v, age %s", replicas, bucket.Bucket, memory, bucket.TTL)
			}
		}
	}
	top := topology.New(topology.DefaultOptions())
	last := len(top.Buckets) - 1
	top.Buckets[last].TTL = time.Hour
	changes, err := top.Ensure(t.Context(), b.JetStream())
	if err != nil || len(changes) != 1 || changes[0].String() != "bucket hosts: ttl: is 25h0m0s, want 1h0m0s" {
		t.Fatalf("got %v, %v", changes, err)
	}
	if changes, err = top.Check(t.Context(), b.JetStream()); err != nil || len(changes) != 0 {
		t.Errorf("after: %v, %v", changes, err)
	}
}

// A bucket that an older release has made in memory is made anew on disk.
func TestEnsureMovesABucketToDisk(t *testing.T) {
	b := bustest.New(t)
	top := topology.New(topology.DefaultOptions())
	was := top.Buckets[len(top.Buckets)-1]
	was.Storage = jetstream.MemoryStorage
	if err := b.JetStream().DeleteKeyValue(t.Context(), was.Bucket); err != nil {
		t.Fatal(err)
	}
	if _, err := b.JetStream().CreateKeyValue(t.Context(), was); err != nil {
		t.Fatal(err)
	}
	changes, err := top.Ensure(t.Context(), b.JetStream())
	if err != nil || len(changes) != 1 || changes[0].String() != "bucket hosts: storage: is Memory, want File" {
		t.Fatalf("got %v, %v", changes, err)
	}
	if changes, err = top.Check(t.Context(), b.JetStream()); err != nil || len(changes) != 0 {
		t.Errorf("after: %v, %v", changes, err)
	}
}

// A schedule replaces the feed's last one by a rollup, so a stream without it
// would refuse every poll.
func TestEnsureAllowsRollups(t *testing.T) {
	b := bustest.Connect(t, bustest.Server(t), "test")
	top := topology.New(topology.DefaultOptions())
	polls := top.Streams[0]
	polls.AllowRollup, polls.AllowMsgSchedules = false, false
	if _, err := b.JetStream().CreateStream(t.Context(), polls); err != nil {
		t.Fatal(err)
	}
	changes, err := top.Ensure(t.Context(), b.JetStream())
	if err != nil || changes[0].Missing || len(changes[0].Differences) != 2 {
		t.Fatalf("got %v, %v", changes, err)
	}
	if changes, err = top.Check(t.Context(), b.JetStream()); err != nil || len(changes) != 0 {
		t.Errorf("after: %v, %v", changes, err)
	}
}

// What the server refuses is an error that names the part.
func TestEnsureSaysWhatIsWrong(t *testing.T) {
	b := bustest.New(t)
	for name, test := range map[string]struct {
		spoil func(*topology.Topology)
		says  string
	}{
		"stream":   {func(t *topology.Topology) { t.Streams[2].Retention = jetstream.WorkQueuePolicy }, "stream ITEMS: "},
		"bucket":   {func(t *topology.Topology) { t.Buckets[1].Bucket = "a b" }, "bucket a b: "},
		"consumer": {func(t *topology.Topology) { t.Consumers[0].Stream = "NONE" }, "consumer poller of NONE: "},
	} {
		t.Run(name, func(t *testing.T) {
			top := topology.New(topology.DefaultOptions())
			test.spoil(&top)
			if _, err := top.Ensure(t.Context(), b.JetStream()); err == nil || !strings.HasPrefix(err.Error(), test.says) {
				t.Errorf("got %v, want it to begin with %q", err, test.says)
			}
		})
	}
}
