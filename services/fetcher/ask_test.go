package fetcher_test

import (
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/dateline-news/dateline/services/fetcher"
)

// intranet is a server whose certificate nobody knows but the file.
func intranet(t *testing.T, h http.HandlerFunc) (url, file string) {
	t.Helper()
	s := httptest.NewUnstartedServer(h)
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	t.Cleanup(s.Close)
	file = filepath.Join(t.TempDir(), "ca.pem")
	data := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return s.URL, file
}

func TestAskTrusts(t *testing.T) {
	url, file := intranet(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<rss/>") })
	c := config()
	if _, err := fetcher.Ask(t.Context(), c, url, nil); fetcher.FailureCode(err) != "bad-http" {
		t.Errorf("without the authority: %v", err)
	}
	c.CA = []string{file}
	if answer, err := fetcher.Ask(t.Context(), c, url, nil); err != nil || string(answer.Body) != "<rss/>" {
		t.Errorf("got %q, %v", answer.Body, err)
	}
	c.CA = append(c.CA, "none.pem")
	if _, err := fetcher.Ask(t.Context(), c, url, nil); err == nil || fetcher.FailureCode(err) != "" {
		t.Errorf("with a file that is not there: %v", err)
	}
}

// Without a least rate a slow body has all of the time that a request has. What
// its server sends when it sees us go, the end of the body in good order, makes
// it no whole one.
func TestAskMinRate(t *testing.T) {
	url, file := intranet(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "<rss")
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
	c := config()
	c.CA, c.MinRate, c.HTTPTimeout = []string{file}, 0, 50*time.Millisecond
	for range 10 {
		if _, err := fetcher.Ask(t.Context(), c, url, nil); fetcher.FailureCode(err) != "total-deadline" {
			t.Fatalf("got %v", err)
		}
	}
}
