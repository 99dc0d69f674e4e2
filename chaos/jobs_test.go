package chaos

import (
	"errors"
	"testing"
)

func TestSameSequences(t *testing.T) {
	for name, test := range map[string]struct {
		want, got []uint64
		ok        bool
	}{
		"nothing":      {nil, nil, true},
		"all":          {[]uint64{1, 3, 4}, []uint64{1, 3, 4}, true},
		"one is gone":  {[]uint64{1, 3, 4}, []uint64{1, 4}, false},
		"without end":  {[]uint64{1, 3, 4}, []uint64{1, 3}, false},
		"one is twice": {[]uint64{1, 3, 4}, []uint64{1, 3, 3, 4}, false},
		"one too many": {[]uint64{1, 3, 4}, []uint64{1, 3, 4, 4}, false},
		"out of order": {[]uint64{1, 3, 4}, []uint64{1, 4, 3}, false},
		"none at all":  {[]uint64{1}, nil, false},
	} {
		if err := same(test.want, test.got); (err == nil) != test.ok || err != nil && !errors.Is(err, errBreach) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
