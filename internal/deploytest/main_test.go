// Package deploytest runs what deploy/ holds: the NATS server with its
// configuration and each service as a process with its own user.
package deploytest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// programs are what an image holds, and the server.
var programs = map[string]string{
	"nats-server": "github.com/nats-io/nats-server/v2",
	"dateline":    "github.com/dateline-news/dateline/cmd/dateline",
	"fetcher":     "github.com/dateline-news/dateline/services/fetcher/cmd/fetcher",
	"normalizer":  "github.com/dateline-news/dateline/services/normalizer/cmd/normalizer",
	"enricher":    "github.com/dateline-news/dateline/services/enricher/cmd/enricher",
}

// binaries is the folder of the programs, built once when a test first asks.
var binaries = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "deploytest")
	if err != nil {
		return "", err
	}
	args := []string{"build", "-o", dir + string(filepath.Separator)}
	for _, path := range programs {
		args = append(args, path)
	}
	// Workspace modules alone get a name from their folder, so the server is named after its own.
	out, err := exec.Command("go", args...).CombinedOutput()
	if err != nil {
		return dir, fmt.Errorf("go %v: %w\n%s", args, err, out)
	}
	return dir, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if dir, err := binaries(); err == nil {
		_ = os.RemoveAll(dir)
	}
	os.Exit(code)
}
