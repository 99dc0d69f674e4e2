package main

import (
	"strings"
	"testing"
	"unicode"
)

// Text from outside moves no cursor, in whichever command shows it.
func TestOutputIsInert(t *testing.T) {
	t.Parallel()
	const evil = "Red \x1b]0;owned\a \u009b31m \u202ename\r\n{\"level\":\"forged\"} \x7f"
	bed := deadLetters(t)
	hostile := sample(9, 1)
	hostile.Headline, hostile.Lead, hostile.Body, hostile.Authors = evil, evil, []string{evil}, []string{evil}
	hostile.Source.Name = evil
	bed.publish(bed.enriched(hostile))
	item := bed.item("evil")
	bed.bury("normalizer", item, bed.publish(item)[0].Sequence)
	for _, line := range []string{
		"dead ls", "dead ls --output json", "get " + hostile.ID, "get " + hostile.ID + " --format json",
		"tail --since 1h --no-follow", "tail --since 1h --no-follow --format json", "status",
	} {
		r := bed.ok(strings.Fields(line)...)
		if r.out+r.stderr == "" {
			t.Errorf("dateline %s shows nothing", line)
		}
		if at := strings.IndexFunc(r.out+r.stderr, unsafeRune); at >= 0 {
			t.Errorf("dateline %s (exit code %d): %q", line, r.code, (r.out + r.stderr)[at:])
		}
		t.Logf("dateline %s: exit code %d, %d bytes, %q", line, r.code, len(r.out), r.stderr)
	}
}

// unsafeRune is of those that a terminal obeys: control characters but those of
// lines and columns, and marks of direction.
func unsafeRune(r rune) bool {
	return unicode.IsControl(r) && r != '\n' && r != '\t' || unicode.Is(unicode.Bidi_Control, r)
}
