package hostile_test

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"syscall"
	"testing"
	"time"
)

// cost is what the poll of one row took, servers and the embedded NATS included.
type cost struct {
	name   string
	memory int64 // bytes that the heap was larger at most, garbage included
	cpu    time.Duration
	wall   time.Duration
}

// BenchmarkWorst prints the five rows that took most memory, and the five that took
// most time: go test ./e2e/hostile -run - -bench Worst -benchtime 1x
func BenchmarkWorst(b *testing.B) {
	for b.Loop() {
		var costs []cost
		for _, r := range rows() {
			costs = append(costs, measure(b, r))
		}
		slices.SortFunc(costs, func(x, y cost) int { return int(y.memory>>10 - x.memory>>10) })
		printCosts("most memory", costs[:5])
		slices.SortFunc(costs, func(x, y cost) int { return int(y.cpu - x.cpu) })
		printCosts("most CPU", costs[:5])
	}
}

func printCosts(title string, costs []cost) {
	fmt.Printf("\n| %s | MiB | CPU ms | wall ms |\n|---|---|---|---|\n", title)
	for _, c := range costs {
		fmt.Printf("| %s | %d | %d | %d |\n", c.name, c.memory>>20, c.cpu.Milliseconds(), c.wall.Milliseconds())
	}
}

func measure(b *testing.B, r row) cost {
	b.Helper()
	pipeline, _ := open(b, unchanged)
	register(b, pipeline, r.server)
	runtime.GC()
	debug.FreeOSMemory()
	begun, before, base := time.Now(), cpu(), heap()
	done, peaks := make(chan struct{}), make(chan int64)
	go func() {
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		peak := base
		for {
			peak = max(peak, heap())
			select {
			case <-tick.C:
			case <-done:
				peaks <- peak - base
				return
			}
		}
	}()
	poll(b, pipeline)
	close(done)
	c := cost{name: r.name(), memory: <-peaks, cpu: cpu() - before, wall: time.Since(begun)}
	pipeline.Close()
	return c
}

func heap() int64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return int64(sample[0].Value.Uint64())
}

func cpu() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
