package check

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	apps "k8s.io/api/apps/v1"
	batch "k8s.io/api/batch/v1"
	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	policy "k8s.io/api/policy/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// The chart makes the objects of the kustomization, and no others: all that counts for who may do what, how much
// it may take and how it is asked is the same. What differs is labels that name a tool, and names of Jobs.
func TestChartIsTheKustomization(t *testing.T) {
	same(t, plain(kustomize(t, "base")), plain(helm(t, "")))
}

// So are the options of the one the components of the other.
func TestOptionsAreTheComponents(t *testing.T) {
	chart := helm(t, "podMonitor: {enabled: true}\nkeda: {enabled: true}\nfeeds: [https://example.org/feed.xml]\n")
	monitor, lag, feeds := kustomize(t, "components/monitoring"), kustomize(t, "components/keda"), kustomize(t, "components/feeds")
	same(t, only(plain(feeds), "Job/"), only(plain(chart), "Job/dateline-feeds"))
	same(t, plain(monitor), only(plain(chart), "PodMonitor/"))
	same(t, plain(lag), only(plain(chart), "ScaledObject/"))
	for name, d := range find[*apps.Deployment](chart) {
		if scaled := name == "dateline-normalizer" || name == "dateline-enricher"; (d.Spec.Replicas == nil) != scaled {
			t.Errorf("replicas of %s are %v, and KEDA's too", name, d.Spec.Replicas)
		}
	}
}

func same(t *testing.T, a, b map[string]string) {
	t.Helper()
	for key := range a {
		if a[key] != b[key] {
			t.Errorf("%s differs:\nkustomize %s\nhelm      %s", key, a[key], b[key])
		}
	}
	for key := range b {
		if _, ok := a[key]; !ok {
			t.Errorf("%s is in the chart alone", key)
		}
	}
	if len(a) == 0 {
		t.Error("there is nothing to compare")
	}
}

func only(all map[string]string, prefix string) map[string]string {
	found := map[string]string{}
	for key, text := range all {
		if strings.HasPrefix(key, prefix) {
			found[key] = text
		}
	}
	return found
}

// plain writes what counts of each object as JSON, by kind and name.
func plain(all objects) map[string]string {
	found := map[string]string{}
	for key, object := range all {
		var spec any
		switch o := object.(type) {
		case *core.Namespace, *core.ConfigMap: // helm makes no namespace; lists of feeds are one's own
			continue
		case *core.ServiceAccount:
			spec = o.AutomountServiceAccountToken
		case *apps.Deployment:
			spec = plainDeployment(o)
		case *batch.Job:
			key = "Job/" + strings.TrimSuffix(object.GetName(), "-1") // a revision of helm's
			job := o.DeepCopy()
			job.Spec.TTLSecondsAfterFinished = nil // helm removes its Jobs itself
			job.Spec.Template = plainPod(job.Spec.Template)
			spec = job.Spec
		case *networking.NetworkPolicy:
			spec = o.Spec
		case *policy.PodDisruptionBudget:
			spec = o.Spec
		case *podMonitor:
			spec = o.Spec
		case *scaledObject:
			spec = o.Spec
		}
		text, err := json.Marshal(spec)
		if err != nil {
			panic(err) // types that encode
		}
		found[key] = string(text)
	}
	return found
}

func plainDeployment(d *apps.Deployment) apps.DeploymentSpec {
	spec := d.DeepCopy().Spec
	if is(spec.Replicas, 1) {
		spec.Replicas = nil // the default
	}
	spec.Template = plainPod(spec.Template)
	return spec
}

// plainPod leaves out labels that name a tool, the order of variables and the names of ConfigMaps.
func plainPod(pod core.PodTemplateSpec) core.PodTemplateSpec {
	pod = *pod.DeepCopy()
	labels := map[string]string{}
	for key, value := range pod.Labels {
		if key != "helm.sh/chart" && key != "app.kubernetes.io/version" && key != "app.kubernetes.io/managed-by" {
			labels[key] = value
		}
	}
	pod.ObjectMeta = meta.ObjectMeta{Labels: labels}
	for i := range pod.Spec.Volumes {
		pod.Spec.Volumes[i].ConfigMap.Name = ""
	}
	for _, list := range [][]core.Container{pod.Spec.InitContainers, pod.Spec.Containers} {
		for i := range list {
			list[i].Env = sorted(list[i].Env)
			if list[i].ImagePullPolicy == core.PullIfNotPresent {
				list[i].ImagePullPolicy = "" // the default of an image with a version
			}
		}
	}
	return pod
}

func sorted(env []core.EnvVar) []core.EnvVar {
	byName := map[string]core.EnvVar{}
	for _, e := range env {
		byName[e.Name] = e
	}
	all := make([]core.EnvVar, 0, len(byName))
	for _, name := range names(byName) {
		all = append(all, byName[name])
	}
	return all
}

// A difference is found, of whatever kind.
func TestPlainKeepsWhatCounts(t *testing.T) {
	base := kustomize(t, "base")
	before := plain(base)
	for name, change := range map[string]func(){
		"a capability": func() {
			base["Deployment/dateline-enricher"].(*apps.Deployment).Spec.Template.Spec.Containers[0].SecurityContext.Capabilities.Drop = nil
		},
		"a token": func() {
			base["ServiceAccount/dateline-fetcher"].(*core.ServiceAccount).AutomountServiceAccountToken = nil
		},
		"a port": func() {
			base["NetworkPolicy/dateline-metrics"].(*networking.NetworkPolicy).Spec.Ingress[0].Ports = nil
		},
		"a variable": func() {
			base["Job/dateline-setup"].(*batch.Job).Spec.Template.Spec.Containers[0].Env[0].Name = "OTHER"
		},
		"a budget": func() {
			base["PodDisruptionBudget/dateline-fetcher"].(*policy.PodDisruptionBudget).Spec.MaxUnavailable = nil
		},
	} {
		change()
		after := plain(base)
		if reflect.DeepEqual(before, after) {
			t.Errorf("%s less is not found", name)
		}
		before = after
	}
}
