package main

import (
	"bufio"
	"net/http/httptest"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher/recognizer/recognizertest"
	"github.com/dateline-news/dateline/services/enricher/recognizer/remote"
)

func TestServerKeepsTheContract(t *testing.T) {
	server := httptest.NewServer(newFinder())
	t.Cleanup(server.Close)
	recognizertest.Contract(t, server.URL, "")
	finds(t, server.URL)
}

func TestPythonServerKeepsTheContract(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("python3 is not installed")
	}
	cmd := exec.CommandContext(t.Context(), python, "server.py", "0")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	url, ok := strings.CutPrefix(strings.TrimSpace(line), "listening on ")
	if err != nil || !ok {
		t.Fatalf("%q: %v", line, err)
	}
	recognizertest.Contract(t, url, "")
	finds(t, url)
}

// finds checks that dateline gets the names that a server finds, behind characters
// of several bytes.
func finds(t *testing.T, url string) {
	t.Helper()
	r, err := remote.New(remote.Config{URL: url, Timeout: 10 * time.Second, Concurrency: 2})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	text := "🛫 “Göteborg”: Ms Åsa Lind flew to Oslo."
	spans, err := r.Recognize(t.Context(), "en", []string{text})
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]schema.EntityType{}
	for _, s := range spans[0] {
		found[text[s.Start:s.End]] = s.Type
	}
	if found["Oslo"] != schema.Location || r.Model().Version == "" {
		t.Errorf("found %v by %+v", found, r.Model())
	}
}
