package app

import (
	"testing"
	"time"
)

func TestPatience(t *testing.T) {
	type look struct {
		at            time.Duration
		pages, others uint64
	}
	for name, test := range map[string]struct {
		looks []look
		over  bool // at the last of them
	}{
		"at first":            {[]look{{0, 3, 0}}, false},
		"within both":         {[]look{{0, 3, 0}, {59 * time.Second, 3, 0}}, false},
		"no page comes":       {[]look{{0, 3, 0}, {time.Minute, 3, 0}}, true},
		"one has come":        {[]look{{0, 3, 0}, {59 * time.Second, 2, 0}, {118 * time.Second, 2, 0}}, false},
		"and then no other":   {[]look{{0, 3, 0}, {59 * time.Second, 2, 0}, {119 * time.Second, 2, 0}}, true},
		"they come slowly":    {[]look{{0, 9, 0}, {50 * time.Second, 8, 0}, {100 * time.Second, 7, 0}, {150 * time.Second, 6, 0}, {180 * time.Second, 5, 0}}, true},
		"others are left":     {[]look{{0, 3, 0}, {time.Hour, 3, 1}}, false},
		"others are done now": {[]look{{0, 3, 7}, {time.Hour, 3, 1}, {time.Hour + time.Second, 3, 0}}, true},
	} {
		p := patience{idle: time.Minute, total: 3 * time.Minute}
		begun, over := time.Now(), false
		for i, l := range test.looks {
			if over {
				t.Errorf("%s: over at look %d", name, i)
			}
			over = p.isOver(begun.Add(l.at), l.pages, l.others)
		}
		if over != test.over {
			t.Errorf("%s: over %v", name, over)
		}
	}
}
