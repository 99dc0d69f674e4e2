package asyncapi_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
)

// The page for people has every subject, type and header that the document for
// programs has, and leads to schemas that are there.
func TestThePageIsComplete(t *testing.T) {
	docs := filepath.Join("..", "..", "docs")
	data, err := os.ReadFile(filepath.Join(docs, "consume.md"))
	if err != nil {
		t.Fatal(err)
	}
	page := string(data)
	has := func(what string) {
		t.Helper()
		if !strings.Contains(page, what) {
			t.Errorf("docs/consume.md lacks %s", what)
		}
	}
	_, d := document(t, schema.DefaultRoot)
	for name, c := range d["channels"].(object) {
		address := c.(object)["address"].(string)
		switch {
		case strings.HasPrefix(name, "poll"), strings.HasPrefix(name, "walk"): // which are nobody else's
			has(address[:strings.Index(address[5:], ".")+6] + ">")
		default:
			has("`" + strings.NewReplacer("{", "<", "}", ">").Replace(address) + "`")
		}
	}
	ending := regexp.MustCompile(`^(dateline-dead|dateline-replay)(-\w+)$`)
	headers := lookUp(d, "#/components/schemas/CloudEvent/properties").(object)
	for _, m := range d["components"].(object)["messages"].(object) {
		properties, _ := m.(object)["headers"].(object)["properties"].(object)
		for name := range properties {
			headers[name] = nil
		}
		if title, ok := m.(object)["title"].(string); ok {
			head, kind, _ := strings.Cut(strings.TrimSuffix(title, ".v1"), "dev.dateline.article.")
			if head == "" && kind != "published" && kind != "enriched" {
				title = "….revised.v1`, `….withdrawn.v1" // beside the first of the three
			}
			has("`" + title + "`")
		}
	}
	for name := range headers {
		if parts := ending.FindStringSubmatch(name); parts != nil {
			name = parts[2] // told in one row with the first
		}
		switch name {
		case schema.HeaderRSL, schema.HeaderTDM:
			name = strings.TrimPrefix(name, "dateline")
		}
		has(name + "`")
	}
	links := regexp.MustCompile(`\]\((\.\./[^)#]+|[a-z][^):#]*\.\w+)[)#]`).FindAllStringSubmatch(page, -1)
	if len(links) < 12 {
		t.Fatalf("%d links", len(links))
	}
	for _, link := range links {
		if _, err := os.Stat(filepath.Join(docs, link[1])); err != nil {
			t.Errorf("a link leads nowhere: %v", err)
		}
	}
}
