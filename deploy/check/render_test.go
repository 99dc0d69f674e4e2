package check

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"
)

// deploy is a path in deploy/.
func deploy(elements ...string) string {
	return filepath.Join(append([]string{".."}, elements...)...)
}

func read(t *testing.T, elements ...string) string {
	t.Helper()
	data, err := os.ReadFile(deploy(elements...))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// kustomize builds a folder of deploy/kubernetes, as `kubectl kustomize` does.
func kustomize(t *testing.T, folder string) objects {
	t.Helper()
	// With the options of kubectl: no file outside of its kustomization's folder, no plugins.
	result, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), deploy("kubernetes", folder))
	if err != nil {
		t.Fatal(err)
	}
	text, err := result.AsYaml()
	if err != nil {
		t.Fatal(err)
	}
	return mustDecode(t, string(text))
}

func mustDecode(t *testing.T, manifests string) objects {
	t.Helper()
	all, err := decode(manifests)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func loadChart(t *testing.T) *chart.Chart {
	t.Helper()
	c, err := loader.Load(deploy("helm", "dateline"))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// render renders the chart as `helm template dateline` does, its notes included.
func render(c *chart.Chart, values string) (map[string]string, error) {
	over := map[string]any{}
	if err := yaml.Unmarshal([]byte(values), &over); err != nil {
		return nil, err
	}
	options := chartutil.ReleaseOptions{Name: "dateline", Namespace: "dateline", Revision: 1, IsInstall: true}
	all, err := chartutil.ToRenderValues(c, over, options, chartutil.DefaultCapabilities)
	if err != nil {
		return nil, err
	}
	return engine.Render(c, all)
}

// helm renders the chart with these values and decodes what comes out.
func helm(t *testing.T, values string) objects {
	t.Helper()
	files, err := render(loadChart(t), values)
	if err != nil {
		t.Fatal(err)
	}
	all := objects{}
	for name, text := range files {
		if !strings.HasSuffix(name, ".yaml") {
			continue
		}
		for key, object := range mustDecode(t, text) {
			if _, twice := all[key]; twice {
				t.Errorf("%s: %s is there twice", name, key)
			}
			all[key] = object
		}
	}
	return all
}

// everything is values that turn on all that the chart has, but for the rules, which are a file.
const everything = `
setup: {replicas: 3}
feeds: [https://example.org/feed.xml, "https://example.org/?a=1&b=%20"]
image: {digest: "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}
imagePullSecrets: [{name: registry}]
fetcher: {replicas: 2, env: {DATELINE_POLLS: 128, DATELINE_FULLTEXT: never}}
nodeSelector: {kubernetes.io/arch: arm64}
tolerations: [{key: news, operator: Exists}]
priorityClassName: high
podMonitor: {enabled: true}
keda: {enabled: true}
`

// renderings are all that we test, by name.
func renderings(t *testing.T) map[string]objects {
	t.Helper()
	return map[string]objects{
		"kustomize single": kustomize(t, "overlays/single"), "kustomize production": kustomize(t, "overlays/production"),
		"kustomize options": with(kustomize(t, "base"), kustomize(t, "components/feeds"), kustomize(t, "components/admin")),
		"helm":              helm(t, ""), "helm with everything": helm(t, everything),
	}
}

// with is several renderings as one.
func with(all objects, others ...objects) objects {
	for _, other := range others {
		for key, object := range other {
			all[key] = object
		}
	}
	return all
}
