package check

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"testing"

	networking "k8s.io/api/networking/v1"
)

// reach is where one pod may connect to: pods as "pod:PORT", the cluster's DNS as "dns", addresses as "world:PORT".
func reach(t *testing.T, all objects, from string) []string {
	t.Helper()
	pod, ok := pods(all)[from]
	if !ok {
		t.Fatalf("no %s", from)
	}
	var found []string
	denied := false
	for _, p := range find[*networking.NetworkPolicy](all) {
		if !selects(t, &p.Spec.PodSelector, pod.Labels) || !slices.Contains(p.Spec.PolicyTypes, networking.PolicyTypeEgress) {
			continue
		}
		denied = true
		for _, rule := range p.Spec.Egress {
			found = append(found, targets(t, all, rule)...)
		}
	}
	if !denied {
		t.Errorf("%s may connect to everything", from)
	}
	slices.Sort(found)
	return slices.Compact(found)
}

func targets(t *testing.T, all objects, rule networking.NetworkPolicyEgressRule) []string {
	t.Helper()
	if len(rule.To) == 0 || len(rule.Ports) == 0 {
		t.Error("a rule lets everything out")
	}
	var found []string
	for _, to := range rule.To {
		for _, port := range rule.Ports {
			switch {
			case to.IPBlock != nil:
				found = append(found, "world:"+port.Port.String())
			case to.NamespaceSelector != nil:
				if to.NamespaceSelector.MatchLabels["kubernetes.io/metadata.name"] != "kube-system" || to.PodSelector == nil || to.PodSelector.MatchLabels["k8s-app"] != "kube-dns" || port.Port.String() != "53" {
					t.Errorf("a way into another namespace: %+v", to)
				}
				found = append(found, "dns")
			default:
				for key, other := range pods(all) {
					if selects(t, to.PodSelector, other.Labels) {
						found = append(found, key+":"+port.Port.String())
					}
				}
			}
		}
	}
	return found
}

func TestWhoReachesWhom(t *testing.T) {
	nats := []string{"StatefulSet/nats:4222", "dns"}
	for overlay, setup := range map[string]string{"overlays/single": "Job/dateline-setup", "overlays/production": "Job/dateline-setup"} {
		all := kustomize(t, overlay)
		for from, want := range map[string][]string{
			"Deployment/dateline-normalizer": nats, "Deployment/dateline-enricher": nats, "Deployment/dateline-observer": nats, setup: nats,
			"Deployment/dateline-fetcher": {"StatefulSet/nats:4222", "dns", "world:443", "world:80"},
			"StatefulSet/nats":            {"StatefulSet/nats:6222", "dns"},
		} {
			if got := reach(t, all, from); !slices.Equal(got, want) {
				t.Errorf("%s: %s reaches %q, want %q", overlay, from, got, want)
			}
		}
	}
}

// One policy holds for every pod and lets nothing in or out.
func TestDefaultDeny(t *testing.T) {
	for rendering, all := range renderings(t) {
		deny := find[*networking.NetworkPolicy](all)["dateline-deny"]
		if deny == nil {
			t.Fatalf("%s: no default", rendering)
		}
		s := deny.Spec
		if len(s.PodSelector.MatchLabels)+len(s.PodSelector.MatchExpressions)+len(s.Ingress)+len(s.Egress) != 0 || len(s.PolicyTypes) != 2 {
			t.Errorf("%s: %+v", rendering, s)
		}
	}
}

// What comes in: metrics are read from one namespace, NATS has its clients, its own servers and two namespaces.
func TestWhoIsLetIn(t *testing.T) {
	for rendering, all := range renderings(t) {
		for name, p := range find[*networking.NetworkPolicy](all) {
			for _, rule := range p.Spec.Ingress {
				if len(rule.From) != 1 || len(rule.Ports) != 1 || rule.From[0].IPBlock != nil {
					t.Fatalf("%s: %s: %+v", rendering, name, rule)
				}
				from, port := rule.From[0], rule.Ports[0].Port.String()
				elsewhere := from.NamespaceSelector != nil
				if want := port == "http" || port == "8222"; elsewhere != want {
					t.Errorf("%s: %s: port %s is open to other namespaces: %v", rendering, name, port, elsewhere)
				}
				if elsewhere && len(from.NamespaceSelector.MatchLabels)+len(from.NamespaceSelector.MatchExpressions) == 0 {
					t.Errorf("%s: %s: port %s is open to every namespace", rendering, name, port)
				}
			}
		}
	}
}

// The fetcher's way out leaves out what is not public. This list is no more than a second wall: the fetcher
// refuses addresses by itself.
func TestTheWorldIsPublic(t *testing.T) {
	refused := []string{
		"10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "127.0.0.1", "169.254.169.254", "168.63.129.16", "0.0.0.1",
		"198.18.0.1", "224.0.0.1", "255.255.255.255", "192.0.0.8",
		"::1", "::", "fc00::1", "fd00:ec2::254", "fe80::1", "64:ff9b::a00:1", "64:ff9b:1::1", "2002:a00:1::", "2001:0:a00::1", "ff02::1",
	}
	allowed := []string{"1.1.1.1", "93.184.215.14", "172.32.0.1", "100.128.0.1", "168.63.129.17", "169.253.0.1", "2606:4700::1111", "2001:500:88:200::8", "2a00:1450::1"}
	for rendering, all := range renderings(t) {
		p := find[*networking.NetworkPolicy](all)["dateline-fetcher-to-the-internet"]
		if p == nil || len(p.Spec.Egress) != 1 {
			t.Fatalf("%s: %+v", rendering, p)
		}
		for _, address := range refused {
			if lets(t, p.Spec.Egress[0], address) {
				t.Errorf("%s: lets through %s", rendering, address)
			}
		}
		for _, address := range allowed {
			if !lets(t, p.Spec.Egress[0], address) {
				t.Errorf("%s: refuses %s", rendering, address)
			}
		}
	}
}

func lets(t *testing.T, rule networking.NetworkPolicyEgressRule, address string) bool {
	t.Helper()
	ip := netip.MustParseAddr(address)
	within := func(cidr string) bool {
		// A cluster refuses a policy whose exception is not in canonical form or not within its block.
		prefix, err := netip.ParsePrefix(cidr)
		if err != nil || prefix.Masked() != prefix {
			t.Errorf("%s: %v", cidr, err)
		}
		return prefix.Contains(ip)
	}
	return slices.ContainsFunc(rule.To, func(to networking.NetworkPolicyPeer) bool {
		if (strings.Contains(to.IPBlock.CIDR, ":")) != ip.Is6() {
			return false
		}
		return within(to.IPBlock.CIDR) && !slices.ContainsFunc(to.IPBlock.Except, within)
	})
}

// Ports of policies are numbers, or names that every pod that they select has.
func TestPortsOfPoliciesExist(t *testing.T) {
	for rendering, all := range renderings(t) {
		for name, p := range find[*networking.NetworkPolicy](all) {
			for _, rule := range p.Spec.Ingress {
				port := rule.Ports[0].Port.String()
				for key, pod := range pods(all) {
					if !serves(key) || !selects(t, &p.Spec.PodSelector, pod.Labels) {
						continue
					}
					found := false
					for _, have := range pod.Spec.Containers[0].Ports {
						found = found || have.Name == port || strconv.Itoa(int(have.ContainerPort)) == port
					}
					if !found {
						t.Errorf("%s: %s: %s has no port %s", rendering, name, key, port)
					}
				}
			}
		}
	}
}
