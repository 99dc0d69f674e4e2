package places

import (
	"strings"
	"testing"
)

// What may stand after the place of a dateline.
func TestDatelineAfter(t *testing.T) {
	for after, want := range map[string]bool{
		"":                                     false,
		"-":                                    false,
		" -":                                   true,
		" - ":                                  true,
		"–":                                    true,
		", 3 March -Talks":                     true,
		", 3 March-Talks":                      false,
		" (Zork-Blix) -":                       true,
		" (Zork":                               false,
		"\n(Zork) - ":                          false,
		" talks (Zork) - ":                     false,
		strings.Repeat(",", maxTokens-1) + "—": true,
		strings.Repeat(",", maxTokens) + "—":   false,
		strings.Repeat(" ", maxBytes) + "—":    false,
	} {
		if got := dateline(after); got != want {
			t.Errorf("%q: got %t, want %t", after, got, want)
		}
	}
}
