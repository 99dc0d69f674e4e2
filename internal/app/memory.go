package app

import (
	"context"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// Most of a busy pipeline's heap are messages on their way, which die young,
// and by default the collector lets the heap double before it looks. So it is
// told to look earlier, and the process gets a soft limit for its peaks. The
// limit is never so close to what is in use (the server's index grows with the
// store) that the collector would run without end; and it is not what paces the
// collector, because memory given back near a limit has to be got again.
const (
	gcPercent   = 40
	memoryLimit = 256 << 20
	memorySlack = 1.5 // the limit is at least this many times what is in use
	memoryLook  = 2 * time.Second
)

// boundMemory keeps the soft limit of the process until ctx ends, unless the
// operator has set the collector (GOGC, GOMEMLIMIT).
func boundMemory(ctx context.Context) {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	percent := debug.SetGCPercent(gcPercent)
	defer debug.SetGCPercent(percent)
	before := debug.SetMemoryLimit(memoryLimit)
	defer debug.SetMemoryLimit(before)
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	ticker := time.NewTicker(memoryLook)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			metrics.Read(live)
			debug.SetMemoryLimit(limitFor(live[0].Value.Uint64()))
		case <-ctx.Done():
			return
		}
	}
}

// limitFor is the soft limit for what was in use after the last collection.
func limitFor(live uint64) int64 {
	return max(memoryLimit, int64(memorySlack*float64(live)))
}
