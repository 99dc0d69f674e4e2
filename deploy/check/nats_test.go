package check

import (
	"maps"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	core "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

// Pods of NATS read the very files of deploy/nats, which internal/deploytest runs.
func TestNATSReadsOurFiles(t *testing.T) {
	for _, overlay := range []string{"overlays/single", "overlays/production"} {
		all := kustomize(t, overlay)
		pod := pods(all)["StatefulSet/nats"].Spec
		config := find[*core.ConfigMap](all)[pod.Volumes[0].ConfigMap.Name]
		if config == nil {
			t.Fatalf("%s: no %s", overlay, pod.Volumes[0].ConfigMap.Name)
		}
		want := map[string]string{
			"nats-server.conf": read(t, "nats", "nats-server.conf"), "cluster.conf": read(t, "nats", "cluster.conf"),
			"kubernetes.conf":         read(t, "kubernetes", "nats", "kubernetes.conf"),
			"kubernetes-cluster.conf": read(t, "kubernetes", "nats", "kubernetes-cluster.conf"),
		}
		if !maps.Equal(config.Data, want) {
			t.Errorf("%s: the files are not those of deploy/: %q", overlay, names(config.Data))
		}
		file := strings.TrimPrefix(pod.Containers[0].Command[2], "/etc/dateline/")
		if cluster := overlay == "overlays/production"; (file == "kubernetes-cluster.conf") != cluster || want[file] == "" {
			t.Errorf("%s: the server reads %s", overlay, file)
		}
		checkWanted(t, overlay, pod.Containers[0], config.Data, file)
	}
}

// checkWanted checks that the pod has in its environment what the file and those that it includes want.
func checkWanted(t *testing.T, overlay string, c core.Container, files map[string]string, file string) {
	t.Helper()
	have := made(t)["dateline-nats"]
	for _, e := range c.Env {
		have[e.Name] = e.Value
	}
	text := ""
	for file != "" {
		text += files[file]
		_, rest, _ := strings.Cut(files[file], "\ninclude ")
		file, _, _ = strings.Cut(rest, "\n")
	}
	wanted := regexp.MustCompile(`(?m)^[^#\n]*[ :]\$(DATELINE_[A-Z_]+)`).FindAllStringSubmatch(text, -1)
	if len(wanted) < 8 {
		t.Errorf("%s: only %d variables", overlay, len(wanted))
	}
	for _, w := range wanted {
		if _, ok := have[w[1]]; !ok {
			t.Errorf("%s: the server wants %s", overlay, w[1])
		}
	}
}

// made are the Secrets that the script makes, by name.
func made(t *testing.T, arguments ...string) map[string]map[string]string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "sh", append([]string{deploy("kubernetes", "secrets.sh")}, arguments...)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]map[string]string{}
	for name, s := range find[*core.Secret](mustDecode(t, string(out))) {
		all[name] = s.StringData
	}
	return all
}

func TestSecretsAreThoseOfThePods(t *testing.T) {
	all := made(t, "nats-0.nats:4222,nats-1.nats:4222")
	for rendering, objects := range renderings(t) {
		for key, pod := range pods(objects) {
			for _, c := range containers(pod.Spec) {
				for _, name := range secrets(c) {
					if all[name] == nil {
						t.Errorf("%s: %s wants the Secret %s", rendering, key, name)
					}
				}
				for _, e := range c.Env {
					if e.ValueFrom != nil && e.ValueFrom.SecretKeyRef != nil && all[e.ValueFrom.SecretKeyRef.Name][e.ValueFrom.SecretKeyRef.Key] == "" {
						t.Errorf("%s: %s wants the key %s of %s", rendering, key, e.ValueFrom.SecretKeyRef.Key, e.ValueFrom.SecretKeyRef.Name)
					}
				}
			}
		}
	}
	var passwords []string
	for name, value := range all["dateline-nats"] {
		passwords = append(passwords, value)
		user := strings.ToLower(strings.TrimSuffix(strings.TrimPrefix(name, "DATELINE_"), "_PASSWORD"))
		want := "nats://" + user + ":" + value + "@nats-0.nats:4222,nats://" + user + ":" + value + "@nats-1.nats:4222"
		if got := all["dateline-"+user]["nats"]; user != "route" && got != want {
			t.Errorf("%s connects by %q, want %q", user, got, want)
		}
	}
	slices.Sort(passwords)
	if len(slices.Compact(passwords)) != 9 || len(passwords) != 9 {
		t.Errorf("%d passwords, want 9 different ones", len(passwords))
	}
}

