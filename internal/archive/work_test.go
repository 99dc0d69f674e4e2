package archive_test

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/dateline-news/dateline/internal/archive"
	"github.com/dateline-news/dateline/internal/store"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
)

// publish stores articles with the numbers from, to in ENRICHED.
func publish(t *testing.T, b *bus.Bus, from, to int) {
	t.Helper()
	var all []bus.Message
	for i := from; i < to; i++ {
		id := fmt.Sprintf("%032x", i)
		a := schema.Article{ID: id, Language: []string{"en", "de"}[i%2], Source: schema.Source{Token: "example_org"}}
		all = append(all, bus.Message{
			Subject: b.Root().Enriched(a), Data: fmt.Appendf(nil, `{"id": %q, "text": "<ä&>"}`, id), Type: schema.TypeArticleEnriched,
			ID: id + ":1", About: id, Revision: 1, Schema: "enriched", Expect: &bus.Expect{},
		})
	}
	if _, err := b.Publish(t.Context(), all...); err != nil {
		t.Fatal(err)
	}
}

func workOptions() archive.WorkOptions {
	return archive.WorkOptions{Streams: []string{schema.StreamEnriched, schema.StreamItems}, Consumer: "archiver", PartAge: 20 * time.Millisecond, PartBytes: 1000}
}

// work runs a worker; stop ends it.
func work(t *testing.T, b *bus.Bus, s store.Store) (stop func()) {
	t.Helper()
	return bustest.Start(t, func(ctx context.Context) error { return archive.Work(ctx, b, s, workOptions()) })
}

// archived waits until the consumer says that all up to a sequence is.
func archived(t *testing.T, b *bus.Bus, last uint64) {
	t.Helper()
	bustest.Eventually(t, func() error {
		c, err := b.JetStream().Consumer(t.Context(), schema.StreamEnriched, "archiver")
		if err != nil {
			return err
		}
		if got := c.CachedInfo().AckFloor.Stream; got != last {
			return fmt.Errorf("archived up to %d, want %d", got, last)
		}
		return nil
	})
}

func read(t *testing.T, from archive.Source, o bus.ReadOptions) []bus.Delivery {
	t.Helper()
	o.Stream = schema.StreamEnriched
	var all []bus.Delivery
	for d, err := range from.Read(t.Context(), o) {
		if err != nil {
			t.Fatal(err)
		}
		d.Time = d.Time.UTC()
		all = append(all, d)
	}
	return all
}

// An archive is to the byte what its stream is, for any stretch, through stops of
// the worker, and when the stream has let it go.
func TestArchiveOfAStream(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	s := dir(t, t.TempDir())
	publish(t, b, 0, 50)
	stop := work(t, b, s)
	archived(t, b, 50)
	publish(t, b, 50, 75)
	archived(t, b, 75)
	stop()
	publish(t, b, 75, 90)
	stop = work(t, b, s)
	archived(t, b, 90)
	stop()

	all := read(t, b, bus.ReadOptions{})
	r := archive.NewReader(s)
	for name, o := range map[string]bus.ReadOptions{
		"all": {}, "a filter": {Filters: []string{"news.enriched.de.*.*"}}, "from a sequence": {From: 33}, "beyond": {From: 91},
		"since": {Since: all[20].Time}, "until": {Until: all[60].Time}, "both": {Since: all[10].Time.Add(1), Until: all[80].Time.Add(1), Filters: []string{"news.enriched.en.>"}},
		"later": {Since: all[89].Time.Add(time.Second)},
	} {
		t.Run(name, func(t *testing.T) {
			want := read(t, b, o)
			same(t, want, read(t, r, o))
			o.Stream = schema.StreamEnriched
			if n, err := r.Count(t.Context(), o); err != nil || n != uint64(len(want)) {
				t.Errorf("count: %d, %v, want %d", n, err, len(want))
			}
		})
	}
	stream, err := b.JetStream().Stream(t.Context(), schema.StreamEnriched)
	if err == nil {
		err = stream.Purge(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	same(t, all, read(t, r, bus.ReadOptions{}))
	publish(t, b, 90, 95)
	work(t, b, s)
	archived(t, b, 95)
	held, err := r.Held(t.Context(), schema.StreamEnriched)
	if got := read(t, r, bus.ReadOptions{}); err != nil || held.Last != 95 || len(got) != 95 {
		t.Errorf("after the purge: %d messages, held %+v: %v", len(got), held, err)
	}
}

// A new worker on an empty consumer goes on after the archive, not the consumer.
func TestTheArchiveKnowsItsPlace(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	s := dir(t, t.TempDir())
	publish(t, b, 0, 10)
	stop := work(t, b, s)
	archived(t, b, 10)
	stop()
	before := names(t, s)
	if err := archive.Forget(t.Context(), b, workOptions()); err != nil {
		t.Fatal(err)
	}
	if _, err := b.JetStream().Consumer(t.Context(), schema.StreamEnriched, "archiver"); err == nil {
		t.Error("the consumer is still there")
	}
	if err := archive.Forget(t.Context(), b, workOptions()); err != nil {
		t.Errorf("a second time: %v", err)
	}
	work(t, b, s)
	archived(t, b, 10)
	if diff := cmp.Diff(before, names(t, s)); diff != "" {
		t.Errorf("written again:\n%s", diff)
	}
}

// A stream that was made anew under its name is not mixed with the old one.
func TestAnotherStreamIsRefused(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	s := dir(t, t.TempDir())
	publish(t, b, 0, 3)
	stop := work(t, b, s)
	archived(t, b, 3)
	stop()
	stream, err := b.JetStream().Stream(t.Context(), schema.StreamEnriched)
	if err != nil {
		t.Fatal(err)
	}
	config := stream.CachedInfo().Config
	if err := b.JetStream().DeleteStream(t.Context(), schema.StreamEnriched); err != nil {
		t.Fatal(err)
	}
	if err := archive.Work(t.Context(), b, s, workOptions()); err == nil {
		t.Error("no stream, no error")
	}
	if _, err := b.JetStream().CreateStream(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	err = archive.Work(t.Context(), b, s, workOptions())
	if err == nil {
		t.Error("another stream of the name is taken for the old one")
	}
	t.Log(err)
}

// failing is a store that cannot be written for a while.
type failing struct {
	store.Store
	left int
}

func (f *failing) Create() (store.File, error) {
	if f.left--; f.left >= 0 {
		return nil, os.ErrPermission
	}
	return f.Store.Create()
}

func TestAFailingStoreIsTriedAgain(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	publish(t, b, 0, 5)
	s := dir(t, t.TempDir())
	o := workOptions()
	o.Streams = o.Streams[:1]
	bustest.Start(t, func(ctx context.Context) error { return archive.Work(ctx, b, &failing{Store: s, left: 1}, o) })
	archived(t, b, 5)
	same(t, read(t, b, bus.ReadOptions{}), read(t, archive.NewReader(s), bus.ReadOptions{}))
}

// The consumer that keeps the place delivers nothing to anybody.
func TestTheMarkIsNoWork(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	publish(t, b, 0, 5)
	work(t, b, dir(t, t.TempDir()))
	archived(t, b, 5)
	c, err := b.JetStream().Consumer(t.Context(), schema.StreamEnriched, "archiver")
	if err != nil {
		t.Fatal(err)
	}
	info := c.CachedInfo()
	if info.NumPending != 0 || info.NumAckPending != 0 || info.Config.AckPolicy != jetstream.AckExplicitPolicy {
		t.Errorf("pending %d, unacked %d", info.NumPending, info.NumAckPending)
	}
}
