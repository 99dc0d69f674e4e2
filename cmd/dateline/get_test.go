package main

import (
	"strings"
	"testing"
)

func TestGet(t *testing.T) {
	t.Parallel()
	bed := newTestbed(t)
	bed.publish(bed.enriched(sample(1, 1)), bed.enriched(sample(2, 1)))
	bed.publish(bed.enriched(sample(1, 2)))
	bed.publish(bed.article(sample(3, 1).Article)) // not enriched yet
	id := sample(1, 1).ID

	dated := bed.ok("get", id).out
	golden(t, "get-dated.golden", dated)
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"upper case":       {[]string{strings.ToUpper(id)}, dated},
		"address":          {[]string{"https://example.org/1"}, dated},
		"another spelling": {[]string{"http://www.example.org/1/?utm_source=feed"}, dated},
		"revisions":        {[]string{id, "--revisions"}, "revision 1|Headline 1.1|revision 2|[-1.1-]"},
		"a line":           {[]string{id, "--format", "line"}, "revised 2"},
		"json":             {[]string{id, "--format", "json"}, `"headline":"Headline 1.2"`},
		"ninjs":            {[]string{id, "--format", "ninjs"}, `"version":"2"`},
		"not enriched yet": {[]string{"https://example.org/3"}, "Headline 3.1"},
	} {
		t.Run(name, func(t *testing.T) {
			got := bed.ok(append([]string{"get"}, test.args...)...).out
			for part := range strings.SplitSeq(test.want, "|") {
				if !strings.Contains(got, part) {
					t.Errorf("got %q, want %q in it", got, part)
				}
			}
		})
	}
}

func TestGetFails(t *testing.T) {
	t.Parallel()
	bed := newTestbed(t)
	missing := strings.Repeat("0", 32)
	bed.run("get", missing).fails(t, 1, "article "+missing+": not in ENRICHED or ARTICLES")
	bed.run("get", missing, "--revisions").fails(t, 1, "article "+missing+": not in")
	for _, arg := range []string{"abc", "https://example.org/", "not an address"} {
		bed.run("get", arg).fails(t, 2, "want an article's id, 32 hex digits, or its address")
	}
}