// The routes name the servers as the StatefulSet does.
func TestRoutesAreThePods(t *testing.T) {
	c := pods(kustomize(t, "overlays/production"))["StatefulSet/nats"].Spec.Containers[0]
	position := map[string]int{}
	var routes string
	for i, e := range c.Env {
		position[e.Name] = i
		if e.Name == "DATELINE_NATS_ROUTES" {
			routes = e.Value
		}
	}
	for _, host := range []string{"nats-0.nats:6222", "nats-1.nats:6222", "nats-2.nats:6222"} {
		if !strings.Contains(routes, "nats://route:$(DATELINE_ROUTE_PASSWORD)@"+host) {
			t.Errorf("routes lack %s: %s", host, routes)
		}
	}
	if position["DATELINE_ROUTE_PASSWORD"] > position["DATELINE_NATS_ROUTES"] {
		t.Error("the password is not known yet where the routes name it")
	}
}

// The values for NATS's own chart: the same file, limits and confinement as ours.
func TestNATSChartValues(t *testing.T) {
	var values map[string]any
	if err := yaml.UnmarshalStrict([]byte(read(t, "kubernetes", "nats-chart", "values.yaml")), &values); err != nil {
		t.Fatal(err)
	}
	at := func(path ...string) any {
		var v any = values
		for _, key := range path {
			m, _ := v.(map[string]any)
			v = m[key]
		}
		return v
	}
	for _, check := range []struct {
		want any
		path []string
	}{
		{"./dateline/nats-server.conf", []string{"config", "merge", "$include"}},
		{"always", []string{"config", "jetstream", "merge", "sync_interval"}},
		{"/data", []string{"container", "env", "DATELINE_NATS_STORE"}},
		{"/data", []string{"config", "jetstream", "fileStore", "dir"}},
		{"route", []string{"config", "cluster", "routeURLs", "user"}},
		{"<< $DATELINE_NATS_ROUTES >>", []string{"config", "cluster", "merge", "routes"}},
		{true, []string{"container", "merge", "securityContext", "readOnlyRootFilesystem"}},
		{false, []string{"container", "merge", "securityContext", "allowPrivilegeEscalation"}},
		{false, []string{"podTemplate", "merge", "spec", "automountServiceAccountToken"}},
		{true, []string{"podTemplate", "merge", "spec", "securityContext", "runAsNonRoot"}},
		{"RuntimeDefault", []string{"podTemplate", "merge", "spec", "securityContext", "seccompProfile", "type"}},
		{false, []string{"natsBox", "enabled"}},
	} {
		if got := at(check.path...); got != check.want {
			t.Errorf("%v is %v, want %v", check.path, got, check.want)
		}
	}
	// The servers of the chart are called as ours, and found by another service.
	routes := ""
	for _, e := range pods(kustomize(t, "overlays/production"))["StatefulSet/nats"].Spec.Containers[0].Env {
		if e.Name == "DATELINE_NATS_ROUTES" {
			routes = strings.ReplaceAll(e.Value, ".nats:", ".nats-headless:")
		}
	}
	if got := at("container", "env", "DATELINE_NATS_ROUTES"); got != routes || routes == "" {
		t.Errorf("routes are %v, want %s", got, routes)
	}
	image := pods(kustomize(t, "overlays/single"))["StatefulSet/nats"].Spec.Containers[0].Image
	if got := at("container", "image", "repository").(string) + ":" + at("container", "image", "tag").(string); got != image {
		t.Errorf("the chart runs %s, ours is %s", got, image)
	}
}

// KEDA scales by the consumers that the permissions of nats-server.conf name.
func TestLagIsOfOurConsumers(t *testing.T) {
	scaled := find[*scaledObject](kustomize(t, "components/keda"))
	if len(scaled) != 2 {
		t.Errorf("%q are scaled", names(scaled))
	}
	for name, s := range scaled {
		m := s.Spec.Triggers[0].Metadata
		if consumer := "$JS.API.CONSUMER.INFO." + m["stream"] + "." + m["consumer"]; !strings.Contains(read(t, "nats", "nats-server.conf"), `"`+consumer+`"`) {
			t.Errorf("%s: no consumer %s on %s", name, m["consumer"], m["stream"])
		}
		if s.Spec.Target.Name != name || s.Spec.Min < 1 || s.Spec.Max <= s.Spec.Min || s.Spec.Triggers[0].Type != "nats-jetstream" || m["account"] != "$G" {
			t.Errorf("%s: %+v", name, s.Spec)
		}
	}
}
