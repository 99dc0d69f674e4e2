package main

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
)

// signing is a secret of 32 bytes.
const signing = "whsec_c2lnbmVkLXNpZ25lZC1zaWduZWQtc2lnbmVkLXNpZ25l"

// running runs a command until it is stopped.
func (bed *testbed) running(args ...string) (stop func() result) {
	ctx, cancel := context.WithCancel(bed.t.Context())
	done := make(chan result, 1)
	go func() { done <- runProgram(ctx, append(args, "--nats", bed.url)...) }()
	bed.t.Cleanup(cancel)
	return func() result { cancel(); return <-done }
}

// The webhook command delivers what its filters choose, and goes on where it was.
func TestSinkWebhook(t *testing.T) {
	bed := newTestbed(t)
	var got atomic.Int64
	subjects := make(chan string, 10)
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		got.Add(1)
		subjects <- r.Header.Get("dateline-subject")
	}))
	defer receiver.Close()
	t.Setenv("DATELINE_SECRET", signing)
	args := []string{"sink", "webhook", "--url", receiver.URL, "--allow-net", "127.0.0.0/8", "--since", "1h",
		"--subject", "news.enriched.en.example_org.>", "--subject", "news.enriched.fr.>"}
	other := sample(2, 1)
	other.Language = "de"
	bed.publish(bed.enriched(sample(1, 1)), bed.enriched(other))
	stop := bed.running(args...)
	if subject := <-subjects; !strings.HasPrefix(subject, "news.enriched.en.example_org.") {
		t.Errorf("subject %s", subject)
	}
	if r := stop(); r.code != 0 || strings.Contains(r.stderr, signing) || !strings.Contains(r.stderr, "delivering") {
		t.Errorf("exit code %d: %s", r.code, r.stderr)
	}
	bed.publish(bed.enriched(sample(1, 2)))
	stop = bed.running(args...)
	<-subjects
	stop()
	if n := got.Load(); n != 2 {
		t.Errorf("%d requests", n)
	}
}

// The events of the SSE command are those of the stream.
func TestSinkSSE(t *testing.T) {
	t.Parallel()
	bed := newTestbed(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil { // for the command
		t.Fatal(err)
	}
	bed.publish(bed.enriched(sample(1, 1)))
	stop := bed.running("sink", "sse", "--listen", address)
	var resp *http.Response
	bustest.Eventually(t, func() (err error) {
		resp, err = http.Get("http://" + address + "/events?last_event_id=0&entity=q30")
		return err
	})
	defer resp.Body.Close()
	var id string
	for in := bufio.NewScanner(resp.Body); in.Scan() && !strings.HasPrefix(in.Text(), "data: "); {
		if line, ok := strings.CutPrefix(in.Text(), "id: "); ok {
			id = line
		}
	}
	if id != "1" {
		t.Errorf("id %q", id)
	}
	if r := stop(); r.code != 0 {
		t.Errorf("exit code %d: %s", r.code, r.stderr)
	}
}

func TestSinkSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	bed := newTestbed(t)
	hook := []string{"sink", "webhook", "--secret", signing, "--url", "https://example.org/hook"}
	for name, test := range map[string]struct {
		args []string
		code int
		want string
	}{
		"no address":   {[]string{"sink", "webhook"}, 2, "--url"},
		"no secret":    {[]string{"sink", "webhook", "--url", "https://example.org/"}, 2, "--secret-file"},
		"other stream": {append(hook, "--subject", "news.item.>"), 2, "want a filter within news.enriched.>"},
		"kind":         {append(hook, "items"), 2, "must be one of"},
		"no file":      {[]string{"sink", "webhook", "--url", "https://example.org/", "--secret-file", "/none"}, 2, "--secret-file"},
		"listen":       {[]string{"sink", "sse", "--listen", "0.0.0.0:0"}, 2, "beyond loopback clients need a token"},
	} {
		t.Run(name, func(t *testing.T) {
			bed.run(test.args...).fails(t, test.code, test.want)
		})
	}
	// What the first made is not what the second wants.
	if _, err := bed.JetStream().Stream(t.Context(), schema.StreamEnriched); err != nil {
		t.Fatal(err)
	}
	t.Run("other settings", func(t *testing.T) {
		args := append(hook, "--name", "there", "--log-level", "error")
		bed.running(args...)
		bustest.Eventually(t, func() error {
			_, err := bed.JetStream().Consumer(t.Context(), schema.StreamEnriched, "webhook-there")
			return err
		})
		bed.run(append(args, "--subject", "news.enriched.fr.>")...).fails(t, 1,
			fmt.Sprintf("webhook-there of %s: filters: is all, want news.enriched.fr.>", schema.StreamEnriched))
	})
}
