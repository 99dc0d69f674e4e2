package app

import (
	"context"
	"runtime/debug"
	"testing"
)

func TestTheMemoryLimitFollowsWhatIsInUse(t *testing.T) {
	for live, want := range map[uint64]int64{
		0:         memoryLimit,
		100 << 20: memoryLimit,
		400 << 20: 600 << 20,
	} {
		if got := limitFor(live); got != want {
			t.Errorf("%d in use: limit %d, want %d", live, got, want)
		}
	}
}

func TestTheCollectorLooksAfterTheHeadroom(t *testing.T) {
	for live, want := range map[uint64]int{
		0:               gcHigh,
		1 << 20:         gcHigh,
		gcHeadroom / 2:  200,
		gcHeadroom:      100,
		gcHeadroom * 2:  50,
		gcHeadroom * 50: gcLow,
	} {
		if got := percentFor(live); got != want {
			t.Errorf("%d in use: %d percent, want %d", live, got, want)
		}
	}
}

func TestTheProcessGetsItsSettingsBack(t *testing.T) {
	percent, limit := debug.SetGCPercent(77), debug.SetMemoryLimit(5<<30)
	defer debug.SetGCPercent(percent)
	defer debug.SetMemoryLimit(limit)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	boundMemory(ctx)
	if got := debug.SetGCPercent(77); got != 77 {
		t.Errorf("afterwards the collector looks after %d percent, want 77", got)
	}
	if got := debug.SetMemoryLimit(-1); got != 5<<30 {
		t.Errorf("afterwards the limit is %d, want %d", got, 5<<30)
	}
}
