package deploytest

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
)

// machine starts the units of deploy/systemd as systemd does, as far as that goes
// without being it: their command, their environment and its files, the folder of
// their state, what comes after what, and starting again what failed. Addresses are
// others than on a machine of their own, so that they are free.
type machine struct {
	programs string
	root     string // /etc/dateline and /var/lib are below
	units    map[string]unit
	running  map[string]*process
	client   string // the address of the NATS server
	access
}

// newMachine is one on which a person has done what docs/operations.md says: the
// programs are there, and secrets.sh has written the environment files.
func newMachine(t *testing.T, programs string) *machine {
	t.Helper()
	m := &machine{programs: programs, root: t.TempDir(), units: units(t), running: map[string]*process{}, client: freeAddresses(t, 1)[0]}
	etc := filepath.Join(m.root, "etc", "dateline")
	script := filepath.Join("..", "..", "deploy", "systemd", "secrets.sh")
	if out, err := exec.CommandContext(t.Context(), "sh", script, etc).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if err := os.WriteFile(filepath.Join(etc, "nats-server.conf"), []byte(read(t, "nats", "nats-server.conf")), 0o644); err != nil {
		t.Fatal(err)
	}
	m.move(t, etc)
	m.access = access{hosts: []string{m.client}, passwords: map[string]string{}}
	for _, user := range users {
		m.passwords[user] = environmentFile(t, filepath.Join(etc, "nats.env"))["DATELINE_"+strings.ToUpper(user)+"_PASSWORD"]
	}
	return m
}

// move writes the server's address here in place of its usual one.
func (m *machine) move(t *testing.T, etc string) {
	t.Helper()
	for file, text := range contents(t, etc) {
		path := filepath.Join(etc, file)
		if err := os.Remove(path); err != nil { // it is not for writing
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(strings.ReplaceAll(text, "127.0.0.1:4222", m.client)), 0o400); err != nil {
			t.Fatal(err)
		}
	}
}

// pipelineUnits are those of a pipeline with each service by itself, in the order in
// which systemd starts them.
func (m *machine) pipelineUnits(t *testing.T) []string {
	t.Helper()
	left := []string{"dateline-enricher", "dateline-fetcher", "dateline-nats", "dateline-normalizer", "dateline-setup"}
	var order []string
	for len(left) > 0 {
		i := slices.IndexFunc(left, func(name string) bool {
			after := strings.Fields(strings.Join(m.units[name]["After"], " "))
			return !slices.ContainsFunc(left, func(other string) bool { return slices.Contains(after, other+".service") })
		})
		if i < 0 {
			t.Fatalf("%v wait for each other", left)
		}
		order = append(order, left[i])
		left = slices.Delete(left, i, i+1)
	}
	return order
}

// here is a text of a unit with what is elsewhere on this machine.
func (m *machine) here(text string) string {
	return strings.NewReplacer(
		"/usr/local/bin/", m.programs+"/", "/etc/dateline/", filepath.Join(m.root, "etc", "dateline")+"/", "%S", filepath.Join(m.root, "var", "lib"),
	).Replace(text)
}

// environment is that of a unit: what it says, and over it what its files say.
func (m *machine) environment(t *testing.T, name string) []string {
	t.Helper()
	values := map[string]string{"PATH": "/usr/local/bin:/usr/bin:/bin", "DATELINE_ALLOW_NET": "127.0.0.0/8"} // the feeds are here
	for _, v := range m.units[name]["Environment"] {
		key, value, _ := strings.Cut(v, "=")
		values[key] = m.here(value)
	}
	for _, file := range m.units[name]["EnvironmentFile"] {
		for key, value := range environmentFile(t, m.here(file)) {
			values[key] = value
		}
	}
	if address := values["DATELINE_HTTP"]; address != "" {
		values["DATELINE_HTTP"] = "127.0.0.1:0"
	}
	var env []string
	for _, key := range slices.Sorted(maps.Keys(values)) {
		env = append(env, key+"="+values[key])
	}
	return env
}

// start starts a unit.
func (m *machine) start(t *testing.T, name string) {
	t.Helper()
	u := m.units[name]
	if folder := u.last("StateDirectory"); folder != "" {
		if err := os.MkdirAll(filepath.Join(m.root, "var", "lib", folder), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	command := strings.Fields(m.here(u.last("ExecStart")))
	if name == "dateline-nats" {
		command = append(command, "-p", port(m.client), "-m", "-1")
	}
	env := m.environment(t, name)
	if u.last("Type") == "oneshot" { // the next waits for it, and it is started again until it has gone well
		bustest.Eventually(t, func() error {
			ctx, cancel := context.WithTimeout(t.Context(), bustest.Limit)
			defer cancel()
			cmd := exec.CommandContext(ctx, command[0], command[1:]...)
			cmd.Env = env
			out, err := cmd.CombinedOutput()
			if err != nil {
				err = fmt.Errorf("%s: %w: %s", name, err, out)
			}
			return err
		})
		return
	}
	p := start(t, command[0], env, command[1:]...)
	m.running[name] = p
	if name != "dateline-nats" { // which is done when setup is
		p.await(t, `"msg":"started"`)
	}
}

// up starts all units.
func (m *machine) up(t *testing.T) {
	t.Helper()
	for _, name := range m.pipelineUnits(t) {
		m.start(t, name)
	}
}

// down stops units in good order, the last first.
func (m *machine) down(t *testing.T, but ...string) {
	t.Helper()
	order := m.pipelineUnits(t)
	slices.Reverse(order)
	for _, name := range order {
		if p := m.running[name]; p != nil && !slices.Contains(but, name) {
			p.stop(t)
			delete(m.running, name)
		}
	}
}

// admin runs a command as the page says, with the admin's environment file alone.
func (m *machine) admin(t *testing.T, command string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*bustest.Limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, "/bin/sh", "-c", m.here("set -a; . /etc/dateline/admin.env; exec ")+command)
	cmd.Env = []string{"PATH=" + m.programs}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", command, err, out)
	}
	return string(out)
}

// bus connects as the admin.
func (m *machine) bus(t *testing.T) *bus.Bus {
	t.Helper()
	return m.connect(t, "admin")
}

// store is the folder of the server's streams.
func (m *machine) store() string {
	return filepath.Join(m.root, "var", "lib", m.units["dateline-nats"].last("StateDirectory"))
}

// The page names every step that the machine of the test takes.
func TestOperationsNameTheSteps(t *testing.T) {
	page := operationsPage(t)
	for _, step := range []string{
		"deploy/systemd/secrets.sh", "/etc/dateline/nats-server.conf", "deploy/systemd/*.service", "dateline-.service.d",
		"systemctl enable --now dateline-nats dateline-setup dateline-fetcher dateline-normalizer dateline-enricher",
		"set -a; . /etc/dateline/admin.env; exec dateline", "dateline feeds add", "dateline doctor", "dateline status",
		"dateline backup", "dateline restore", "dateline setup --check",
	} {
		if !strings.Contains(page, step) {
			t.Errorf("docs/operations.md lacks %q", step)
		}
	}
	for _, link := range regexp.MustCompile(`\]\(([^)#:]+)\)`).FindAllStringSubmatch(page, -1) {
		if _, err := os.Stat(filepath.Join("..", "..", "docs", link[1])); err != nil {
			t.Errorf("a link that leads nowhere: %v", err)
		}
	}
}
