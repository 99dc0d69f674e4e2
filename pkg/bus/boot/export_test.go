package boot

import (
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
)

// Watchdog is what looks for stages that stand still.
func Watchdog(b *bus.Bus) (stalled func(now time.Time) string) {
	w := watchdog{bus: b, seen: map[string]mark{}}
	return w.stalled
}
