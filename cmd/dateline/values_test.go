package main

import (
	"github.com/dateline-news/dateline/pkg/schema"
	"testing"
	"time"
)

func TestByteSize(t *testing.T) {
	for text, want := range map[string]struct {
		bytes byteSize
		shown string
	}{
		"0":       {0, "0 B"},
		"1023":    {1023, "1023 B"},
		"1KiB":    {1 << 10, "1 KiB"},
		"1536":    {1536, "1.5 KiB"},
		"500MiB":  {500 << 20, "500 MiB"},
		"10GiB":   {10 << 30, "10 GiB"},
		"10 GiB":  {10 << 30, "10 GiB"},
		"8191TiB": {8191 << 40, "8191 TiB"},
	} {
		t.Run(text, func(t *testing.T) {
			var got byteSize
			if err := got.UnmarshalText([]byte(text)); err != nil {
				t.Fatal(err)
			}
			if got != want.bytes || got.String() != want.shown {
				t.Errorf("got %d, %s", got, got)
			}
		})
	}
	for _, text := range []string{"", "-1", "1.5GiB", "10GB", "10G", "GiB", "9999999999TiB", "8388608TiB", "99999999999999999999"} {
		t.Run("not "+text, func(t *testing.T) {
			var got byteSize
			if err := got.UnmarshalText([]byte(text)); err == nil {
				t.Errorf("got %d", got)
			}
		})
	}
}

func TestPerSecond(t *testing.T) {
	for text, want := range map[string]replayRate{
		"100/s": {perSecond: 100}, "100": {perSecond: 100}, "0.5/s": {perSecond: 0.5},
		"recorded": {pace: 1}, "recorded×2": {pace: 2}, "recordedx0.5": {pace: 0.5}, "recorded*10": {pace: 10},
	} {
		var got replayRate
		if err := got.UnmarshalText([]byte(text)); err != nil || got != want {
			t.Errorf("%s: got %v, %v", text, got, err)
		}
		var plain messageRate
		if err := plain.UnmarshalText([]byte(text)); (err == nil) != (want.pace == 0) {
			t.Errorf("%s without a pace: %v", text, err)
		}
	}
	for _, text := range []string{"", "0", "-1/s", "inf", "nan", "1/m", "/s", "recorded×", "recorded×0", "recorded2", "recorded/s"} {
		var got replayRate
		if err := got.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%s: got %v", text, got)
		}
	}
}

func TestBound(t *testing.T) {
	var b bound
	if err := b.UnmarshalText([]byte("seq:17")); err != nil || b.seq != 17 || !b.IsZero() {
		t.Errorf("got %+v, %v", b, err)
	}
	if err := b.UnmarshalText([]byte("2026-01-02")); err != nil || b.IsZero() {
		t.Errorf("got %+v, %v", b, err)
	}
	for _, text := range []string{"", "seq:", "seq:0", "seq:-1", "seq:x", "17"} {
		if err := b.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}

func TestProgressLine(t *testing.T) {
	for want, p := range map[string]schema.Progress{
		"0 of 0":                                {},
		"[                    ]   0%  0 of 100": {Total: 100},
		"[==========          ]  50%  50 of 100, 5/s, 10s left": {Done: 50, Total: 100, Rate: 5, Left: 10},
		"[====================] 100%  100 of 100, 10/s":         {Done: 100, Total: 100, Rate: 10},
		"[====================] 100%  110 of 100, 11/s, 3 live": {Done: 110, Total: 100, Rate: 11, Live: 3},
	} {
		if got := progressLine(p); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestProgressDrawsOneLine(t *testing.T) {
	var screen screen
	p := &progress{w: &screen, begun: time.Now().Add(-time.Second)}
	p.update(schema.Progress{Done: 1, Total: 10})
	p.update(schema.Progress{Done: 2, Total: 10}) // too soon
	p.clear()
	p.clear()
	if got := string(screen); got != "\r\x1b[K[==                  ]  10%  1 of 10, 1/s, 9s left\r\x1b[K" {
		t.Errorf("got %q", got)
	}
}

// screen keeps what is drawn.
type screen []byte

func (s *screen) Write(p []byte) (int, error) {
	*s = append(*s, p...)
	return len(p), nil
}
