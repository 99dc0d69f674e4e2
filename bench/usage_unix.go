//go:build unix

package main

import (
	"runtime"
	"syscall"
	"time"
)

// usage is what this process has taken up to now.
func usage() cost {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return cost{}
	}
	peak := int64(u.Maxrss)
	if runtime.GOOS != "darwin" {
		peak <<= 10 // it is in KiB elsewhere
	}
	cpu := time.Duration(u.Utime.Nano() + u.Stime.Nano())
	return cost{CPU: cpu.Seconds(), PeakRSS: peak}
}
