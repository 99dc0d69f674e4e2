package check

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	core "k8s.io/api/core/v1"
	policy "k8s.io/api/policy/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// Pods are those that the Pod Security Standard "restricted" lets in, and confined beyond it.
func TestPodsAreConfined(t *testing.T) {
	for rendering, all := range renderings(t) {
		if len(pods(all)) < 4 {
			t.Errorf("%s: %d pods", rendering, len(pods(all)))
		}
		for key, pod := range pods(all) {
			t.Run(rendering+"/"+key, func(t *testing.T) {
				checkPod(t, pod.Spec)
				for _, c := range containers(pod.Spec) {
					checkContainer(t, c)
				}
			})
		}
	}
}

func checkPod(t *testing.T, pod core.PodSpec) {
	t.Helper()
	s := pod.SecurityContext
	if s == nil || s.SeccompProfile == nil {
		t.Fatal("no security context, or no seccomp profile")
	}
	for what, ok := range map[string]bool{
		"a user other than root":    is(s.RunAsNonRoot, true) && is(s.RunAsUser, 65532) && is(s.RunAsGroup, 65532),
		"seccomp":                   s.SeccompProfile.Type == core.SeccompProfileTypeRuntimeDefault,
		"no token":                  is(pod.AutomountServiceAccountToken, false),
		"an account of its own":     pod.ServiceAccountName != "" && pod.ServiceAccountName != "default",
		"no links of services":      is(pod.EnableServiceLinks, false),
		"nothing of the host's":     !pod.HostNetwork && !pod.HostPID && !pod.HostIPC && pod.HostUsers == nil,
		"no containers to debug it": len(pod.EphemeralContainers) == 0,
		"no sysctls":                len(s.Sysctls) == 0,
	} {
		if !ok {
			t.Errorf("want %s", what)
		}
	}
	for _, v := range pod.Volumes {
		if v.ConfigMap == nil {
			t.Errorf("volume %s is no ConfigMap: %+v", v.Name, v.VolumeSource)
		}
	}
}

func checkContainer(t *testing.T, c core.Container) {
	t.Helper()
	s := c.SecurityContext
	if s == nil || s.Capabilities == nil {
		t.Fatalf("%s has no security context", c.Name)
	}
	for what, ok := range map[string]bool{
		"no more rights":       is(s.AllowPrivilegeEscalation, false) && !is(s.Privileged, true),
		"no capabilities":      slices.Equal(s.Capabilities.Drop, []core.Capability{"ALL"}) && len(s.Capabilities.Add) == 0,
		"a read-only root":     is(s.ReadOnlyRootFilesystem, true),
		"the pod's own user":   s.RunAsUser == nil && s.RunAsNonRoot == nil && s.SeccompProfile == nil,
		"a version":            regexp.MustCompile(`(:v?\d[^:]*|@sha256:[0-9a-f]{64})$`).MatchString(c.Image),
		"a command, no shell":  len(c.Command) > 0 && slices.Contains([]string{"dateline", "fetcher", "normalizer", "enricher", "nats-server"}, c.Command[0]),
		"requests":             !c.Resources.Requests.Cpu().IsZero() && !c.Resources.Requests.Memory().IsZero(),
		"a limit of memory":    !c.Resources.Limits.Memory().IsZero(),
		"no limit of CPU":      c.Resources.Limits.Cpu().IsZero(), // it would be slowed down with cores idle
		"no ports of the host": !slices.ContainsFunc(c.Ports, func(p core.ContainerPort) bool { return p.HostPort != 0 }),
	} {
		if !ok {
			t.Errorf("%s: want %s", c.Name, what)
		}
	}
	for _, m := range c.VolumeMounts {
		if !m.ReadOnly && m.MountPath != "/data" {
			t.Errorf("%s can write to %s", c.Name, m.MountPath)
		}
	}
	checkEnvironment(t, c)
}

// checkEnvironment checks that secrets come from Secrets, and that Go knows nine tenths of the memory's limit.
func checkEnvironment(t *testing.T, c core.Container) {
	t.Helper()
	limit := ""
	for _, e := range c.Env {
		if e.Name == "GOMEMLIMIT" {
			limit = e.Value
		}
		secret := regexp.MustCompile(`PASSWORD|TOKEN|DATELINE_NATS$`).MatchString(e.Name)
		if secret && (e.ValueFrom == nil || e.ValueFrom.SecretKeyRef == nil) {
			t.Errorf("%s: %s is not from a Secret", c.Name, e.Name)
		}
		if e.ValueFrom == nil && strings.Contains(e.Value, "://") && strings.Contains(e.Value, "@") && !strings.Contains(e.Value, "$(DATELINE_ROUTE_PASSWORD)@") {
			t.Errorf("%s: %s holds a password", c.Name, e.Name)
		}
	}
	if c.Command[0] == "dateline" {
		return // ends when its work is done
	}
	tenths := map[string]string{"1Gi": "900MiB", "2Gi": "1800MiB"}
	if want := tenths[c.Resources.Limits.Memory().String()]; want == "" || limit != want {
		t.Errorf("%s: GOMEMLIMIT is %q with a limit of %s", c.Name, limit, c.Resources.Limits.Memory())
	}
}

