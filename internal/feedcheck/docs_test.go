package feedcheck_test

import (
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/feed"
	"github.com/dateline-news/dateline/pkg/feed/guard"
)

// What a report can name is in the documentation.
func TestDocs(t *testing.T) {
	feeds, configure := text(t, "../../docs/feeds.md"), text(t, "../../docs/configure.md")
	constant := regexp.MustCompile(`(?m)^\s+Repair\w+\s+= "([^"]+)"`)
	names := 0
	for _, file := range []string{"../../pkg/feed/parse/repairs.go", "../../pkg/feed/decode/decode.go"} {
		for _, m := range constant.FindAllStringSubmatch(text(t, file), -1) {
			names++
			if !strings.Contains(feeds, "| `"+m[1]+"` |") {
				t.Errorf("docs/feeds.md does not say what the repair %s is", m[1])
			}
		}
	}
	if names < 20 {
		t.Errorf("found %d names of repairs", names)
	}
	word := regexp.MustCompile(`([a-z])([A-Z])`)
	for i := range reflect.TypeFor[guard.Limits]().NumField() {
		name := strings.ToLower(word.ReplaceAllString(reflect.TypeFor[guard.Limits]().Field(i).Name, "$1-$2"))
		if name = strings.Replace(name, "jsondepth", "json-depth", 1); !strings.Contains(feeds, "`--feed-"+name+"`") {
			t.Errorf("docs/feeds.md does not have the bound --feed-%s", name)
		}
	}
	for _, code := range []string{feed.CodeNotFeed, feed.CodeBlocked, feed.CodeEmpty, feed.CodeTooLarge, feed.CodeDepth, feed.CodeBudget, feed.CodeEncoding} {
		if !strings.Contains(configure, "`"+code+"`") {
			t.Errorf("docs/configure.md does not have the code %s", code)
		}
	}
}

func text(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
