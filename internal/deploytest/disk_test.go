package deploytest

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher"
)

// shortage is a pipeline of processes whose server has a small disk, or is not
// there. It is started again at the same address, as a supervisor would.
type shortage struct {
	*node
	access
	disk     bustest.Disk
	registry *fetcher.Registry
	admin    *bus.Bus
	fetcher  *worker
	press    *press
}

// fullDisk fills the disk of the server, then takes the server away.
func fullDisk(t *testing.T, programs string) {
	t.Parallel()
	s := newShortage(t, programs)
	s.idle(t, programs)
	s.fetcher = s.worker(t, programs, "fetcher", append(s.press.flags(), "--min-interval", "200ms", "--interval", "1s", "--host-spacing", "100ms")...)
	s.worker(t, programs, "normalizer")
	s.worker(t, programs, "enricher")
	s.press.register(t, s.registry)
	s.enriched(t)
	s.diskFull(t)
	s.natsDown(t)
	if got := s.arrivals(t); got != s.printed() {
		t.Errorf("%d articles are there, want %d, each once", got, s.printed())
	}
	for _, run := range s.runs {
		for _, line := range run.log("Violation") {
			t.Error(line)
		}
	}
}

func newShortage(t *testing.T, programs string) *shortage {
	t.Helper()
	s := &shortage{disk: bustest.NewDisk(t, 24<<20)}
	env, passwords := settings(s.disk.Dir)
	addresses := freeAddresses(t, 2)
	s.access = access{hosts: addresses[:1], passwords: passwords}
	s.node = &node{monitor: "http://" + addresses[1]}
	s.again = func() *process {
		return start(t, filepath.Join(programs, "nats-server"), env, "-c", config(), "-a", "127.0.0.1", "-p", port(addresses[0]), "-m", port(addresses[1]))
	}
	s.node.start()
	s.await(t, "Server is ready")
	s.admin, s.registry = setUp(t, programs, s.access)
	s.press = newPress(t, 1, 4, 300*time.Millisecond)
	return s
}

// printed is how many items the feeds have shown.
func (s *shortage) printed() (n int) {
	for _, one := range s.press.papers {
		n += one.items
	}
	return n
}

// print adds items to each feed.
func (s *shortage) print() {
	for _, one := range s.press.papers {
		one.print(10)
	}
}

// arrivals is how many articles are in ENRICHED; one that is there twice is an error.
func (s *shortage) arrivals(t *testing.T) int {
	t.Helper()
	seen := map[string]bool{}
	for d, err := range s.admin.Read(t.Context(), bus.ReadOptions{Stream: schema.StreamEnriched}) {
		if err != nil {
			t.Fatal(err)
		}
		e, err := bus.Decode[schema.Enriched](d)
		if err != nil || seen[e.ID] {
			t.Errorf("%s is there more than once: %v", d.Subject, err)
		}
		seen[e.ID] = true
	}
	return len(seen)
}

// enriched waits until all that the feeds have shown is.
func (s *shortage) enriched(t *testing.T) {
	t.Helper()
	bustest.Next(t, s.admin, s.printed(), schema.StreamEnriched)
}

// idle expects that a fetcher without a single feed finds out too.
func (s *shortage) idle(t *testing.T, programs string) {
	t.Helper()
	idler := s.worker(t, programs, "fetcher")
	if _, why := idler.becomes(t, http.StatusOK); why != "ready" {
		t.Errorf("at first: %s", why)
	}
	s.disk.Fill(t)
	red, why := idler.becomes(t, http.StatusServiceUnavailable)
	t.Logf("idle, full disk: red after %s: %s", red, why)
	idler.stop(t) // in good order, although it waits
	s.disk.Free(t)
	s.mended(t)
}

