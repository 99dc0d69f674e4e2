//go:build unix

package benchmark

import (
	"runtime"
	"syscall"
	"time"
)

// Used is what this process has taken up to now.
func Used() Usage {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return Usage{}
	}
	peak := int64(u.Maxrss)
	if runtime.GOOS != "darwin" {
		peak <<= 10 // it is in KiB elsewhere
	}
	cpu := time.Duration(u.Utime.Nano() + u.Stime.Nano())
	return Usage{CPU: cpu.Seconds(), PeakRSS: peak}
}
