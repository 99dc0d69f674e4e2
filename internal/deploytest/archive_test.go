package deploytest

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/bus/bustest"
)

// archived expects that the archiver may archive every stream that can be, and end
// its archive; that it finishes its files when it is stopped, and goes on behind them.
func (p *deployment) archived(t *testing.T, programs string) {
	t.Helper()
	to := t.TempDir()
	args := []string{"archive", "--to", to, "--streams", "items,articles,enriched,mentions,stories,ops,dead", "--roll", "1s"}
	for range 2 {
		working := start(t, filepath.Join(programs, "dateline"), p.server.environment("archiver"), args...)
		bustest.Eventually(t, func() error {
			table := p.server.dateline(t, programs, "archiver", append(args, "--check")...)
			for _, stream := range []string{"articles", "enriched"} {
				if !strings.Contains(strings.Join(strings.Fields(table), " "), fmt.Sprintf("%s %d ", stream, len(p.want))) {
					return errors.New(table)
				}
			}
			return nil
		})
		working.stop(t)
	}
	p.server.dateline(t, programs, "archiver", append(args, "--forget")...)
}
