package chaos

import (
	"io"
	"strings"
	"testing"
	"time"
)

func TestFlags(t *testing.T) {
	for args, want := range map[string]string{
		"-seed 7 -kills 20":       "",
		"-mode cluster -seeds 3":  "",
		"-bug ack-early":          "",
		"-bug typo":               "want one of",
		"-mode moon":              "want services, up or cluster",
		"-feeds 0":                "want at least",
		"-kills -1":               "want at least",
		"-jobs 3":                 "",
		"-clock -mode up":         "",
		"-jobs -1":                "want at least",
		"-seed 7 more":            "unexpected argument",
		"-mode services,up,other": "-mode other",
	} {
		_, err := parse(strings.Fields(args), io.Discard)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", args, err, want)
		}
	}
}

func TestQuantiles(t *testing.T) {
	var times []time.Duration
	for n := range 20 {
		times = append(times, time.Duration(n+1)*time.Second)
	}
	for q, want := range map[float64]float64{0.5: 11, 0.95: 20, 1: 20, 0: 1} {
		if got := at(times, q); got != want {
			t.Errorf("quantile %g: got %g, want %g", q, got, want)
		}
	}
}
