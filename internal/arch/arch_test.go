// Package arch_test holds who may import whom. It reads the source through the
// go command, which the test cache does not see: run it with -count=1.
package arch_test

import (
	"bufio"
	"bytes"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/dateline-news/dateline"

// rule says what packages must not import.
type rule struct {
	name string
	// of are the packages: each is one, or with /... a tree.
	of []string
	// except are left out of of.
	except []string
	// never are packages or trees that must not be imported, by any way.
	never []string
	// directly are those that must not be imported by the packages themselves.
	directly []string
	// only, if set, are all that may be imported, by any way, beside the
	// standard library and the packages themselves.
	only []string
}

var outside = []string{"github.com/nats-io/...", "go.uber.org/zap/...", module + "/pkg/bus/..."}

var rules = []rule{
	{
		name: "the contract stands alone",
		of:   []string{module + "/pkg/schema/..."},
		only: []string{"golang.org/x/text/..."},
	},
	{
		name:     "reading feeds knows no network and no bus",
		of:       []string{module + "/pkg/feed/..."},
		never:    outside,
		directly: []string{"net/http", "os", "net"},
	},
	{
		name:  "the bus knows no service and no product",
		of:    []string{module + "/pkg/bus/..."},
		never: []string{module + "/services/...", module + "/internal/...", module + "/cmd/..."},
	},
	{
		name:   "only the embedded server and the test helpers hold nats-server",
		of:     []string{module + "/pkg/bus/..."},
		except: []string{module + "/pkg/bus/embedded", module + "/pkg/bus/bustest"},
		never:  []string{"github.com/nats-io/nats-server/..."},
	},
	{
		name:     "only mains have flags and metrics",
		of:       []string{module + "/pkg/bus", module + "/pkg/bus/topology", module + "/services/fetcher", module + "/services/normalizer", module + "/services/enricher"},
		directly: []string{"github.com/alecthomas/kong/...", "github.com/prometheus/...", module + "/pkg/bus/boot"},
	},
	{
		name:     "only boot makes traces go out",
		of:       []string{module + "/..."},
		except:   []string{module + "/pkg/bus/boot"},
		directly: []string{"go.opentelemetry.io/otel/sdk/...", "go.opentelemetry.io/otel/exporters/..."},
	},
	{
		name:   "the fetcher is no other service, and no product",
		of:     []string{module + "/services/fetcher/..."},
		except: []string{module + "/services/fetcher/fetchertest/..."},
		never:  []string{module + "/services/normalizer/...", module + "/services/enricher/...", module + "/internal/...", "github.com/nats-io/nats-server/..."},
	},
	{
		name:  "the normalizer is no other service, and no product",
		of:    []string{module + "/services/normalizer/..."},
		never: []string{module + "/services/fetcher/...", module + "/services/enricher/...", module + "/internal/...", "github.com/nats-io/nats-server/..."},
	},
	{
		name:  "the enricher is no other service, and no product, and does not read feeds",
		of:    []string{module + "/services/enricher/..."},
		never: []string{module + "/services/fetcher/...", module + "/services/normalizer/...", module + "/internal/...", module + "/pkg/feed/...", "github.com/nats-io/nats-server/..."},
	},
	{
		name: "the pure parts know no bus",
		of: []string{
			module + "/services/normalizer/normalize/...", module + "/services/normalizer/identity/...",
			module + "/services/normalizer/fingerprint", module + "/services/normalizer/stories",
			module + "/services/enricher/steps/...", module + "/services/fetcher/internal/schedule", module + "/services/fetcher/internal/memory",
			module + "/services/fetcher/discover",
		},
		never:    outside,
		directly: []string{"net/http", "os", "net"},
	},
	{
		name:  "sinks are no service, and no product",
		of:    []string{module + "/sinks/..."},
		never: []string{module + "/services/...", module + "/internal/...", module + "/cmd/...", module + "/pkg/bus/boot", module + "/pkg/feed/...", "github.com/nats-io/nats-server/...", "github.com/alecthomas/kong/..."},
	},
	{
		name:     "only exports know Parquet, and only stores S3",
		of:       []string{module + "/..."},
		except:   []string{module + "/internal/export", module + "/internal/store"},
		directly: []string{"github.com/parquet-go/...", "github.com/minio/..."},
	},
	{
		name:     "test helpers stay in tests",
		of:       []string{module + "/..."},
		except:   []string{module + "/pkg/bus/bustest", module + "/services/fetcher/fetchertest/...", module + "/services/enricher/recognizer/recognizertest", module + "/bench/..."},
		directly: []string{module + "/pkg/bus/bustest", module + "/services/fetcher/fetchertest", module + "/services/enricher/recognizer/recognizertest", "testing"},
	},
}

func TestImports(t *testing.T) {
	packages := list(t)
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) {
			checked := 0
			for path, p := range packages {
				if !matches(r.of, path) || matches(r.except, path) {
					continue
				}
				checked++
				for _, breach := range r.breaches(p) {
					t.Errorf("%s imports %s", path, breach)
				}
			}
			if checked == 0 {
				t.Errorf("no package is checked: %v", r.of)
			}
		})
	}
}

// Each rule must find a planted breach, or it holds nothing.
func TestRulesFindABreach(t *testing.T) {
	for _, r := range rules {
		for _, planted := range slices.Concat(r.never, r.directly) {
			planted = strings.TrimSuffix(planted, "/...")
			if len(r.breaches(imports{direct: []string{planted}, all: []string{planted}})) == 0 {
				t.Errorf("%s: an import of %s is not found", r.name, planted)
			}
		}
		if r.only != nil && len(r.breaches(imports{all: []string{"example.org/other"}})) == 0 {
			t.Errorf("%s: another import is not found", r.name)
		}
	}
}

// imports is what a package imports itself, and by any way.
type imports struct{ direct, all []string }

func (r rule) breaches(p imports) []string {
	var found []string
	for _, path := range p.all {
		foreign := strings.Contains(strings.SplitN(path, "/", 2)[0], ".")
		if matches(r.never, path) || r.only != nil && foreign && !matches(r.only, path) && !matches(r.of, path) {
			found = append(found, path)
		}
	}
	for _, path := range p.direct {
		if matches(r.directly, path) {
			found = append(found, path)
		}
	}
	return found
}

func matches(patterns []string, path string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		tree, isTree := strings.CutSuffix(pattern, "/...")
		return path == tree || isTree && strings.HasPrefix(path, tree+"/")
	})
}

// list asks the go command what every package of the workspace imports.
func list(t *testing.T) map[string]imports {
	t.Helper()
	cmd := exec.Command("go", "list", "-f", `{{.ImportPath}}|{{join .Imports " "}}|{{join .Deps " "}}`, "work")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.String())
	}
	packages := map[string]imports{}
	lines := bufio.NewScanner(bytes.NewReader(out))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		parts := strings.Split(lines.Text(), "|")
		packages[parts[0]] = imports{direct: strings.Fields(parts[1]), all: strings.Fields(parts[2])}
	}
	if lines.Err() != nil || len(packages) < 20 {
		t.Fatalf("go list: %d packages, %v", len(packages), lines.Err())
	}
	return packages
}
