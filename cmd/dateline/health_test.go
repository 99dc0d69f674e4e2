package main

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/bus/boot"
)

func TestHealth(t *testing.T) {
	t.Parallel()
	ready := true
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/readyz" {
			t.Errorf("asked for %s", r.URL.Path)
		}
		if !ready {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		fmt.Fprintf(w, "ready: %v\x1b[31m", ready)
	}))
	defer site.Close()
	var out, errs bytes.Buffer
	if code := run(t.Context(), []string{"health", site.URL + "/"}, &out, &errs); code != boot.ExitOK || !strings.HasPrefix(out.String(), "ready: true") {
		t.Errorf("ready: %d, %q, %q", code, out.String(), errs.String())
	}
	if strings.Contains(out.String(), "\x1b") {
		t.Error("an escape reaches the terminal")
	}
	ready = false
	if code := run(t.Context(), []string{"health", site.URL}, &out, &errs); code != boot.ExitFailed || !strings.Contains(errs.String(), "ready: false") {
		t.Errorf("not ready: %d, %q", code, errs.String())
	}
	site.Close()
	if code := run(t.Context(), []string{"health", site.URL}, &out, &errs); code != boot.ExitFailed {
		t.Errorf("gone: %d", code)
	}
}
