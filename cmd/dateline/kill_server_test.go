package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/bus/embedded"
	"github.com/dateline-news/dateline/pkg/bus/jobs"
	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/pkg/schema"
)

// serve is a NATS server as a process, until it is killed.
func serve(dir, listen string) int {
	s, err := embedded.Start(context.Background(), embedded.Options{Dir: dir, Listen: listen, Store: 20 << 30, SyncInterval: time.Minute})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer s.Close()
	select {}
}

// victims are a server and other processes on it, which are killed as by kill -9 at
// moments of chance and started again.
type victims struct {
	*testbed
	dir, listen string
	server      *exec.Cmd
	random      *rand.Rand
	worker      *exec.Cmd // nil where there is none
}

// newVictims starts a server that is set up.
func newVictims(t *testing.T) *victims {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	seed := bustest.Setting(t, "DATELINE_SEED", 1)
	v := &victims{dir: t.TempDir(), listen: l.Addr().String(), random: rand.New(rand.NewPCG(seed, 7))}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	v.testbed = &testbed{t: t, url: "nats://" + v.listen}
	v.serve()
	bustest.Eventually(t, func() (err error) {
		v.Bus, err = bus.Connect(t.Context(), bus.Options{URL: v.url, Name: "test"})
		return err
	})
	t.Cleanup(v.Close)
	if _, err := topology.New(topology.DefaultOptions()).Ensure(t.Context(), v.JetStream()); err != nil {
		t.Fatal(err)
	}
	return v
}

// serve starts the server on its store and its port.
func (v *victims) serve() {
	v.t.Helper()
	self, err := os.Executable()
	if err != nil {
		v.t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), "DATELINE_TEST_SERVER="+v.dir, "DATELINE_TEST_LISTEN="+v.listen)
	if err := cmd.Start(); err != nil {
		v.t.Fatal(err)
	}
	v.server = cmd
	v.t.Cleanup(func() { end(cmd) })
}

// work starts a normalizer, once there is a server again.
func (v *victims) work() {
	v.t.Helper()
	bustest.Eventually(v.t, v.Ready)
	cmd, _ := process(v.t, "normalizer", "--nats", v.url, "--http", "", "--log-level", "error", "--no-stories")
	v.worker = cmd
	v.t.Cleanup(func() { end(cmd) })
}

// end kills a process that may have ended.
func end(cmd *exec.Cmd) {
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
}

// moment lets a moment of chance pass, so long at most.
func (v *victims) moment(most time.Duration) {
	time.Sleep(time.Duration(v.random.Int64N(int64(most))))
}

// killServer kills the server, and starts it again a moment later.
func (v *victims) killServer() {
	v.t.Helper()
	end(v.server)
	v.moment(time.Second)
	v.serve()
}

// running waits until somebody works on the job.
func (v *victims) running(id string) {
	v.t.Helper()
	store, err := jobs.Open(v.t.Context(), v.Bus)
	if err != nil {
		v.t.Fatal(err)
	}
	bustest.Eventually(v.t, func() error {
		job, err := store.Get(v.t.Context(), id)
		if err == nil && job.State != schema.JobRunning {
			err = fmt.Errorf("job %s is %s", id, job.State)
		}
		return err
	})
}

// until runs the program until it ends well, again when the server was away for
// longer than it waits. meanwhile runs beside it, and is given the process.
func (v *victims) until(meanwhile func(*exec.Cmd), args ...string) {
	v.t.Helper()
	for try := range 20 {
		cmd, stderr := process(v.t, append(args, "--nats", v.url)...)
		hung := time.AfterFunc(2*bustest.Limit, func() { _ = cmd.Process.Kill() })
		if try == 0 {
			meanwhile(cmd)
		}
		err := cmd.Wait()
		hung.Stop()
		if err == nil {
			return
		}
		v.t.Logf("run %d ended with %v: %s", try, err, lastLine(stderr))
		bustest.Eventually(v.t, v.Ready)
	}
	v.t.Fatal("it does not come to its end")
}

func lastLine(stderr *bytes.Buffer) string {
	lines := strings.Split(strings.TrimSpace(stderr.String()), "\n")
	return lines[len(lines)-1]
}

