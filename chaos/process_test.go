package chaos

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

// process is a program that is killed and started again. Its log goes to one file
// over all its lives.
type process struct {
	name    string
	program string
	args    []string
	env     []string
	log     string   // the file
	network []*proxy // to NATS, or to the other servers; nil for none

	mu      sync.Mutex
	cmd     *exec.Cmd
	done    chan struct{} // closed when it has ended
	wanted  bool          // it is to run: one that ends by itself is started again
	ended   []string      // how it has ended by itself
	started time.Time
}

// start starts it, if it does not run.
func (p *process) start() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wanted = true
	return p.run()
}

// run wants the lock.
func (p *process) run() error {
	if p.running() {
		return nil
	}
	log, err := os.OpenFile(p.log, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }() // the process has its own
	cmd, done := exec.Command(p.program, p.args...), make(chan struct{})
	cmd.Env, cmd.Stdout, cmd.Stderr = p.env, log, log
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", p.name, err)
	}
	p.cmd, p.done, p.started = cmd, done, time.Now()
	go func() {
		err := cmd.Wait()
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.wanted {
			p.ended = append(p.ended, fmt.Sprintf("%s after %s: %v", p.name, time.Since(p.started).Round(time.Millisecond), err))
		}
		close(done)
	}()
	return nil
}

func (p *process) running() bool {
	if p.done == nil {
		return false
	}
	select {
	case <-p.done:
		return false
	default:
		return true
	}
}

// kill ends it as a crash does, and returns when it is gone.
func (p *process) kill() {
	p.mu.Lock()
	p.wanted = false
	cmd, done := p.cmd, p.done
	p.mu.Unlock()
	if cmd != nil {
		_ = cmd.Process.Kill() // it may have ended
		<-done
	}
}

// signal pauses it or lets it go on.
func (p *process) signal(s syscall.Signal) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.running() {
		_ = p.cmd.Process.Signal(s) // it may have ended
	}
}

// link changes the state of its network.
func (p *process) link(state link) {
	for _, to := range p.network {
		to.set(state)
	}
}

// busy waits until so many bytes of it have reached NATS, or for a second.
func (p *process) busy(ctx context.Context, bytes int) {
	told := make(chan struct{}, 1)
	for _, to := range p.network {
		to.tell(bytes, told)
	}
	select {
	case <-told:
	case <-time.After(time.Second):
	case <-ctx.Done():
	}
}

// supervise starts it again when it has ended by itself.
func (p *process) supervise() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.wanted {
		return nil
	}
	return p.run()
}

// exits are how often and how it has ended by itself.
func (p *process) exits() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.ended
}

// programs are what is run.
func programs() []string {
	const dateline = "github.com/dateline-news/dateline/"
	return []string{
		"github.com/nats-io/nats-server/v2", dateline + "cmd/dateline", dateline + "services/fetcher/cmd/fetcher",
		dateline + "services/normalizer/cmd/normalizer", dateline + "services/enricher/cmd/enricher",
	}
}

// build builds the programs of a tree into a folder. overlay, if not empty, is a
// file that tells the compiler which files of the tree to replace.
func build(tree, folder, overlay string) error {
	args := []string{"build", "-o", folder + string(filepath.Separator)}
	if overlay != "" {
		args = append(args, "-overlay", overlay)
	}
	cmd := exec.Command("go", append(args, programs()...)...)
	cmd.Dir = tree
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, out)
	}
	return nil
}

// command runs a program to its end.
func command(env []string, program string, args ...string) error {
	var out bytes.Buffer
	cmd := exec.Command(program, args...)
	cmd.Env, cmd.Stdout, cmd.Stderr = env, &out, &out
	if err := cmd.Run(); err != nil {
		return errors.Join(fmt.Errorf("%s %s: %w", filepath.Base(program), strings.Join(args, " "), err), errors.New(out.String()))
	}
	return nil
}
