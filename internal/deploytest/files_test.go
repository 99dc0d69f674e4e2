package deploytest

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// read reads a file of deploy/.
func read(t *testing.T, elements ...string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(append([]string{"..", "..", "deploy"}, elements...)...))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// container is a service of a compose file, as far as it can do harm.
type container struct {
	Image       string            `yaml:"image"`
	Command     []string          `yaml:"command"`
	Entrypoint  []string          `yaml:"entrypoint"`
	User        string            `yaml:"user"`
	ReadOnly    bool              `yaml:"read_only"`
	Privileged  bool              `yaml:"privileged"`
	CapDrop     []string          `yaml:"cap_drop"`
	CapAdd      []string          `yaml:"cap_add"`
	SecurityOpt []string          `yaml:"security_opt"`
	NetworkMode string            `yaml:"network_mode"`
	Networks    []string          `yaml:"networks"`
	Ports       []string          `yaml:"ports"`
	Volumes     []string          `yaml:"volumes"`
	Restart     string            `yaml:"restart"`
	PidsLimit   int               `yaml:"pids_limit"`
	MemLimit    string            `yaml:"mem_limit"`
	Environment map[string]string `yaml:"environment"`
	HealthCheck *struct {
		Test []string `yaml:"test"`
	} `yaml:"healthcheck"`
	DependsOn map[string]struct {
		Condition string `yaml:"condition"`
	} `yaml:"depends_on"`
}

type composeFile struct {
	Services map[string]container `yaml:"services"`
	Networks map[string]struct {
		Internal bool `yaml:"internal"`
	} `yaml:"networks"`
}

func compose(t *testing.T) composeFile {
	t.Helper()
	var c composeFile
	if err := yaml.Unmarshal([]byte(read(t, "compose", "compose.yaml")), &c); err != nil {
		t.Fatal(err)
	}
	return c
}

var workers = []string{"enricher", "fetcher", "normalizer"}

func TestComposeContainersAreConfined(t *testing.T) {
	for name, c := range compose(t).Services {
		t.Run(name, func(t *testing.T) {
			root := name == "volume" // for its one command, without a network
			for what, ok := range map[string]bool{
				"read_only":                            c.ReadOnly,
				"cap_drop ALL":                         slices.Equal(c.CapDrop, []string{"ALL"}),
				"no cap_add":                           len(c.CapAdd) == 0 || root && slices.Equal(c.CapAdd, []string{"CHOWN"}),
				"no-new-privileges":                    slices.Contains(c.SecurityOpt, "no-new-privileges:true"),
				"not privileged":                       !c.Privileged,
				"a user other than root":               c.User == "65532:65532" || root && c.User == "0:0",
				"no network mode":                      c.NetworkMode == "" || root && c.NetworkMode == "none",
				"a restart policy":                     c.Restart == "unless-stopped" || c.Restart == "no",
				"an image with a version":              regexp.MustCompile(`:[^:]*$`).MatchString(c.Image) && !strings.Contains(c.Image, ":latest"),
				"bounds of processes and memory":       root || c.PidsLimit > 0 && c.MemLimit != "",
				"no ports beyond loopback":             !slices.ContainsFunc(c.Ports, func(p string) bool { return !strings.HasPrefix(p, "127.0.0.1:") }),
				"no more of the host than its folders": !slices.ContainsFunc(c.Volumes, func(v string) bool { return !strings.HasPrefix(v, "streams:") && !strings.HasSuffix(v, ":ro") }),
			} {
				if !ok {
					t.Errorf("want %s", what)
				}
			}
		})
	}
}

func TestComposeWorkersAreTheirOwnUsers(t *testing.T) {
	services := compose(t).Services
	for _, name := range workers {
		c := services[name]
		if !slices.Equal(c.Command, []string{name}) {
			t.Errorf("%s runs %v", name, c.Command)
		}
		want := "nats://" + name + ":${DATELINE_" + strings.ToUpper(name) + "_PASSWORD}@nats:4222"
		if c.Environment["DATELINE_NATS"] != want || c.Environment["DATELINE_INBOX_PREFIX"] != "_INBOX_"+name {
			t.Errorf("%s connects to %s with the inbox %s", name, c.Environment["DATELINE_NATS"], c.Environment["DATELINE_INBOX_PREFIX"])
		}
		if c.DependsOn["nats"].Condition != "service_healthy" || c.DependsOn["setup"].Condition != "service_completed_successfully" {
			t.Errorf("%s waits for %v", name, c.DependsOn)
		}
	}
}

