package app

import (
	"context"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// Most of a busy pipeline's heap are messages on their way, which die young.
// By default the collector lets a heap double before it looks: too seldom for a
// large one, and for a small one so often that it is a tenth of all work. So it
// looks whenever so much has been allocated as gcHeadroom, whatever is in use,
// and the process gets a soft limit for its peaks. The limit is never so close
// to what is in use (the server's index grows with the store) that the collector
// would run without end; and it is not what paces the collector, because memory
// given back near a limit has to be got again.
const (
	gcHeadroom  = 96 << 20
	gcLow       = 30 // percent: bounds of what the headroom is of what is in use
	gcHigh      = 300
	memoryLimit = 256 << 20
	memorySlack = 1.5 // the limit is at least this many times what is in use
	memoryLook  = 250 * time.Millisecond
)

// boundMemory paces the collector and keeps the soft limit of the process until
// ctx ends, unless the operator has set them (GOGC, GOMEMLIMIT).
func boundMemory(ctx context.Context) {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	seen := live[0].Value.Uint64()
	percent := debug.SetGCPercent(percentFor(seen))
	defer debug.SetGCPercent(percent)
	before := debug.SetMemoryLimit(limitFor(seen))
	defer debug.SetMemoryLimit(before)
	ticker := time.NewTicker(memoryLook)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			metrics.Read(live)
			if now := live[0].Value.Uint64(); now != seen { // each setting stops the process for a moment
				seen = now
				debug.SetGCPercent(percentFor(seen))
				debug.SetMemoryLimit(limitFor(seen))
			}
		case <-ctx.Done():
			return
		}
	}
}

// percentFor makes the collector look after gcHeadroom, when so much is in use
// as after the last collection.
func percentFor(live uint64) int {
	return int(min(max(100*gcHeadroom/max(live, 1), gcLow), gcHigh))
}

// limitFor is the soft limit for what was in use after the last collection.
func limitFor(live uint64) int64 {
	return max(memoryLimit, int64(memorySlack*float64(live)))
}
