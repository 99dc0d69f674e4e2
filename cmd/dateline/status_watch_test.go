package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alecthomas/kong"

	"github.com/dateline-news/dateline/internal/status"
)

func TestWatchFlag(t *testing.T) {
	for _, test := range []struct {
		args []string
		env  string
		want time.Duration
		says string
	}{
		{args: nil, want: 0},
		{args: []string{"--watch"}, want: 2 * time.Second},
		{args: []string{"--watch=10s"}, want: 10 * time.Second},
		{args: []string{"--watch", "--more"}, want: 2 * time.Second},
		{args: nil, env: "5s", want: 5 * time.Second},
		{args: nil, env: "true", want: 2 * time.Second},
		{args: []string{"--watch=false"}, env: "5s", want: 0},
		{args: []string{"--watch=soon"}, says: "want a time such as 2s"},
		{args: []string{"--watch=1ms"}, says: "at least 100ms"},
		{args: []string{"--watch=-1s"}, says: "at least 100ms"},
	} {
		t.Run(strings.Join(append(test.args, test.env), " "), func(t *testing.T) {
			t.Setenv("TEST_WATCH", test.env)
			var g struct {
				Watch watchEvery `env:"TEST_WATCH"`
				More  bool
			}
			parser, err := kong.New(&g)
			if err != nil {
				t.Fatal(err)
			}
			_, err = parser.Parse(test.args)
			if test.says != "" {
				if err == nil || !strings.Contains(err.Error(), test.says) {
					t.Errorf("got %v, want %q", err, test.says)
				}
				return
			}
			if err != nil || time.Duration(g.Watch) != test.want {
				t.Errorf("got %s, %v, want %s", time.Duration(g.Watch), err, test.want)
			}
		})
	}
}

// until is an output that calls done when it has been written what was awaited.
type until struct {
	mu    sync.Mutex
	out   bytes.Buffer
	text  string
	times int
	done  context.CancelFunc
}

func (u *until) Write(p []byte) (int, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.out.Write(p)
	if strings.Count(u.out.String(), u.text) >= u.times {
		u.done()
	}
	return len(p), nil
}

// Where there is no terminal one status comes below the other, and a signal ends
// that well.
func TestWatchWithoutATerminal(t *testing.T) {
	t.Parallel()
	bed := newTestbed(t)
	for name, test := range map[string]struct {
		args []string
		text string
	}{
		"text": {nil, "dead letters"},
		"JSON": {[]string{"--output", "json"}, "\n"},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			out := &until{text: test.text, times: 3, done: cancel}
			var stderr bytes.Buffer
			code := run(ctx, append([]string{"status", "--watch=100ms", "--nats", bed.url}, test.args...), out, &stderr)
			if code != 0 || stderr.Len() > 0 || strings.Count(out.out.String(), test.text) < 3 {
				t.Errorf("exit code %d, %q: %s", code, stderr.String(), out.out.String())
			}
			if strings.Contains(out.out.String(), "\x1b") {
				t.Error("escape sequences where there is no terminal")
			}
			if name != "JSON" {
				return
			}
			var last status.Status
			lines := strings.Split(strings.TrimSpace(out.out.String()), "\n")
			if err := json.Unmarshal([]byte(lines[len(lines)-1]), &last); err != nil || last.Interval <= 0 {
				t.Errorf("the last is over %v seconds: %v", last.Interval, err)
			}
		})
	}
}

func TestWatchOfWhatIsNotThere(t *testing.T) {
	emptyTestbed(t).run("status", "--watch").fails(t, 1, "not set up; run: dateline setup")
}

// What goes wrong while it watches is told, and the last status stays.
func TestWatchGoesOn(t *testing.T) {
	var out, stderr bytes.Buffer
	term := terminal{Out: &out, Err: &stderr}
	c := &statusCommand{output: output{Output: "text"}}
	for _, failed := range []error{nil, errors.New("no leader\x1b[2J"), nil} {
		if err := c.plain(term, fullStatus(), failed); err != nil {
			t.Fatal(err)
		}
	}
	if strings.Count(out.String(), "STREAM  MESSAGES") != 2 || !strings.Contains(stderr.String(), "no leader") || strings.Contains(stderr.String(), "\x1b") {
		t.Errorf("got %q and %q", out.String(), stderr.String())
	}
}

func TestDisplay(t *testing.T) {
	var out bytes.Buffer
	s := openDisplay(&out)
	if err := s.show(terminal{}, fullStatus(), nil); err != nil {
		t.Fatal(err)
	}
	drawn := out.Len()
	if err := s.show(terminal{}, status.Status{}, errors.New("no leader\x1b[2J")); err != nil {
		t.Fatal(err)
	}
	s.close()
	text := out.String()
	if !strings.HasPrefix(text, "\x1b[?1049h\x1b[?25l") || !strings.HasSuffix(text, "\x1b[?25h\x1b[?1049l") {
		t.Errorf("the terminal is not as it was: %q", text)
	}
	if again := text[drawn:]; !strings.Contains(again, "ITEMS") || !strings.Contains(again, "no leader") {
		t.Errorf("after an error: %q", again)
	}
	if frames := strings.TrimPrefix(text, screenOpen); strings.Contains(frames, "\x1b[2J") || strings.Contains(frames, "\n") {
		t.Error("a frame clears the screen, or moves it up")
	}
	var plain bytes.Buffer
	if err := printStatus(terminal{Out: &plain}, fullStatus()); err != nil {
		t.Fatal(err)
	}
	for line := range strings.SplitSeq(strings.TrimRight(plain.String(), "\n"), "\n") {
		if !strings.Contains(text, "H"+line+"\x1b[K") {
			t.Errorf("no line %q", line)
		}
	}
	if err := (&display{w: refusing{}}).show(terminal{}, fullStatus(), nil); err == nil {
		t.Error("an output that takes nothing is no error")
	}
}

// refusing is an output that takes nothing.
type refusing struct{}

func (refusing) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }
