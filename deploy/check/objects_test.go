package check

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	apps "k8s.io/api/apps/v1"
	batch "k8s.io/api/batch/v1"
	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	policy "k8s.io/api/policy/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	kyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

// objects are those of one rendering, by kind and name, such as "Deployment/dateline-fetcher".
type objects map[string]meta.Object

// kinds are what our manifests may hold, as values to decode into.
func kinds() map[string]meta.Object {
	return map[string]meta.Object{
		"v1 Namespace": new(core.Namespace), "v1 ServiceAccount": new(core.ServiceAccount), "v1 ConfigMap": new(core.ConfigMap),
		"v1 Secret": new(core.Secret), "v1 Service": new(core.Service),
		"apps/v1 Deployment": new(apps.Deployment), "apps/v1 StatefulSet": new(apps.StatefulSet), "batch/v1 Job": new(batch.Job),
		"policy/v1 PodDisruptionBudget": new(policy.PodDisruptionBudget), "networking.k8s.io/v1 NetworkPolicy": new(networking.NetworkPolicy),
		"monitoring.coreos.com/v1 PodMonitor": new(podMonitor), "monitoring.coreos.com/v1 PrometheusRule": new(prometheusRule),
		"keda.sh/v1alpha1 ScaledObject": new(scaledObject),
	}
}

// The types of the operators of others, as far as we set them.
type (
	podMonitor struct {
		meta.TypeMeta   `json:",inline"`
		meta.ObjectMeta `json:"metadata"`
		Spec            struct {
			Selector        meta.LabelSelector `json:"selector"`
			PodTargetLabels []string           `json:"podTargetLabels"`
			Endpoints       []struct {
				Port          string `json:"port"`
				Interval      string `json:"interval"`
				Authorization struct {
					Credentials core.SecretKeySelector `json:"credentials"`
				} `json:"authorization"`
			} `json:"podMetricsEndpoints"`
		} `json:"spec"`
	}
	prometheusRule struct {
		meta.TypeMeta   `json:",inline"`
		meta.ObjectMeta `json:"metadata"`
		Spec            struct {
			Groups []map[string]any `json:"groups"`
		} `json:"spec"`
	}
	scaledObject struct {
		meta.TypeMeta   `json:",inline"`
		meta.ObjectMeta `json:"metadata"`
		Spec            struct {
			Target   struct{ Name string } `json:"scaleTargetRef"`
			Min      int                   `json:"minReplicaCount"`
			Max      int                   `json:"maxReplicaCount"`
			Cooldown int                   `json:"cooldownPeriod"`
			Triggers []struct {
				Type     string            `json:"type"`
				Metadata map[string]string `json:"metadata"`
			} `json:"triggers"`
		} `json:"spec"`
	}
)

// decode reads manifests strictly: a field that its type lacks is an error, as is a kind that we do not use.
func decode(manifests string) (objects, error) {
	all := objects{}
	documents := kyaml.NewYAMLReader(bufio.NewReader(strings.NewReader(manifests)))
	for {
		document, err := documents.Read()
		if err == io.EOF {
			return all, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read: %w", err)
		}
		if err := all.add(document); err != nil {
			return nil, err
		}
	}
}

func (o objects) add(document []byte) error {
	var head meta.TypeMeta
	if err := yaml.Unmarshal(document, &head); err != nil {
		return fmt.Errorf("%w in:\n%s", err, document)
	}
	if head.Kind == "" && len(bytes.TrimSpace(withoutComments(document))) == 0 {
		return nil
	}
	object, ok := kinds()[head.APIVersion+" "+head.Kind]
	if !ok {
		return fmt.Errorf("a kind that is not ours: %s %s", head.APIVersion, head.Kind)
	}
	if err := yaml.UnmarshalStrict(document, object); err != nil {
		return fmt.Errorf("%s: %w", head.Kind, err)
	}
	key := head.Kind + "/" + object.GetName()
	if _, twice := o[key]; twice || object.GetName() == "" {
		return fmt.Errorf("%s is there twice, or has no name", key)
	}
	o[key] = object
	return nil
}

func withoutComments(document []byte) []byte {
	var kept []byte
	for line := range bytes.Lines(document) {
		if t := bytes.TrimSpace(line); !bytes.HasPrefix(t, []byte("#")) && !bytes.Equal(t, []byte("---")) {
			kept = append(kept, line...)
		}
	}
	return kept
}

// find gives the objects of one type, by name.
func find[T meta.Object](o objects) map[string]T {
	all := map[string]T{}
	for _, object := range o {
		if t, ok := object.(T); ok {
			all[object.GetName()] = t
		}
	}
	return all
}

// pods are the templates of all pods, by the kind and name of what makes them.
func pods(o objects) map[string]core.PodTemplateSpec {
	all := map[string]core.PodTemplateSpec{}
	for key, object := range o {
		switch object := object.(type) {
		case *apps.Deployment:
			all[key] = object.Spec.Template
		case *apps.StatefulSet:
			all[key] = object.Spec.Template
		case *batch.Job:
			all[key] = object.Spec.Template
		}
	}
	return all
}

// containers are all containers of a pod.
func containers(pod core.PodSpec) []core.Container {
	return append(append([]core.Container(nil), pod.InitContainers...), pod.Containers...)
}

func TestDecodeIsStrict(t *testing.T) {
	for name, test := range map[string]struct{ text, says string }{
		"unknown field":   {"apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {potrs: []}\n", "potrs"},
		"unknown kind":    {"apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: a}\n", "not ours"},
		"twice":           {"apiVersion: v1\nkind: Service\nmetadata: {name: a}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: a}\n", "twice"},
		"a key twice":     {"apiVersion: v1\nkind: Service\nmetadata: {name: a}\nmetadata: {name: b}\n", "metadata"},
		"no name":         {"apiVersion: v1\nkind: Service\n", "no name"},
		"another type":    {"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {replicas: many}\n", "replicas"},
		"not YAML at all": {"a: [\n", "yaml"},
	} {
		if _, err := decode(test.text); err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: got %v, want %q", name, err, test.says)
		}
	}
	o, err := decode("# a comment\n---\napiVersion: v1\nkind: Service\nmetadata: {name: a}\n")
	if err != nil || len(find[*core.Service](o)) != 1 {
		t.Errorf("got %v, %v", o, err)
	}
}
