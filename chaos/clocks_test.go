package chaos

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The clock of a program that is built so is where its hands are, at any time; that
// of one without hands is right, and so is the monotonic one.
func TestPlantClock(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	overlay, err := plantClock(dir)
	if err != nil {
		t.Fatal(err)
	}
	source, program := filepath.Join(dir, "main.go"), filepath.Join(dir, "tell")
	const text = "package main\n\nimport (\n\t\"os\"\n\t\"strconv\"\n\t\"time\"\n)\n\n" +
		"func main() {\n\tbegun, b := time.Now(), make([]byte, 1)\n\tfor {\n\t\tif n, _ := os.Stdin.Read(b); n == 0 {\n\t\t\treturn\n\t\t}\n" +
		"\t\tos.Stdout.WriteString(strconv.FormatInt(time.Now().Unix(), 10) + \" \" + strconv.FormatFloat(time.Since(begun).Hours(), 'f', 3, 64) + \"\\n\")\n\t}\n}\n"
	if err := os.WriteFile(source, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("go", "build", "-overlay", overlay, "-o", program, source).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	h := hands(filepath.Join(dir, "hands"))
	if err := h.set(0); err != nil {
		t.Fatal(err)
	}
	for _, env := range []string{clockEnv + "=" + string(h), clockEnv + "=" + filepath.Join(dir, "none"), "NONE=1"} {
		cmd := exec.Command(program)
		cmd.Env = []string{env}
		in, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		for _, ahead := range append(jumps(), 366*24*time.Hour, -366*24*time.Hour) {
			if err := h.set(ahead); err != nil {
				t.Fatal(err)
			}
			line := make([]byte, 100)
			if _, err := in.Write([]byte{'\n'}); err != nil {
				t.Fatal(err)
			}
			n, err := out.Read(line)
			if err != nil {
				t.Fatal(err)
			}
			shown, passed, _ := strings.Cut(strings.TrimSpace(string(line[:n])), " ")
			seconds, err := strconv.ParseInt(shown, 10, 64)
			if !strings.HasSuffix(env, string(h)) {
				ahead = 0
			}
			if off := time.Until(time.Unix(seconds, 0)) - ahead; err != nil || off.Abs() > time.Minute {
				t.Errorf("%s, %s ahead: it shows %q, %s off (%v)", env, ahead, shown, off, err)
			}
			if hours, err := strconv.ParseFloat(passed, 64); err != nil || hours < 0 || hours > 0.1 {
				t.Errorf("%s, %s ahead: %q hours have passed (%v)", env, ahead, passed, err)
			}
		}
		_ = in.Close()
		if err := cmd.Wait(); err != nil {
			t.Error(err)
		}
	}
}

// The clock is set forward and back, by more than an hour at a time, and is right in
// the end.
func TestJumps(t *testing.T) {
	var forward, back bool
	at := time.Duration(0)
	for _, ahead := range jumps() {
		forward, back = forward || ahead-at >= time.Hour, back || at-ahead >= 2*time.Hour
		at = ahead
	}
	if !forward || !back || at != 0 {
		t.Errorf("forward %v, back %v, %s ahead in the end", forward, back, at)
	}
}
