package hostile_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// elsewhere are the rows that need what a pipeline in one process has not: by id,
// the file from the top of the repository and the test in it.
func elsewhere() map[string][2]string {
	const (
		dial  = "services/fetcher/internal/httpfetch/dial_test.go"
		later = "e2e/hostile/later_test.go"
		lists = "internal/feedlist/csv_test.go"
		chaos = "chaos/chaos_test.go"
	)
	all := map[string][2]string{
		"S19": {dial, "TestRedirectIsGuarded"},
		"S29": {dial, "TestRebinding"},
		"S47": {later, "TestTornDocument"},
		"S64": {lists, "TestWriteCSV"},
		"S75": {later, "TestChangesOfOneFeed"},
		"S76": {later, "TestChangesOfOneFeed"},
		"S80": {chaos, "TestChaos"},
		"S81": {"internal/app/disk_test.go", "TestDiskFull"},
		"S82": {"internal/deploytest/disk_test.go", "fullDisk"},
		"S83": {"pkg/bus/run_test.go", "TestRunBuriesPoisonAndNotItsNeighbours"},
		"S84": {"pkg/bus/boot/file_test.go", "TestConfigurationFileSaysWhere"},
		"S85": {"internal/feedlist/opml_test.go", "TestParseOPMLRefuses"},
		"S86": {"services/fetcher/clock_test.go", "TestAClockThatJumps"},
	}
	for _, id := range strings.Fields("S20 S21 S22 S23 S24 S25 S26 S27 S28 S30 S31") {
		all[id] = [2]string{dial, "TestBlockedTargets"}
	}
	return all
}

// A test that is named for a row is there.
func TestElsewhere(t *testing.T) {
	for id, at := range elsewhere() {
		source, err := os.ReadFile(filepath.Join("..", "..", at[0]))
		if err != nil || !bytes.Contains(source, []byte("func "+at[1]+"(")) {
			t.Errorf("%s: %s of %s is not there: %v", id, at[1], at[0], err)
		}
	}
}

// The collected list, which is not part of the repository, has no row but these.
func TestList(t *testing.T) {
	dir := os.Getenv("DATELINE_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared")
	}
	list, err := os.ReadFile(filepath.Join(dir, "hostile.tsv"))
	if err != nil {
		t.Skip("the reference data is not here; set DATELINE_SHARED to its folder")
	}
	known := map[string]bool{}
	for _, r := range rows() {
		known[r.id] = true
	}
	for id := range elsewhere() {
		known[id] = true
	}
	for line := range strings.Lines(string(list)) {
		id, _, _ := strings.Cut(line, "\t")
		if strings.HasPrefix(id, "S") && !known[id] {
			t.Errorf("%s has no test", id)
		}
	}
}
