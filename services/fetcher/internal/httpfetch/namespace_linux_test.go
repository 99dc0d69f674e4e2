package httpfetch_test

import (
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/dateline-news/dateline/services/fetcher/internal/httpfetch"
)

// inside says to the test binary, run again, that it is in a network of its own.
const inside = "DATELINE_TEST_NAMESPACE"

// In a network namespace where every address is this machine's, with a canary on
// each port that is tried, the client reaches public addresses and no others.
// Nothing leaves the namespace, whatever the client does.
func TestNamespace(t *testing.T) {
	if os.Getenv(inside) != "" {
		t.Skip("inside")
	}
	ip, err := exec.LookPath("ip")
	if os.Getuid() != 0 || err != nil {
		t.Skip("needs root and ip")
	}
	script := `set -e; for d in "link set lo up" "route add local 0.0.0.0/0 dev lo" "-6 route add local ::/0 dev lo"; do ` + ip + ` $d; done; exec "$0" -test.run '^TestInsideNamespace$' -test.v`
	c := exec.CommandContext(t.Context(), "sh", "-c", script, os.Args[0])
	c.Env = append(os.Environ(), inside+"=1")
	c.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET}
	out, err := c.CombinedOutput()
	if err != nil && !strings.Contains(string(out), "=== RUN") {
		t.Skipf("no network namespace: %v: %s", err, out)
	}
	if err != nil || !strings.Contains(string(out), "--- PASS: TestInsideNamespace") {
		t.Errorf("%v: %s", err, out)
	}
}

func TestInsideNamespace(t *testing.T) {
	if os.Getenv(inside) == "" {
		t.Skip("run by TestNamespace")
	}
	if links, err := net.Interfaces(); err != nil || len(links) != 1 {
		t.Fatalf("not in a namespace: %v, %v", links, err)
	}
	var reached atomic.Int64
	for _, port := range []string{"80", "443", "22", "4222", "6379"} {
		canary(t, port, &reached)
	}
	c := client(t, func(c *httpfetch.Config) { c.Allow, c.Timeout = nil, 5*time.Second })
	for _, address := range refused {
		if address == "9.9.9.9" { // an address is public without its port
			continue
		}
		if _, err := c.Get(t.Context(), httpfetch.Request{URL: "http://" + address + "/"}); err == nil {
			t.Errorf("%s answered", address)
		}
	}
	if n := reached.Load(); n != 0 {
		t.Errorf("%d connections reached the canary", n)
	}
	for _, address := range []string{"9.9.9.9", "[2620:fe::fe]"} {
		if _, err := c.Get(t.Context(), httpfetch.Request{URL: "http://" + address + "/"}); err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
	if reached.Load() == 0 {
		t.Error("the canary sees nothing")
	}
}

// canary answers on every address of a port and counts the connections.
func canary(t *testing.T, port string, reached *atomic.Int64) {
	t.Helper()
	listener, err := net.Listen("tcp", ":"+port)
	if err != nil {
		t.Fatal(err)
	}
	site := &http.Server{
		ErrorLog:          quiet,
		ReadHeaderTimeout: time.Second,
		Handler:           http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) }),
		ConnState: func(_ net.Conn, s http.ConnState) {
			if s == http.StateNew {
				reached.Add(1)
			}
		},
	}
	done := make(chan struct{})
	go func() { defer close(done); site.Serve(listener) }()
	t.Cleanup(func() { site.Close(); <-done })
}