// The server is killed, and the replayer too, while a stretch is replayed into a
// folder: it has the stretch, each message once and in order.
func TestKillServerOfAReplay(t *testing.T) {
	t.Parallel()
	v := newVictims(t)
	const count = 6000
	var all []bus.Message
	for i := range count {
		all = append(all, v.enriched(sample(i, 1)))
	}
	for part := range slices.Chunk(all, 500) {
		v.publish(part...)
	}
	to := filepath.Join(t.TempDir(), "out")
	v.until(func(cmd *exec.Cmd) {
		v.running("kills")
		for range 2 {
			v.moment(1200 * time.Millisecond)
			v.killServer()
		}
		v.moment(time.Second)
		_ = cmd.Process.Kill() // it may have ended
	}, "replay", "enriched", "--to", to+"/", "--job", "kills", "--rate", "1200/s")
	names, err := filepath.Glob(filepath.Join(to, "*.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, name := range names { // by day
		file, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		for lines := bufio.NewScanner(file); lines.Scan(); n++ {
			var e schema.Enriched
			if err := json.Unmarshal(lines.Bytes(), &e); err != nil || e.ID != sample(n, 1).ID {
				t.Fatalf("message %d of %s is %s: %v", n, name, e.ID, err)
			}
		}
		_ = file.Close() // it was only read
	}
	if n != count {
		t.Errorf("%d messages in %v, want %d", n, names, count)
	}
}

// document is an item that the normalizer makes an article of.
func (v *victims) document(n int) bus.Message {
	v.t.Helper()
	item := schema.Item{
		Feed: schema.FeedRef{ID: "0123456789abcdef", URL: "https://example.org/feed", Title: "Example", Language: "en"}, Format: schema.FormatRSS,
		Fetch: schema.Fetch{URL: "https://example.org/feed", Status: 200, FetchedAt: time.Date(2026, 3, 1, 12, 0, n, 0, time.UTC)},
		Document: fmt.Sprintf(`<rss version="2.0"><channel><title>Example</title><item><title>Harbour report %d</title><link>https://example.org/%d</link>`+
			`<pubDate>Sun, 01 Mar 2026 10:00:00 GMT</pubDate><description>The water stood at mark %d this morning.</description></item></channel></rss>`, n, n, n),
	}
	return v.message(v.Root().Item("example_org"), item, bus.Message{Type: schema.TypeItemFound, ID: fmt.Sprint("item-", n), Dedup: true})
}

// The server and the workers are killed while items, of the stream or of an archive,
// are normalized again into shadow: each article is there once.
func TestKillServerOfABackfill(t *testing.T) {
	t.Parallel()
	for name, archived := range map[string]bool{"of a stream": false, "of an archive": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := newVictims(t)
			const count = 1500
			var all []bus.Message
			for i := range count {
				all = append(all, v.document(i))
			}
			for part := range slices.Chunk(all, 500) {
				v.publish(part...)
			}
			args := []string{"backfill", "normalizer", "--job", "kills", "--rate", "400/s"}
			if archived {
				args = append(args, "--from", v.exported("items", schema.StreamItems))
			} else {
				v.ok(append(args, "--no-wait")...)
				args = []string{"jobs", "watch", "kills"}
			}
			v.work()
			v.until(func(*exec.Cmd) {
				v.running("kills")
				for range 2 {
					v.moment(1500 * time.Millisecond)
					v.killServer()
					v.moment(time.Second)
					end(v.worker)
					v.work()
				}
			}, args...)
			made := map[string]int{}
			filter := v.Root().Replay("kills", "article.>")
			for d, err := range v.Read(t.Context(), bus.ReadOptions{Stream: schema.StreamReplay, Filters: []string{filter}}) {
				a, decodeErr := bus.Decode[schema.Article](d)
				if err != nil || decodeErr != nil {
					t.Fatal(err, decodeErr)
				}
				made[a.Headline]++
			}
			for headline, n := range made {
				if n != 1 {
					t.Errorf("%s: %d times", headline, n)
				}
			}
			if len(made) != count {
				t.Errorf("%d articles, want %d", len(made), count)
			}
		})
	}
}