// diskFull expects that the fetcher stands still and says why, that the server does
// not recover when there is room again, and that the script has it started anew.
func (s *shortage) diskFull(t *testing.T) {
	t.Helper()
	s.disk.Fill(t)
	s.print()
	red, why := s.fetcher.becomes(t, http.StatusServiceUnavailable)
	t.Logf("full disk: red after %s: %s", red, why)
	s.fetcher.await(t, "nothing is fetched")
	s.standsStill(t)
	if out := s.mend(t, "1"); !strings.Contains(out, "0 MiB are free") {
		t.Errorf("with a full disk: %s", out)
	}
	s.disk.Free(t)
	freed := time.Now()
	s.standsStill(t)
	if status, why := s.fetcher.readyz(t); status != http.StatusServiceUnavailable {
		t.Errorf("the server recovers by itself now (%s): say so in docs/reliability.md", why)
	}
	mended := time.Now()
	s.mended(t)
	green, _ := s.fetcher.becomes(t, http.StatusOK)
	t.Logf("full disk: %s after there was room still red; green %s after the script has ended the server", mended.Sub(freed), green)
	s.enriched(t)
	t.Logf("full disk: all %d items enriched %s after that", s.printed(), time.Since(mended))
	bustest.Next(t, s.admin, 2, schema.StreamOps, "news.ops.paused.fetcher", "news.ops.resumed.fetcher")
	if out := s.mend(t, "8"); out != "" {
		t.Errorf("with nothing to mend: %s", out)
	}
}

// natsDown expects that the fetcher stands still while the server is not there, takes
// no more memory for that, and goes on when it is.
func (s *shortage) natsDown(t *testing.T) {
	t.Helper()
	s.kill()
	s.print()
	red, why := s.fetcher.becomes(t, http.StatusServiceUnavailable)
	t.Logf("NATS down: red after %s: %s", red, why)
	s.standsStill(t)
	before := s.fetcher.memory(t)
	s.standsStill(t)
	after := s.fetcher.memory(t)
	t.Logf("NATS down: %d MiB, a while later %d MiB", before>>20, after>>20)
	if after > before+16<<20 {
		t.Errorf("the fetcher's memory grows: %d, then %d", before, after)
	}
	up := time.Now()
	s.node.start()
	green, _ := s.fetcher.becomes(t, http.StatusOK)
	bustest.Eventually(t, s.admin.Ready) // it connects again too
	s.enriched(t)
	t.Logf("NATS down: green %s after its start, all items enriched after %s", green, time.Since(up))
}

// mended has the script end the server, and starts it again as a supervisor would.
func (s *shortage) mended(t *testing.T) {
	t.Helper()
	if out := s.mend(t, "8"); !strings.Contains(out, "could not be written") {
		t.Fatalf("with room: %s", out)
	}
	<-s.done
	s.node.start()
	bustest.Eventually(t, s.admin.Ready)
}

// mend runs the script, which is to end the server, and returns what it says.
func (s *shortage) mend(t *testing.T, free string) string {
	t.Helper()
	script := filepath.Join("..", "..", "deploy", "nats", "mend.sh")
	monitor := strings.TrimPrefix(s.monitor, "http://")
	out, err := exec.CommandContext(t.Context(), "sh", script, monitor, s.disk.Dir, free, "kill", "-9", strconv.Itoa(s.cmd.Process.Pid)).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v: %s", script, err, out)
	}
	return string(out)
}

// standsStill expects that no feed is asked for a while, once what was on its way
// is over.
func (s *shortage) standsStill(t *testing.T) {
	t.Helper()
	last, since := s.press.asked.Load(), time.Now()
	bustest.Eventually(t, func() error {
		if n := s.press.asked.Load(); n != last {
			last, since = n, time.Now()
		}
		if still := time.Since(since); still < time.Second {
			return fmt.Errorf("a feed was asked for %s ago", still)
		}
		return nil
	})
}

// readyz is what the worker's /readyz answers.
func (w *worker) readyz(t *testing.T) (status int, why string) {
	t.Helper()
	resp, err := http.Get(w.http + "/readyz")
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	if err := errors.Join(err, resp.Body.Close()); err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, strings.TrimSpace(string(body))
}

// becomes waits until /readyz has this status.
func (w *worker) becomes(t *testing.T, want int) (took time.Duration, why string) {
	t.Helper()
	begun := time.Now()
	bustest.EventuallyWithin(t, time.Minute, func() error {
		var status int
		if status, why = w.readyz(t); status != want {
			return fmt.Errorf("/readyz of %s is %d, want %d: %s", w.name, status, want, why)
		}
		return nil
	})
	return time.Since(begun), why
}

// memory is how many bytes of memory the worker has.
func (w *worker) memory(t *testing.T) int64 {
	t.Helper()
	resp, err := http.Get(w.http + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
		if value, ok := strings.CutPrefix(lines.Text(), "process_resident_memory_bytes "); ok {
			bytes, err := strconv.ParseFloat(value, 64)
			if err != nil {
				t.Fatal(err)
			}
			return int64(bytes)
		}
	}
	t.Fatal("no metric of memory")
	return 0
}