func TestComposeLeavesTheInternetToTheFetcher(t *testing.T) {
	c := compose(t)
	if !c.Networks["pipeline"].Internal {
		t.Error("the pipeline's network has a way out")
	}
	for _, name := range []string{"normalizer", "enricher", "setup", "dateline"} {
		if networks := c.Services[name].Networks; !slices.Equal(networks, []string{"pipeline"}) {
			t.Errorf("%s is on %v", name, networks)
		}
	}
}

// What the configuration of the server wants from its environment is there, and
// compose refuses to start without a password.
func TestComposeSetsWhatTheServerWants(t *testing.T) {
	services := compose(t).Services
	for _, name := range []string{"nats", "fetcher", "normalizer", "enricher"} {
		if services[name].HealthCheck == nil {
			t.Errorf("%s has no healthcheck", name)
		}
	}
	nats := services["nats"]
	wanted := regexp.MustCompile(`(?m)^[^#\n]*\$(DATELINE_[A-Z_]+)`).FindAllStringSubmatch(read(t, "nats", "nats-server.conf"), -1)
	if len(wanted) != 2+len(users) {
		t.Errorf("the configuration wants %d variables, want a password for each of %d users, a folder and a size", len(wanted), len(users))
	}
	for _, w := range wanted {
		value, ok := nats.Environment[w[1]]
		if !ok || strings.HasSuffix(w[1], "PASSWORD") && !strings.Contains(value, "${"+w[1]+":?") {
			t.Errorf("%s is %q", w[1], value)
		}
	}
}

func TestDockerfile(t *testing.T) {
	file := read(t, "docker", "Dockerfile")
	for _, want := range []string{
		"\nFROM scratch\n", "\nUSER 65532:65532\n", "\nSTOPSIGNAL SIGTERM\n", "CGO_ENABLED=0", "GOTOOLCHAIN=local", "-trimpath",
		"-X github.com/dateline-news/dateline/pkg/bus/boot.version=$VERSION", "/etc/ssl/certs/ca-certificates.crt",
		"\nHEALTHCHECK ", `CMD ["dateline", "health"]`,
	} {
		if !strings.Contains(file, want) {
			t.Errorf("want %q", want)
		}
	}
	for _, label := range []string{"title", "description", "source", "documentation", "vendor", "licenses", "version", "revision"} {
		if !strings.Contains(file, " org.opencontainers.image."+label+"=") {
			t.Errorf("no label %s", label)
		}
	}
	for _, never := range []string{"\nADD ", "curl", "wget", "sudo", "USER root", "USER 0"} {
		if strings.Contains(file, never) {
			t.Errorf("%q in the file", never)
		}
	}
	for _, image := range regexp.MustCompile(`(?m)^FROM (?:--\S+ )?(\S+)`).FindAllStringSubmatch(file, -1) {
		if name := image[1]; name != "scratch" && (!strings.Contains(name, ":") || strings.Contains(name, ":latest")) {
			t.Errorf("image %s has no version", name)
		}
	}
	for _, program := range regexp.MustCompile(`\./(?:cmd|services)/\S+`).FindAllString(file, -1) {
		if _, err := os.Stat(filepath.Join("..", "..", program, "main.go")); err != nil {
			t.Error(err)
		}
	}
	if ignore := read(t, "docker", "Dockerfile.dockerignore"); !strings.Contains(ignore, "\n*\n") || !strings.Contains(ignore, "**/.env") {
		t.Error("the context is not limited to what is named")
	}
}

// A program gets the password of its user alone.
func TestAsUser(t *testing.T) {
	env, passwords := settings("streams")
	cmd := exec.CommandContext(t.Context(), "sh", filepath.Join("..", "..", "deploy", "nats", "as.sh"), "enricher", "env")
	cmd.Env = append(env, "PATH="+os.Getenv("PATH"), "NATS_HOST=nats:4222")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, want := range []string{"DATELINE_NATS=nats://enricher:" + passwords["enricher"] + "@nats:4222\n", "DATELINE_INBOX_PREFIX=_INBOX_enricher\n"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("want %s", want)
		}
	}
	for user, password := range passwords {
		if user != "enricher" && strings.Contains(string(out), password) {
			t.Errorf("the password of %s is in the environment of the enricher", user)
		}
	}
}
