package app

import (
	"os"
	"runtime/debug"
)

// gcPercent is how much the heap may grow over what is in use before it is
// collected. Most of a busy pipeline's heap are messages on their way, which
// die young: half of Go's default costs a few percent of the time, and keeps a
// third of the memory.
const gcPercent = 50

// SaveMemory sets the collector for a process that is a whole pipeline, unless
// the operator has set it (GOGC). It is for main packages.
func SaveMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
}
