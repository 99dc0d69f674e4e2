package chaos

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
)

// clockEnv names the file that a process's clock goes by, of programs that were
// built with plantClock.
const clockEnv = "CHAOS_CLOCK"

// plantClock writes an overlay for the compiler, by which time.Now of a program is
// ahead by as many seconds as hands says; the monotonic clock goes on as it is. So
// the clock of one program can be set, that of the NATS server in it included, and
// nobody else's.
func plantClock(folder string) (overlay string, err error) {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return "", fmt.Errorf("go env GOROOT: %w", err)
	}
	right := filepath.Join(strings.TrimSpace(string(root)), "src", "time", "time.go")
	source, err := os.ReadFile(right)
	if err != nil {
		return "", err
	}
	text := string(source)
	for _, change := range [][2]string{
		{"	sec, nsec, mono := runtimeNow()\n", "	sec, nsec, mono := runtimeNow()\n	sec += ahead()\n"},
		{"import (\n", "import (\n	\"syscall\"\n"},
		{"	_ \"unsafe\"", "	\"unsafe\""},
	} {
		if n := strings.Count(text, change[0]); n != 1 {
			return "", fmt.Errorf("%s has %q %d times, want once", right, change[0], n)
		}
		text = strings.Replace(text, change[0], change[1], 1)
	}
	wrong := filepath.Join(folder, "time.go")
	if err := os.WriteFile(wrong, []byte(text+clockSource), 0o600); err != nil {
		return "", err
	}
	data, err := json.Marshal(map[string]map[string]string{"Replace": {right: wrong}})
	if err != nil {
		return "", err
	}
	overlay = filepath.Join(folder, "overlay.json")
	return overlay, os.WriteFile(overlay, data, 0o600)
}

// clockSource is what plantClock adds to the package time.
const clockSource = `
var hands = openHands()

func openHands() []byte {
	name, ok := syscall.Getenv("` + clockEnv + `")
	if !ok {
		return nil
	}
	fd, err := syscall.Open(name, syscall.O_RDONLY, 0)
	if err != nil {
		return nil
	}
	b, _ := syscall.Mmap(fd, 0, 8, syscall.PROT_READ, syscall.MAP_SHARED)
	return b
}

func ahead() int64 {
	if len(hands) < 8 {
		return 0
	}
	return *(*int64)(unsafe.Pointer(&hands[0]))
}
`

// hands is the file that says by how much clocks are ahead.
type hands string

// set sets the clocks of all that go by it.
func (h hands) set(ahead time.Duration) error {
	file, err := os.OpenFile(string(h), os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = file.WriteAt(binary.NativeEndian.AppendUint64(nil, uint64(int64(ahead/time.Second))), 0)
	return errors.Join(err, file.Close())
}

// jumps are by how much the clock is ahead, in turns: an hour forward, two back, and
// so on.
func jumps() []time.Duration {
	return []time.Duration{time.Hour, -time.Hour, 2 * time.Hour, 0}
}

// standstill is how long nothing new may come after a jump: the fetchers compare
// their schedules every five minutes.
const standstill = 7 * time.Minute

// clocks sets the clocks of pipelines, and fails when one stands still or breaks a
// promise.
func (h *harness) clocks(ctx context.Context) error {
	programs := filepath.Join(h.dir, "programs-clock")
	if err := os.MkdirAll(programs, 0o700); err != nil {
		return err
	}
	overlay, err := plantClock(programs)
	if err != nil {
		return err
	}
	h.say("building programs whose clock can be set")
	if err := build(h.tree, programs, overlay); err != nil {
		return err
	}
	for _, mode := range h.modes {
		c := h.settings
		c.mode, c.programs = mode, programs
		c.dir = filepath.Join(c.dir, "clock-"+mode)
		c.clock = hands(filepath.Join(c.dir, "hands"))
		if err := errors.Join(os.MkdirAll(c.dir, 0o700), c.clock.set(0)); err != nil {
			return err
		}
		if err := h.jump(ctx, c); err != nil {
			return fmt.Errorf("seed %d, %s: %w", c.seed, mode, err)
		}
	}
	return nil
}

// jump sets the clock of one pipeline.
func (h *harness) jump(ctx context.Context, c settings) error {
	s, err := newStand(ctx, c)
	defer s.close()
	if err != nil {
		return err
	}
	b, err := s.connect(ctx)
	if err != nil {
		return err
	}
	defer b.Close()
	printing, stop := context.WithCancel(ctx)
	var beside sync.WaitGroup
	defer beside.Wait()
	defer stop()
	beside.Go(func() { (&driver{stand: s, log: h.say}).print(printing) })
	for _, ahead := range append([]time.Duration{0}, jumps()...) {
		begun := time.Now()
		if err := c.clock.set(ahead); err != nil {
			return err
		}
		if err := s.goesOn(ctx, b, begun); err != nil {
			return fmt.Errorf("%w: the clock is %s ahead: %w", errBreach, ahead, err)
		}
		h.say("%s: the clock is %s ahead: an article that was shown since is there after %s", c.mode, ahead, time.Since(begun).Round(time.Second))
		if err := pause(ctx, 5*time.Second); err != nil {
			return err
		}
	}
	stop()
	beside.Wait()
	for _, p := range s.papers {
		p.heal()
	}
	f, err := s.verdict(ctx, h.patience)
	if err != nil {
		return err
	}
	h.say("seed %d, %s, a clock that jumps: %s  %s", c.seed, c.mode, f.details(10), f)
	if f.breaches() > 0 {
		return errBreach
	}
	return nil
}

// goesOn waits for an article that was first shown after an instant of the harness's
// clock.
func (s *stand) goesOn(ctx context.Context, b *bus.Bus, after time.Time) error {
	return eventually(ctx, standstill, func() error {
		shown := map[string]bool{}
		for _, e := range s.entries() {
			shown[e.article] = shown[e.article] || e.added.After(after)
		}
		ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
		defer cancel()
		for d, err := range b.Read(ctx, bus.ReadOptions{Stream: schema.StreamEnriched, HeadersOnly: true}) {
			if err != nil {
				return err
			}
			if shown[d.Header.Get(schema.HeaderSubject)] {
				return nil
			}
		}
		return fmt.Errorf("no article since %s", after.Format(time.TimeOnly))
	})
}
