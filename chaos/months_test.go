package chaos

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/fetchertest"
)

// The simulation fails builds with bugs, but for those that only quick polls show: make sim-bugs.
func TestSimulationFindsBugs(t *testing.T) {
	if os.Getenv("DATELINE_BUGS") == "" {
		t.Skip("it takes minutes; to run it: make sim-bugs")
	}
	tree, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	breach := regexp.MustCompile(`(?m)^ *(LOST|DUPLICATE|OUT OF ORDER|CORRUPT) [^0-9]`)
	for _, bug := range bugList() {
		name := bug.name
		if bug.slow != "" {
			t.Logf("%s: not tried: %s", name, bug.slow)
			continue
		}
		overlay, err := plant(tree, name, t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		out, err := exec.CommandContext(t.Context(), "go", "test", "-count=1", "-timeout=1h", "-overlay="+overlay, "-run=TestSimulation$", ".").CombinedOutput()
		breaches := breach.FindAll(out, -1)
		t.Logf("%s: %d breaches", name, len(breaches))
		if err == nil || len(breaches) == 0 {
			t.Errorf("%s is not caught: %v\n%s", name, err, out)
		}
	}
}

// parrot is a server that sends back what it gets.
type parrot struct{}

func (parrot) InProcessConn() (net.Conn, error) {
	here, there := net.Pipe()
	go func() {
		_, _ = io.Copy(there, there) // until it is hung up
		_ = there.Close()
	}()
	return here, nil
}

// exchange sends a text by a connection and returns what comes back.
func exchange(c net.Conn, text string) (string, error) {
	sent := make(chan error, 1)
	go func() {
		_, err := io.WriteString(c, text)
		sent <- err
	}()
	back := make([]byte, len(text))
	n, err := io.ReadFull(c, back)
	return string(back[:n]), errors.Join(err, <-sent)
}

func TestACableIsCut(t *testing.T) {
	for name, test := range map[string]struct {
		after int // bytes, there and back
		want  string
		whole bool
	}{
		"before":        {0, "", false},
		"while it asks": {3, "", false},
		"at the answer": {6, "", false},
		"within it":     {8, "", false},
		"after it":      {1000, "abcdef", true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newCable(func() nats.InProcessConnProvider { return parrot{} })
				c, err := l.InProcessConn()
				if err != nil {
					t.Fatal(err)
				}
				defer func() { _ = c.Close() }()
				l.cutAfter(test.after)
				got, err := exchange(c, "abcdef")
				if got != test.want || (err == nil) != test.whole || l.isDead() == test.whole {
					t.Errorf("got %q, %v, dead %v", got, err, l.isDead())
				}
				if _, err := l.InProcessConn(); (err == nil) != test.whole {
					t.Errorf("it connects again: %v", err)
				}
				l.hangUp()
			})
		})
	}
}

// A client whose server has gone connects to the next.
func TestACableIsHungUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var server nats.InProcessConnProvider = parrot{}
		l := newCable(func() nats.InProcessConnProvider { return server })
		c, err := l.InProcessConn()
		if err != nil {
			t.Fatal(err)
		}
		server = nil
		l.hangUp()
		if _, err := exchange(c, "x"); err == nil {
			t.Error("a connection that was hung up")
		}
		if _, err := l.InProcessConn(); err == nil {
			t.Error("a server that is gone")
		}
		server = parrot{}
		if c, err = l.InProcessConn(); err != nil {
			t.Fatal(err)
		}
		if got, err := exchange(c, "x"); got != "x" || err != nil {
			t.Errorf("got %q, %v", got, err)
		}
		l.hangUp()
	})
}

// An item is taken back only when a client has it, and only in a format that has
// a way to say so; its tombstone goes when a client has that.
func TestWithdrawals(t *testing.T) {
	site := fetchertest.New(t)
	for n, format := range []schema.Format{schema.FormatRSS, schema.FormatAtom, schema.FormatJSON} {
		p := newPaper(site, 7, n, 0)
		if p.withdraw() {
			t.Errorf("%s: an item that nobody has", format)
		}
		got := ask(t, p, "")
		p.mu.Lock()
		for _, e := range p.shown {
			e.claimed = e.version
		}
		p.mu.Unlock()
		if took := p.withdraw(); took != (format == schema.FormatAtom) {
			t.Errorf("%s: withdrawn %v", format, took)
		}
		if format != schema.FormatAtom {
			continue
		}
		gone := p.entries()[0]
		for _, e := range p.entries() {
			if e.gone {
				gone = e
			}
		}
		after := ask(t, p, "")
		if !gone.gone || gone.version != 2 || !strings.Contains(got.body, gone.token) || strings.Contains(after.body, gone.token) || !strings.Contains(after.body, "deleted-entry") {
			t.Errorf("got %+v in %s", gone, after.body)
		}
		for range 20 { // half of what is claimed goes each time
			ask(t, p, after.etag)
		}
		for _, e := range p.entries() {
			if e.gone && e.claimed != e.version {
				t.Errorf("its tombstone is claimed as %d", e.claimed)
			}
		}
	}
}

// A body that drips comes whole, and takes its time.
func TestDrip(t *testing.T) {
	site := fetchertest.New(t)
	p := newPaper(site, 7, 0, 0)
	want := ask(t, p, "").body
	site.Handle("/drip.xml", drip(time.Millisecond)(p))
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, site.URL("/drip.xml"), nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept-Encoding", "identity")
	begun := time.Now()
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil || string(body) != want || time.Since(begun) < time.Duration(len(body)/500)*time.Millisecond {
		t.Errorf("%d bytes of %d after %s: %v", len(body), len(want), time.Since(begun), err)
	}
}

// Every way to fail ends with the client, and has a name.
func TestWaysEnd(t *testing.T) {
	site := fetchertest.New(t)
	p := newPaper(site, 7, 0, 1)
	p.ways, p.known = patient(), true
	client := &http.Client{Timeout: 50 * time.Millisecond}
	for range 60 {
		resp, err := client.Get(p.feed.URL())
		if err == nil {
			_, _ = io.Copy(io.Discard, resp.Body) // or until its time is over
			_ = resp.Body.Close()
		}
	}
	for _, w := range patient() {
		if p.failed[w.name] == 0 {
			t.Errorf("%s never came: %v", w.name, p.failed)
		}
	}
	if got := counted(map[string]int{"b": 2, "a": 1}); got != "1 a, 2 b" {
		t.Errorf("got %s", got)
	}
	var log bytes.Buffer
	if _, err := parse([]string{"-soak", "1m", "-plot", "x.svg"}, &log); err != nil {
		t.Errorf("%v: %s", err, &log)
	}
}