func is[T comparable](p *T, value T) bool { return p != nil && *p == value }

func TestAccountsHaveNoToken(t *testing.T) {
	for rendering, all := range renderings(t) {
		accounts := find[*core.ServiceAccount](all)
		for name, a := range accounts {
			if !is(a.AutomountServiceAccountToken, false) {
				t.Errorf("%s: %s has a token", rendering, name)
			}
		}
		used := map[string]string{}
		for key, pod := range pods(all) {
			account := pod.Spec.ServiceAccountName
			if accounts[account] == nil {
				t.Errorf("%s: %s wants the account %s", rendering, key, account)
			}
			if other, twice := used[account]; twice && !strings.HasPrefix(key, "Job/") {
				t.Errorf("%s: %s and %s share an account", rendering, key, other)
			}
			used[account] = key
		}
	}
}

// The cluster holds the namespace to the standard, whoever puts a pod there.
func TestNamespaceIsRestricted(t *testing.T) {
	namespace := find[*core.Namespace](kustomize(t, "base"))["dateline"]
	for _, mode := range []string{"enforce", "audit", "warn"} {
		if got := namespace.Labels["pod-security.kubernetes.io/"+mode]; got != "restricted" {
			t.Errorf("%s: %s", mode, got)
		}
	}
}

// Each pod reads the Secret of its own user, and no other but the token of its HTTP server.
func TestPodsReadTheirOwnSecret(t *testing.T) {
	for rendering, all := range renderings(t) {
		for key, pod := range pods(all) {
			_, service, _ := strings.Cut(key, "/dateline-")
			service, _, _ = strings.Cut(service, "-")
			want := map[string]string{"setup": "dateline-admin", "feeds": "dateline-admin", "": "dateline-nats"}[service]
			if want == "" {
				want = "dateline-" + service
			}
			for _, c := range containers(pod.Spec) {
				for _, secret := range secrets(c) {
					if secret != want && secret != "dateline-http" {
						t.Errorf("%s: %s reads %s, want %s", rendering, key, secret, want)
					}
				}
			}
		}
	}
}

func secrets(c core.Container) []string {
	var all []string
	for _, e := range c.Env {
		if e.ValueFrom != nil && e.ValueFrom.SecretKeyRef != nil {
			all = append(all, e.ValueFrom.SecretKeyRef.Name)
		}
	}
	for _, e := range c.EnvFrom {
		if e.SecretRef != nil {
			all = append(all, e.SecretRef.Name)
		}
	}
	return all
}

// What runs for good is asked how it is, has time to end, and is not taken away altogether.
func TestWorkersAreLookedAfter(t *testing.T) {
	for rendering, all := range renderings(t) {
		for key, pod := range pods(all) {
			if !serves(key) {
				continue
			}
			c := pod.Spec.Containers[0]
			if c.StartupProbe == nil || c.LivenessProbe == nil || c.ReadinessProbe == nil || !is(pod.Spec.TerminationGracePeriodSeconds, 30) && !is(pod.Spec.TerminationGracePeriodSeconds, 60) {
				t.Fatalf("%s: %s: a probe or the time to end is not set", rendering, key)
			}
			for _, p := range []*core.Probe{c.StartupProbe, c.LivenessProbe, c.ReadinessProbe} {
				if port := p.HTTPGet.Port.String(); !slices.ContainsFunc(c.Ports, func(have core.ContainerPort) bool { return have.Name == port }) {
					t.Errorf("%s: %s has no port %s", rendering, key, port)
				}
			}
			if strings.HasPrefix(key, "Deployment/") && (c.LivenessProbe.HTTPGet.Path != "/healthz" || c.ReadinessProbe.HTTPGet.Path != "/readyz") {
				t.Errorf("%s: %s: %+v", rendering, key, c.ReadinessProbe.HTTPGet)
			}
			if len(pod.Spec.TopologySpreadConstraints) == 0 && !strings.HasPrefix(rendering, "kustomize single") {
				t.Errorf("%s: %s: all may be on one node", rendering, key)
			}
			if n := disruptions(t, all, pod.Labels); n != 1 {
				t.Errorf("%s: %d budgets of disruption for %s", rendering, n, key)
			}
		}
	}
}

// disruptions counts the budgets that a pod with these labels is in.
func disruptions(t *testing.T, all objects, have map[string]string) int {
	t.Helper()
	n := 0
	for name, b := range find[*policy.PodDisruptionBudget](all) {
		if b.Spec.MaxUnavailable == nil || b.Spec.MaxUnavailable.String() != "1" {
			t.Errorf("%s: %v", name, b.Spec)
		}
		if selects(t, b.Spec.Selector, have) {
			n++
		}
	}
	return n
}

func selects(t *testing.T, selector *meta.LabelSelector, have map[string]string) bool {
	t.Helper()
	s, err := meta.LabelSelectorAsSelector(selector)
	if err != nil {
		t.Fatal(err)
	}
	return s.Matches(labels.Set(have))
}

// serves says whether a pod has a port: those that do their work and end have none, nor has the admin's.
func serves(key string) bool {
	return !strings.HasPrefix(key, "Job/") && key != "Deployment/dateline-admin"
}
