package check

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"testing"

	"helm.sh/helm/v3/pkg/chart"
	apps "k8s.io/api/apps/v1"
	core "k8s.io/api/core/v1"
)

func names[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }

// Values that cannot be are refused before anything is rendered, and the message names them.
func TestSchemaRefuses(t *testing.T) {
	for values, says := range map[string]string{
		"imgae: {tag: v1}":             "imgae",
		"image: {tag: latest}":         "tag",
		"image: {digest: abc}":         "digest",
		"image: {repository: ''}":      "repository",
		"fetcher: {replicas: many}":    "replicas",
		"fetcher: {replicas: -1}":      "replicas",
		"fetcher: {env: {PATH: /tmp}}": "PATH",
		"enricher: {resources: {requests: {cpu: 1}, limits: {memory: null}}}": "memory",
		"fetcher: {resources: {requests: {cpu: null}}}":                       "cpu",
		"normalizer: {resources: {limits: {memory: lots}}}":                   "memory",
		"normalizer: {goMemLimit: 900M}":                                      "goMemLimit",
		"setup: {replicas: 2}":                                                "replicas",
		"setup: {store: 10GB}":                                                "store",
		"feeds: [example.org/feed]":                                           "feeds",
		"feeds: ['https://example.org/a b']":                                  "feeds",
		"feeds: [https://a.example/, https://a.example/]":                     "feeds",
		"secrets: {admin: Admin_1}":                                           "admin",
		"secrets: {password: x}":                                              "password",
		"networkPolicy: {enabled: maybe}":                                     "enabled",
		"keda: {maxReplicas: 0}":                                              "maxReplicas",
		"podMonitor: {interval: often}":                                       "interval",
	} {
		if _, err := render(loadChart(t), values); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: got %v, want it to say %q", values, err, says)
		}
	}
}

func TestValuesReachTheObjects(t *testing.T) {
	all := helm(t, everything)
	fetcher := find[*apps.Deployment](all)["dateline-fetcher"]
	pod := fetcher.Spec.Template.Spec
	env := map[string]string{}
	for _, e := range pod.Containers[0].Env {
		env[e.Name] = e.Value
	}
	for what, ok := range map[string]bool{
		"replicas":     is(fetcher.Spec.Replicas, 2),
		"env":          env["DATELINE_POLLS"] == "128" && env["DATELINE_FULLTEXT"] == "never",
		"digest":       strings.HasSuffix(pod.Containers[0].Image, "@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"),
		"pull secrets": len(pod.ImagePullSecrets) == 1 && pod.ImagePullSecrets[0].Name == "registry",
		"nodes":        pod.NodeSelector["kubernetes.io/arch"] == "arm64" && pod.Tolerations[0].Key == "news" && pod.PriorityClassName == "high",
		"feeds":        strings.Contains(find[*core.ConfigMap](all)["dateline-feeds"].Data["feeds.txt"], "\nhttps://example.org/feed.xml\nhttps://example.org/?a=1&b=%20\n"),
	} {
		if !ok {
			t.Errorf("%s of the values are not in the objects: %+v", what, pod)
		}
	}
	for _, c := range pods(all)["Job/dateline-setup-1"].Spec.Containers {
		if !slices.ContainsFunc(c.Env, func(e core.EnvVar) bool { return e.Name == "DATELINE_REPLICAS" && e.Value == "3" }) {
			t.Errorf("replicas of streams: %+v", c.Env)
		}
	}
	if n := len(find[*podMonitor](all)) + len(find[*scaledObject](all)); n != 3 {
		t.Errorf("%d objects for operators", n)
	}
}

func TestSwitchesTurnOff(t *testing.T) {
	all := helm(t, "networkPolicy: {enabled: false}\npodDisruptionBudget: {enabled: false}\n")
	for key := range all {
		if kind, _, _ := strings.Cut(key, "/"); kind == "NetworkPolicy" || kind == "PodDisruptionBudget" {
			t.Errorf("%s is there", key)
		}
	}
	if len(pods(all)) != 5 {
		t.Errorf("pods: %q", names(pods(all)))
	}
}

// The rules are a file of the chart, which `make dist` puts there.
func TestRules(t *testing.T) {
	const on = "prometheusRule: {enabled: true}"
	c := loadChart(t)
	c.Files = nil
	if _, err := render(c, on); err == nil || !strings.Contains(err.Error(), "files/rules.yaml is not in this chart") {
		t.Errorf("without the file: %v", err)
	}
	c.Files = []*chart.File{{Name: "files/rules.yaml", Data: []byte("groups:\n  - name: dateline\n    rules:\n      - alert: A\n        expr: up == 0\n        annotations: {summary: '{{ $labels.job }}'}\n")}}
	files, err := render(c, on)
	if err != nil {
		t.Fatal(err)
	}
	rule := find[*prometheusRule](mustDecode(t, files["dateline/templates/monitoring.yaml"]))["dateline"]
	if rule == nil || len(rule.Spec.Groups) != 1 || !strings.Contains(files["dateline/templates/monitoring.yaml"], "{{ $labels.job }}") {
		t.Errorf("got %+v", rule)
	}
}

func TestNotes(t *testing.T) {
	for values, says := range map[string]string{
		"":                                "No feeds are among the values",
		"networkPolicy: {enabled: false}": "Network policies are off",
		"image: {tag: v9.9.9}":            "dateline:v9.9.9 is installed",
	} {
		files, err := render(loadChart(t), values)
		if err != nil {
			t.Fatal(err)
		}
		if notes := files["dateline/templates/NOTES.txt"]; !strings.Contains(notes, says) {
			t.Errorf("%q: want %q in:\n%s", values, says, notes)
		}
	}
}

func TestChartIsWellFormed(t *testing.T) {
	c := loadChart(t)
	if err := c.Validate(); err != nil {
		t.Error(err)
	}
	if c.Schema == nil || c.Metadata.Type != "application" || c.Metadata.AppVersion == "" || len(c.Dependencies()) != 0 {
		t.Errorf("got %+v", c.Metadata)
	}
	// kustomize and the chart name the same version.
	base := read(t, "kubernetes", "components", "hardening", "kustomization.yaml")
	if !strings.Contains(base, "newTag: "+c.Metadata.AppVersion+"\n") || !strings.Contains(base, "newName: "+c.Values["image"].(map[string]any)["repository"].(string)+"\n") {
		t.Errorf("the kustomization has another image than %s:\n%s", c.Metadata.AppVersion, base)
	}
}
