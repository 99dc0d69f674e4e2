package deploytest

import (
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The script runs its command when a stream could not be written and there is room, and at no other time.
// (That a server is then well again is tried on a full disk: see disk_test.go.)
func TestMend(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("no curl here")
	}
	const ill = `{"status":"unavailable","error":"JetStream stream '$G > ITEMS' write error: no space left on device"}`
	for name, test := range map[string]struct {
		answer string
		status int
		wanted string // MiB
		runs   bool
		says   string
	}{
		"well":           {`{"status":"ok"}`, http.StatusOK, "1", false, ""},
		"ill, with room": {ill, http.StatusServiceUnavailable, "1", true, "could not be written"},
		"ill, full":      {ill, http.StatusServiceUnavailable, "999999999", false, "are wanted"},
		"starting":       {`{"status":"unavailable","error":"JetStream is not current"}`, http.StatusServiceUnavailable, "1", false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			monitor := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.RequestURI() != "/healthz" {
					t.Errorf("asks for %s", r.URL)
				}
				w.WriteHeader(test.status)
				_, _ = w.Write([]byte(test.answer))
			}))
			defer monitor.Close()
			out, err := mend(t, strings.TrimPrefix(monitor.URL, "http://"), test.wanted)
			if ran := strings.Contains(out, "restarted"); err != nil || ran != test.runs || !strings.Contains(out, test.says) {
				t.Errorf("ran the command: %v, said %q, %v", ran, out, err)
			}
		})
	}
	t.Run("away", func(t *testing.T) {
		if out, err := mend(t, "127.0.0.1:1", "1"); err != nil || out != "" {
			t.Errorf("said %q, %v", out, err)
		}
	})
}

// mend runs the script with a command that prints.
func mend(t *testing.T, monitor, wanted string) (string, error) {
	t.Helper()
	script := filepath.Join("..", "..", "deploy", "nats", "mend.sh")
	out, err := exec.CommandContext(t.Context(), "sh", script, monitor, t.TempDir(), wanted, "echo", "restarted").CombinedOutput()
	return strings.TrimSpace(string(out)), err
}

// The unit gives the script what the server's configuration and unit say, and its timer runs it.
func TestMendUnit(t *testing.T) {
	all := units(t)
	command := strings.Fields(all["dateline-mend"].last("ExecStart"))
	if len(command) < 5 {
		t.Fatalf("ExecStart=%q", command)
	}
	if address := command[1]; !strings.Contains(read(t, "nats", "nats-server.conf"), `http: "`+address+`"`) {
		t.Errorf("no server's monitoring is at %s", address)
	}
	if folder := "%S/" + all["dateline-nats"].last("StateDirectory"); command[2] != folder {
		t.Errorf("it looks at the disk of %s, want %s", command[2], folder)
	}
	if got := strings.Join(command[4:], " "); got != "systemctl --no-block restart dateline-nats.service" {
		t.Errorf("it runs %s", got)
	}
	timer := settle(read(t, "systemd", "dateline-mend.timer"))
	if timer.last("OnActiveSec") != "10s" || timer.last("OnUnitInactiveSec") != "10s" || timer.last("WantedBy") != "timers.target" || timer.last("Unit") != "" {
		t.Errorf("timer %v", timer)
	}
	for name, u := range all {
		if privileged := strings.HasPrefix(u.last("ExecStart"), "+"); privileged != (name == "dateline-mend") {
			t.Errorf("%s runs as root: %v", name, privileged)
		}
	}
}
