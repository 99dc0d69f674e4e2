package deploytest

import (
	"bufio"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"
)

// worker is a service as a process.
type worker struct {
	*process
	http string // the address of its metrics
}

// field is a field of a line of a worker's log.
func field(t *testing.T, line, name string) string {
	t.Helper()
	var fields map[string]any
	if err := json.Unmarshal([]byte(line), &fields); err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	value, _ := fields[name].(string)
	return value
}

// settled is how many messages the worker's stage has settled, by its metrics.
func (w *worker) settled(t *testing.T) int {
	t.Helper()
	resp, err := http.Get(w.http + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	total := 0
	for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
		if value, ok := strings.CutPrefix(lines.Text(), `dateline_stage_settled_total{stage="`+w.name+`"} `); ok {
			n, err := strconv.ParseFloat(value, 64)
			if err != nil {
				t.Fatal(err)
			}
			total += int(n)
		}
	}
	return total
}
