package check

import (
	"context"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
)

// stacks are the stacks that can be started, by the files that they are made of.
func stacks() map[string][]string {
	return map[string][]string{"small": {"small.yaml"}, "compose": {"compose.yaml"}, "full": {"compose.yaml", "full.yaml"}}
}

// passwords are those that the stacks want.
func passwords() types.Mapping {
	all := types.Mapping{}
	for _, user := range []string{"ADMIN", "FETCHER", "NORMALIZER", "ENRICHER", "SINK", "ARCHIVER", "OBSERVER", "CONSUMER", "ROUTE", "GRAFANA"} {
		all["DATELINE_"+user+"_PASSWORD"] = "psecret" + strings.ToLower(user)
	}
	return all
}

func loadStack(t *testing.T, name string, environment types.Mapping) (*types.Project, error) {
	t.Helper()
	dir, err := filepath.Abs(deploy("compose"))
	if err != nil {
		t.Fatal(err)
	}
	details := types.ConfigDetails{WorkingDir: dir, Environment: environment}
	for _, file := range stacks()[name] {
		details.ConfigFiles = append(details.ConfigFiles, types.ConfigFile{Filename: filepath.Join(dir, file)})
	}
	return loader.LoadWithContext(context.Background(), details, func(o *loader.Options) { o.Profiles = []string{"*"} })
}

func stack(t *testing.T, name string) types.Services {
	t.Helper()
	project, err := loadStack(t, name, passwords())
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return project.Services
}

func TestStacksHaveTheirServices(t *testing.T) {
	for name, want := range map[string][]string{
		"small":   {"dateline", "volume"},
		"compose": {"dateline", "enricher", "fetcher", "nats", "normalizer", "observer", "setup", "volume"},
		"full":    {"dateline", "enricher", "fetcher", "grafana", "nats", "nats-2", "nats-3", "normalizer", "observer", "prometheus", "setup", "volume"},
	} {
		if got := slices.Sorted(maps.Keys(stack(t, name))); !slices.Equal(got, want) {
			t.Errorf("%s: %q", name, got)
		}
	}
	fetcher := stack(t, "full")["fetcher"]
	if n := fetcher.GetScale(); n != 2 {
		t.Errorf("%d fetchers", n)
	}
}

func TestContainersAreConfined(t *testing.T) {
	for name := range stacks() {
		for service, c := range stack(t, name) {
			root := service == "volume" // for its one command, without a network
			for what, ok := range map[string]bool{
				"a read-only root":       c.ReadOnly,
				"no capabilities":        slices.Equal(c.CapDrop, []string{"ALL"}) && (len(c.CapAdd) == 0 || root && slices.Equal(c.CapAdd, []string{"CHOWN"})),
				"no new privileges":      slices.Contains(c.SecurityOpt, "no-new-privileges:true") && !c.Privileged,
				"a user other than root": root && c.NetworkMode == "none" || regexp.MustCompile(`^[1-9]\d*:\d+$`).MatchString(c.User),
				"a version":              regexp.MustCompile(`:(v?\d|local$)`).MatchString(c.Image),
				"bounds":                 root || c.PidsLimit > 0 && c.MemLimit > 0,
				"little of the log":      c.Logging != nil && c.Logging.Options["max-size"] != "",
				"nothing of the host's":  c.Pid == "" && c.Ipc == "" && c.UserNSMode == "" && len(c.Devices) == 0,
			} {
				if !ok {
					t.Errorf("%s: %s: want %s", name, service, what)
				}
			}
			for _, p := range c.Ports {
				if p.HostIP != "127.0.0.1" {
					t.Errorf("%s: %s is open beyond this machine: %+v", name, service, p)
				}
			}
			for _, v := range c.Volumes {
				if v.Type == types.VolumeTypeBind && (!v.ReadOnly || !strings.Contains(v.Source, filepath.Join("", "deploy")+string(filepath.Separator)) && !strings.HasPrefix(v.Source, "../")) {
					t.Errorf("%s: %s: %s of the host", name, service, v.Source)
				}
			}
		}
	}
}

