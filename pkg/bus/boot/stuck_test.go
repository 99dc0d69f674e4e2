package boot_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/boot"
	"github.com/dateline-news/dateline/pkg/bus/embedded"
)

// sane is a configuration without settings.
type sane struct{}

func (sane) Validate() error { return nil }

// deadlocked is a program whose work waits for a lock that it holds, whatever it is told.
func deadlocked(nats string) int {
	args := []string{"--nats", nats, "--http", "", "--drain", "100ms"}
	return boot.Main("stuck", "", args, func(context.Context, *bus.Bus, sane) error {
		var lock sync.Mutex
		lock.Lock()
		_, _ = os.Stdout.WriteString("locked\n")
		lock.Lock()
		return nil
	})
}

// A process whose work is deadlocked ends all the same when it is told to: with exit code 3,
// and on its standard error the stacks that say where it hangs.
func TestADeadlockedProcessEnds(t *testing.T) {
	if nats := os.Getenv("DATELINE_TEST_STUCK"); nats != "" {
		os.Exit(deadlocked(nats))
	}
	t.Parallel()
	s, err := embedded.Start(t.Context(), embedded.Options{Dir: t.TempDir(), Listen: "127.0.0.1:0", Store: 1 << 30, SyncInterval: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "-test.run", "^TestADeadlockedProcessEnds$")
	cmd.Env = append(os.Environ(), "DATELINE_TEST_STUCK="+s.URL())
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = cmd.Process.Kill() }() // it has ended, when all is well
	if _, err := out.Read(make([]byte, 7)); err != nil {
		t.Fatalf("it did not begin: %v", err)
	}
	begun := time.Now()
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	err = cmd.Wait()
	if failed := (*exec.ExitError)(nil); !errors.As(err, &failed) || failed.ExitCode() != boot.ExitEngine {
		t.Errorf("it ended with %v, want exit code %d: %s", err, boot.ExitEngine, stderr.String())
	}
	for _, want := range []string{"not stopped within 200ms", "goroutine ", "sync.(*Mutex).Lock", "boot_test.deadlocked"} {
		if !strings.Contains(stderr.String(), want) {
			t.Errorf("no %q in %s", want, stderr.String())
		}
	}
	t.Logf("it ended %s after SIGTERM", time.Since(begun).Round(time.Millisecond))
}
