package deploytest

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/fetchertest"
)

// history is every message of the streams that hold what was found, in order:
// where it stands, when it was stored, and what it is.
func history(t *testing.T, b *bus.Bus) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for _, name := range []string{schema.StreamItems, schema.StreamArticles, schema.StreamEnriched, schema.StreamMentions, "KV_" + schema.BucketFeeds} {
		for d, err := range b.Read(t.Context(), bus.ReadOptions{Stream: name}) {
			if err != nil {
				t.Fatal(err)
			}
			all[name] = append(all[name], fmt.Sprintf("%d %s %s %s %x", d.Sequence, d.Time.Format(time.RFC3339Nano), d.Subject, d.Header.Get(schema.HeaderID), sha256.Sum256(d.Data)))
		}
	}
	return all
}

// unitsOfAMachine follows the page for systemd: articles flow, also after all units
// were stopped and started. Then the store is lost twice, and what was in it comes
// back: once from `dateline backup`, once from a copy of the stopped server's folder.
func unitsOfAMachine(t *testing.T, programs string) {
	t.Parallel()
	m := newMachine(t, programs)
	m.up(t)
	site := fetchertest.New(t)
	feed := site.Feed("/feed.xml")
	items := fetchertest.Generate(fetchertest.Spec{Seed: 11, Count: 40, Words: 80, Base: site.URL("")})
	feed.SetItems(items[:10]...)
	m.admin(t, "dateline feeds add "+feed.URL())
	b := m.bus(t)
	settled(t, b, 10)
	m.looks(t)

	feed.SetItems(items[:20]...)
	m.down(t)
	m.up(t)
	m.admin(t, "dateline feeds refresh "+feed.URL())
	b = m.bus(t)
	settled(t, b, 20)

	want := history(t, b)
	folder := filepath.Join(m.root, "backup")
	m.admin(t, "dateline backup "+folder) // while all of it runs
	feed.SetItems(items[:30]...)
	m.admin(t, "dateline feeds refresh "+feed.URL())
	settled(t, b, 30) // which is not in the backup
	m.lose(t)
	m.start(t, "dateline-nats")
	m.running["dateline-nats"].await(t, "Server is ready")
	m.admin(t, "dateline restore "+folder)
	if out := m.admin(t, "dateline setup --check"); strings.TrimSpace(out) != "nothing to change" {
		t.Errorf("setup after the restore: %s", out)
	}
	b = m.bus(t)
	if diff := cmp.Diff(want, history(t, b)); diff != "" {
		t.Errorf("after the restore (-before +after):\n%s", diff)
	}

	m.again(t, b, feed.URL(), want)
	m.copied(t)
}

// again starts the services on restored streams: the feed is polled, and what came
// after the backup and is still in it comes again, each article once.
func (m *machine) again(t *testing.T, b *bus.Bus, feed string, want map[string][]string) {
	t.Helper()
	for _, name := range m.pipelineUnits(t)[1:] {
		m.start(t, name)
	}
	m.admin(t, "dateline feeds refresh "+feed)
	settled(t, b, 30)
	got := history(t, b)
	for name, before := range want {
		if len(got[name]) < len(before) {
			t.Fatalf("%s holds %d messages, and held %d", name, len(got[name]), len(before))
		}
		if diff := cmp.Diff(before, got[name][:len(before)]); diff != "" {
			t.Errorf("what was restored to %s has changed:\n%s", name, diff)
		}
	}
	arrived := map[string]bool{}
	for _, line := range got[schema.StreamEnriched] {
		arrived[strings.Fields(line)[2]] = true
	}
	if len(arrived) != 30 {
		t.Errorf("%d articles of 30 in %d messages", len(arrived), len(got[schema.StreamEnriched]))
	}
}

// copied keeps a copy of the stopped server's folder, loses the folder, and puts the
// copy there.
func (m *machine) copied(t *testing.T) {
	t.Helper()
	want := history(t, m.bus(t))
	m.down(t)
	kept := filepath.Join(m.root, "copy")
	if err := os.CopyFS(kept, os.DirFS(m.store())); err != nil {
		t.Fatal(err)
	}
	m.lose(t)
	if err := os.CopyFS(m.store(), os.DirFS(kept)); err != nil {
		t.Fatal(err)
	}
	m.up(t)
	if diff := cmp.Diff(want, history(t, m.bus(t))); diff != "" {
		t.Errorf("after the copy is back (-before +after):\n%s", diff)
	}
	m.down(t)
}

// lose kills everything, and destroys the store.
func (m *machine) lose(t *testing.T) {
	t.Helper()
	for name, p := range m.running {
		p.kill()
		delete(m.running, name)
	}
	if err := os.RemoveAll(m.store()); err != nil {
		t.Fatal(err)
	}
}

// settled waits until so many articles are enriched, and nothing is on its way.
func settled(t *testing.T, b *bus.Bus, articles int) {
	t.Helper()
	bustest.Next(t, b, articles, schema.StreamEnriched)
	for stream, consumer := range map[string]string{schema.StreamItems: "normalizer", schema.StreamArticles: "enricher"} {
		bustest.Eventually(t, func() error {
			c, err := b.JetStream().Consumer(t.Context(), stream, consumer)
			if err != nil {
				return err
			}
			if info := c.CachedInfo(); info.NumPending+uint64(info.NumAckPending) > 0 {
				return fmt.Errorf("the %s has %d in hand and %d ahead", consumer, info.NumAckPending, info.NumPending)
			}
			return nil
		})
	}
}

// looks expects that the commands that the page names find everything in order, for
// each of the users.
func (m *machine) looks(t *testing.T) {
	t.Helper()
	if out := m.admin(t, "dateline doctor --role admin --allow-net 127.0.0.0/8 --data "+m.store()); strings.Contains(out, "warn") || strings.Contains(out, "fail  ") {
		t.Errorf("the doctor says\n%s", out)
	}
	for _, user := range users {
		out := m.dateline(t, m.programs, user, "doctor", "--role", user, "--allow-net", "127.0.0.0/8")
		if !strings.Contains(out, "as "+user) || strings.Contains(out, "warn") {
			t.Errorf("the doctor says of %s\n%s", user, out)
		}
	}
	if out := m.admin(t, "dateline status"); !strings.Contains(out, "1 ok") {
		t.Errorf("status: %s", out)
	}
}