// Without a password nothing starts, and the message names it.
func TestStacksWantTheirPasswords(t *testing.T) {
	for name, wanted := range map[string][]string{
		"compose": {"ADMIN", "FETCHER", "NORMALIZER", "ENRICHER", "SINK", "ARCHIVER", "OBSERVER", "CONSUMER"},
		"full":    {"ADMIN", "FETCHER", "NORMALIZER", "ENRICHER", "SINK", "ARCHIVER", "OBSERVER", "CONSUMER", "ROUTE", "GRAFANA"},
	} {
		for _, user := range wanted {
			environment := passwords()
			delete(environment, "DATELINE_"+user+"_PASSWORD")
			if _, err := loadStack(t, name, environment); err == nil || !strings.Contains(err.Error(), "DATELINE_"+user+"_PASSWORD") {
				t.Errorf("%s without the password of %s: %v", name, user, err)
			}
		}
	}
	if _, err := loadStack(t, "small", nil); err != nil {
		t.Error(err)
	}
}

// Each service knows its own password and no other; those of all are the server's alone.
func TestServicesKnowTheirOwnPassword(t *testing.T) {
	owners := map[string]string{"setup": "admin", "dateline": "admin"}
	for name := range stacks() {
		for service, c := range stack(t, name) {
			if strings.HasPrefix(service, "nats") {
				continue
			}
			owner := owners[service]
			if owner == "" {
				owner = service
			}
			for key, value := range c.Environment {
				for _, secret := range regexp.MustCompile(`psecret[a-z]*`).FindAllString(*value, -1) {
					if secret != "psecret"+owner {
						t.Errorf("%s: %s: %s has %s", name, service, key, secret)
					}
				}
			}
		}
	}
}

// The full stack: three servers of one cluster, each with a name and a volume of its own, that every client knows.
func TestFullIsACluster(t *testing.T) {
	services := stack(t, "full")
	volumes := map[string]bool{}
	for _, server := range []string{"nats", "nats-2", "nats-3"} {
		c := services[server]
		if name := c.Environment["DATELINE_NATS_NAME"]; name == nil || *name != server {
			t.Errorf("%s is called otherwise", server)
		}
		if !strings.Contains(*c.Environment["DATELINE_NATS_ROUTES"], "@"+server+":6222") || !slices.Contains([]string(c.Command), "/etc/dateline/cluster.conf") {
			t.Errorf("%s: %v, %s", server, c.Command, *c.Environment["DATELINE_NATS_ROUTES"])
		}
		if published := len(c.Ports); published > 0 != (server == "nats") {
			t.Errorf("%s publishes %d ports", server, published)
		}
		for _, v := range c.Volumes {
			if v.Target == "/data" {
				volumes[v.Source] = true
			}
		}
	}
	if len(volumes) != 3 {
		t.Errorf("the servers' volumes: %v", volumes)
	}
	for _, v := range services["volume"].Volumes {
		if !slices.Contains([]string(services["volume"].Entrypoint), v.Target) {
			t.Errorf("the volume %s is not given to the server", v.Source)
		}
	}
	for _, client := range []string{"setup", "fetcher", "normalizer", "enricher", "observer", "dateline"} {
		address := *services[client].Environment["DATELINE_NATS"]
		if strings.Count(address, "@") != 3 || !strings.Contains(address, "@nats-3:4222") {
			t.Errorf("%s connects to %s", client, address)
		}
	}
	if *services["setup"].Environment["DATELINE_REPLICAS"] != "3" {
		t.Error("streams are on one server")
	}
}

// The internet is reached by the fetcher, and by what is published on loopback, which a network without a
// way out cannot do.
func TestNetworks(t *testing.T) {
	for _, name := range []string{"compose", "full"} {
		for service, c := range stack(t, name) {
			_, outside := c.Networks["outside"]
			if want := service == "fetcher" || len(c.Ports) > 0; outside != want {
				t.Errorf("%s: %s reaches the internet: %v", name, service, outside)
			}
		}
	}
}

// Files that are mounted are where other tests look for them.
func TestMounts(t *testing.T) {
	services := stack(t, "full")
	for service, want := range map[string][]string{
		"prometheus": {"prometheus"}, "grafana": {"grafana/provisioning", "grafana/dateline.json"}, "nats-2": {"nats"},
	} {
		var got []string
		for _, v := range services[service].Volumes {
			if v.Type == types.VolumeTypeBind {
				_, path, _ := strings.Cut(filepath.ToSlash(v.Source), "deploy/")
				got = append(got, strings.TrimPrefix(path, "compose/../"))
			}
		}
		for _, path := range want {
			if !slices.ContainsFunc(got, func(g string) bool { return strings.HasSuffix(g, path) }) {
				t.Errorf("%s mounts %q, want %s", service, got, path)
			}
		}
	}
}
