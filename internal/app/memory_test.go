package app

import "testing"

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
