package asyncapi_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/dateline-news/dateline/internal/asyncapi"
	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/pkg/schema/jsonschema"
)

type object = map[string]any

// document is the document of a pipeline with a root.
func document(t *testing.T, root schema.Root) ([]byte, object) {
	t.Helper()
	o := topology.DefaultOptions()
	o.Root = root
	data, err := asyncapi.Document(o)
	if err != nil {
		t.Fatal(err)
	}
	var d object
	if err := json.Unmarshal(data, &d); err != nil {
		t.Fatal(err)
	}
	return data, d
}

func TestDocumentIsGenerated(t *testing.T) {
	want, _ := document(t, schema.DefaultRoot)
	got, err := os.ReadFile(filepath.Join("..", "..", "docs", "asyncapi.json"))
	if err != nil || string(got) != string(want) {
		t.Errorf("docs/asyncapi.json is not what the code says: run go generate ./internal/asyncapi (%v)", err)
	}
}

// The parser of AsyncAPI's authors finds nothing wrong.
func TestDocumentIsValid(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not here")
	}
	modules, err := filepath.Abs(filepath.Join("..", "..", "docs", "examples", "js", "node_modules"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(modules, "@asyncapi", "parser")); err != nil {
		t.Skip("@asyncapi/parser is not here: run npm ci --ignore-scripts in docs/examples/js")
	}
	data, _ := document(t, "papers")
	path := filepath.Join(t.TempDir(), "asyncapi.json")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	const program = `
const { Parser } = require('@asyncapi/parser')
new Parser().parse(require('fs').readFileSync(process.argv[1], 'utf8')).then(({ document, diagnostics }) => {
  for (const d of diagnostics) if (d.severity < 2) console.log(d.message, d.path.join('/'))
  console.log(document ? 'valid: ' + document.channels().all().length + ' channels' : 'invalid')
})`
	cmd := exec.CommandContext(t.Context(), node, "-e", program, path)
	cmd.Env = append(os.Environ(), "NODE_PATH="+modules)
	out, err := cmd.CombinedOutput()
	if err != nil || string(out) != "valid: 13 channels\n" {
		t.Errorf("%v: %s", err, out)
	}
}

// walk calls f with each object of a value.
func walk(value any, f func(object)) {
	switch value := value.(type) {
	case object:
		f(value)
		for _, v := range value {
			walk(v, f)
		}
	case []any:
		for _, v := range value {
			walk(v, f)
		}
	}
}

// lookUp is the part of a document that a reference leads to.
func lookUp(d object, ref string) any {
	var at any = d
	for part := range strings.SplitSeq(strings.TrimPrefix(ref, "#/"), "/") {
		o, _ := at.(object)
		at = o[part]
	}
	return at
}

func TestReferencesLeadSomewhere(t *testing.T) {
	data, d := document(t, schema.DefaultRoot)
	n := 0
	walk(d, func(o object) {
		if ref, ok := o["$ref"].(string); ok {
			if n++; lookUp(d, ref) == nil {
				t.Errorf("%s leads nowhere", ref)
			}
		}
	})
	if n < 100 {
		t.Errorf("%d references", n)
	}
	for _, local := range []string{`"$defs"`, `"$id"`, `"$schema"`, "#/$defs"} {
		if strings.Contains(string(data), local) {
			t.Errorf("%s is left", local)
		}
	}
}

// The document has every type and header, and every schema, and every one that it
// has means something.
func TestDocumentIsComplete(t *testing.T) {
	data, d := document(t, schema.DefaultRoot)
	source, err := os.ReadFile(filepath.Join("..", "..", "pkg", "schema", "headers.go"))
	if err != nil {
		t.Fatal(err)
	}
	names := regexp.MustCompile(`(?m)^\t(?:Header|Type)\w+ += "([^"]+)"`).FindAllStringSubmatch(string(source), -1)
	if len(names) < 30 {
		t.Fatalf("%d headers and types are declared", len(names))
	}
	for _, name := range names {
		if !strings.Contains(string(data), `"`+name[1]+`"`) {
			t.Errorf("%s is missing", name[1])
		}
	}
	for _, name := range jsonschema.Names() {
		if _, ok := lookUp(d, "#/components/schemas/"+name).(object); !ok {
			t.Errorf("schema %s is missing", name)
		}
	}
	walk(d, func(o object) {
		if text, ok := o["description"]; ok && text == "" {
			t.Errorf("something has an empty description: %v", o)
		}
	})
}

// Every stream is there with its subjects, consumers and limits, and each of its
// channels is on one of the subjects.
func TestStreamsAreThoseOfTheTopology(t *testing.T) {
	for _, root := range []schema.Root{schema.DefaultRoot, "papers"} {
		_, d := document(t, root)
		o := topology.DefaultOptions()
		o.Root = root
		top := topology.New(o)
		seen := map[string]bool{}
		for name, c := range d["channels"].(object) {
			c := c.(object)
			stream := c["x-jetstream"].(object)
			seen[stream["stream"].(string)] = true
			at := slices.IndexFunc(top.Streams, func(s jetstream.StreamConfig) bool { return s.Name == stream["stream"] })
			address := regexp.MustCompile(`\{\w+\}`).ReplaceAllString(c["address"].(string), "x")
			if !slices.ContainsFunc(top.Streams[at].Subjects, func(subject string) bool { return matches(subject, address) }) {
				t.Errorf("%s: %s is on none of %v", name, address, top.Streams[at].Subjects)
			}
			if stream["max_age"] != top.Streams[at].MaxAge.String() {
				t.Errorf("%s: age %v", name, stream["max_age"])
			}
		}
		if len(seen) != len(top.Streams) {
			t.Errorf("%d of %d streams", len(seen), len(top.Streams))
		}
		consumers := 0
		for _, name := range []string{"pollDue", "found", "item", "article"} {
			consumers += len(lookUp(d, "#/channels/"+name+"/x-jetstream/consumers").(object))
		}
		if consumers != len(top.Consumers) {
			t.Errorf("%d of %d consumers", consumers, len(top.Consumers))
		}
		if buckets := d["x-jetstream-buckets"].(object); len(buckets) != len(top.Buckets) {
			t.Errorf("%d of %d buckets", len(buckets), len(top.Buckets))
		}
	}
}

// matches reports whether a subject is on a filter.
func matches(filter, subject string) bool {
	want, is := strings.Split(filter, "."), strings.Split(subject, ".")
	for i, token := range want {
		switch {
		case token == ">":
			return len(is) > i
		case i >= len(is) || token != "*" && token != is[i]:
			return false
		}
	}
	return len(is) == len(want)
}

// What the services of a pipeline receive, some service sends.
func TestWhatIsReceivedIsSent(t *testing.T) {
	_, d := document(t, schema.DefaultRoot)
	actions := map[string][]string{}
	for name, o := range d["operations"].(object) {
		o := o.(object)
		ref := o["channel"].(object)["$ref"].(string)
		if actions[ref] = append(actions[ref], o["action"].(string)); len(o["messages"].([]any)) == 0 || !strings.HasPrefix(name, o["x-service"].(string)) {
			t.Errorf("%s has no messages, or is somebody else's", name)
		}
	}
	if len(actions) != len(d["channels"].(object)) {
		t.Errorf("%d channels have operations", len(actions))
	}
	for channel, actions := range actions {
		if !slices.Contains(actions, "send") {
			t.Errorf("nobody sends on %s", channel)
		}
	}
}
