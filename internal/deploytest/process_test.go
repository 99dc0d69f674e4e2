package deploytest

import (
	"bufio"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/bus/bustest"
)

// programs are what an image holds, and the server.
var programs = []string{
	"github.com/nats-io/nats-server/v2",
	"github.com/dateline-news/dateline/cmd/dateline",
	"github.com/dateline-news/dateline/services/fetcher/cmd/fetcher",
	"github.com/dateline-news/dateline/services/normalizer/cmd/normalizer",
	"github.com/dateline-news/dateline/services/enricher/cmd/enricher",
}

// version is what the programs are told that they are, as the image's build tells them.
const version = "v0.0.0-deploytest"

// build builds the programs into a folder that goes with the test.
func build(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	ldflags := "-s -w -X github.com/dateline-news/dateline/pkg/bus/boot.version=" + version
	args := append([]string{"build", "-ldflags", ldflags, "-o", dir + string(filepath.Separator)}, programs...)
	if out, err := exec.Command("go", args...).CombinedOutput(); err != nil {
		t.Fatalf("go %v: %v\n%s", args, err, out)
	}
	return dir
}

// process is a program that a test has started. It ends with the test.
type process struct {
	name string
	cmd  *exec.Cmd
	done chan struct{} // closed when it has ended; err is its error then
	err  error

	mu    sync.Mutex
	lines []string      // what it has written
	wrote chan struct{} // closed and made anew with each line
}

// start starts a program with this environment and no other.
func start(t *testing.T, program string, env []string, args ...string) *process {
	t.Helper()
	p := &process{
		name: filepath.Base(program), cmd: exec.Command(program, args...),
		done: make(chan struct{}), wrote: make(chan struct{}),
	}
	p.cmd.Env = env
	r, w := io.Pipe()
	p.cmd.Stdout, p.cmd.Stderr = w, w
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	read := make(chan struct{})
	go func() { defer close(read); p.read(r) }()
	go func() {
		p.err = p.cmd.Wait()
		_ = w.Close()
		<-read
		close(p.done)
	}()
	t.Cleanup(func() {
		p.kill()
		if t.Failed() {
			lines := p.log("")
			t.Logf("%s, its last lines:\n%s", p.name, strings.Join(lines[max(0, len(lines)-20):], "\n"))
		}
	})
	return p
}

func (p *process) read(r io.Reader) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		p.mu.Lock()
		p.lines = append(p.lines, lines.Text())
		close(p.wrote)
		p.wrote = make(chan struct{})
		p.mu.Unlock()
	}
}

// log is the lines so far that hold the text.
func (p *process) log(text string) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(p.lines), func(line string) bool { return !strings.Contains(line, text) })
}

// await waits for a line that holds the text.
func (p *process) await(t *testing.T, text string) string {
	t.Helper()
	limit := time.NewTimer(bustest.Limit)
	defer limit.Stop()
	for {
		p.mu.Lock()
		wrote := p.wrote
		p.mu.Unlock()
		if lines := p.log(text); len(lines) > 0 {
			return lines[0]
		}
		select {
		case <-wrote:
		case <-p.done:
			if lines := p.log(text); len(lines) > 0 {
				return lines[0]
			}
			t.Fatalf("%s ended (%v) and has not written %q", p.name, p.err, text)
		case <-limit.C:
			t.Fatalf("%s has not written %q in time", p.name, text)
		}
	}
}

// kill ends the process as a crash does.
func (p *process) kill() {
	_ = p.cmd.Process.Kill() // it may have ended
	<-p.done
}

// stop asks the process to end, and expects that it does so in good order.
func (p *process) stop(t *testing.T) {
	t.Helper()
	p.terminate(t)
	p.ended(t)
}

// terminate asks the process to end.
func (p *process) terminate(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Errorf("%s: %v", p.name, err)
	}
}

// ended waits for the process, and expects that it ends in good order.
func (p *process) ended(t *testing.T) {
	t.Helper()
	select {
	case <-p.done:
	case <-time.After(bustest.Limit):
		t.Fatalf("%s did not end in time", p.name)
	}
	var exit *exec.ExitError
	if errors.As(p.err, &exit) {
		t.Errorf("%s ended with %v, want exit code 0", p.name, exit)
	}
}

// secret is a password as the documentation wants it.
func secret() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails
	return "p" + hex.EncodeToString(b)
}
