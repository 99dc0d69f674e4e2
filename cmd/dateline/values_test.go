package main

import (
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
	for text, want := range map[string]perSecond{"100/s": 100, "100": 100, "0.5/s": 0.5} {
		var got perSecond
		if err := got.UnmarshalText([]byte(text)); err != nil || got != want {
			t.Errorf("%s: got %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "0", "-1/s", "inf", "nan", "1/m", "/s"} {
		var got perSecond
		if err := got.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%s: got %v", text, got)
		}
	}
}

func TestProgressLine(t *testing.T) {
	for _, test := range []struct {
		done, total uint64
		took        time.Duration
		want        string
	}{
		{0, 100, time.Second, "0 of 100"},
		{50, 100, 10 * time.Second, "50 of 100, 50%, 5/s, 10s left"},
		{100, 100, 10 * time.Second, "100 of 100, 100%, 10/s"},
		{110, 100, 10 * time.Second, "110 of 100, 100%, 11/s"},
	} {
		if got := progressLine(test.done, test.total, test.took); got != test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
}

func TestProgressDrawsOneLine(t *testing.T) {
	var screen screen
	p := &progress{w: &screen, begun: time.Now().Add(-time.Second)}
	p.update(1, 10)
	p.update(2, 10) // too soon
	p.clear()
	p.clear()
	if got := string(screen); got != "\r\x1b[K1 of 10, 10%, 1/s, 9s left\r\x1b[K" {
		t.Errorf("got %q", got)
	}
}

// screen keeps what is drawn.
type screen []byte

func (s *screen) Write(p []byte) (int, error) {
	*s = append(*s, p...)
	return len(p), nil
}
