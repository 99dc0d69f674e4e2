package deploytest

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/bus/bustest"
)

// observed expects that the observer, as the user who may do no more than look, tells of every
// stream and consumer and of the feeds, and that the server refuses it nothing.
func (p *deployment) observed(t *testing.T, programs string) {
	t.Helper()
	address := freeAddresses(t, 1)[0]
	observer := start(t, filepath.Join(programs, "dateline"), p.server.environment("observer"), "observe", "--every", "1s", "--http", address)
	var metrics string
	bustest.Eventually(t, func() (err error) {
		metrics, err = body("http://" + address + "/metrics")
		if err == nil && !strings.Contains(metrics, "dateline_feeds{") {
			err = context.DeadlineExceeded // it has not looked yet
		}
		return err
	})
	for _, line := range []string{
		fmt.Sprintf(`dateline_stream_messages{stream="ENRICHED"} %d`, len(p.want)), `dateline_stream_limit_bytes{stream="ITEMS"} `,
		`dateline_dead_letters{stage="webhook"} 1`, `dateline_consumer_pending{consumer="poller",stream="POLLS"} `,
		`dateline_consumer_pending{consumer="stories",stream="ARTICLES"} `, "dateline_ready 1",
	} {
		if !strings.Contains(metrics, line) {
			t.Errorf("no %s in %s", line, metrics)
		}
	}
	if refused := observer.log("refused"); len(refused) > 0 {
		t.Errorf("the server refuses it: %q", refused)
	}
	observer.stop(t)
}

func body(url string) (string, error) {
	resp, err := http.Get(url)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	return string(data), err
}
