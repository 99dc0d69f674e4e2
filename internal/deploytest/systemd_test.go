package deploytest

import (
	"io/fs"
	"maps"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// unit is what systemd knows of a service: the values of each setting, in order.
type unit map[string][]string

// settle reads unit files as systemd does: an empty value takes back what was set before.
func settle(texts ...string) unit {
	u := unit{}
	for _, text := range texts {
		for line := range strings.Lines(text) {
			key, value, ok := strings.Cut(strings.TrimSpace(line), "=")
			if !ok || strings.HasPrefix(key, "#") {
				continue
			}
			if value == "" {
				u[key] = []string{}
				continue
			}
			u[key] = append(u[key], value)
		}
	}
	return u
}

// last is the value of a setting that has one.
func (u unit) last(key string) string {
	if values := u[key]; len(values) > 0 {
		return values[len(values)-1]
	}
	return ""
}

func TestSettle(t *testing.T) {
	u := settle("[Service]\n# A=no\nA=1\nB=x=y\nC=1\n", "[Service]\nA=2\nC=\n")
	if !slices.Equal(u["A"], []string{"1", "2"}) || u.last("A") != "2" || u.last("B") != "x=y" || u.last("D") != "" {
		t.Errorf("got %v", u)
	}
	if values, ok := u["C"]; !ok || len(values) != 0 {
		t.Errorf("C is %v, want it set to nothing", values)
	}
}

// units are all units with what holds for all of them, by name.
func units(t *testing.T) map[string]unit {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "..", "deploy", "systemd", "*.service"))
	if err != nil || len(files) < 7 {
		t.Fatalf("%d units, %v", len(files), err)
	}
	hardening := read(t, "systemd", "dateline-.service.d", "hardening.conf")
	all := map[string]unit{}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".service")
		if !strings.HasPrefix(name, "dateline-") {
			t.Errorf("%s: what holds for dateline-*.service does not hold for it", name)
		}
		// A drop-in is read after its unit, and wins; a unit takes nothing back.
		text := read(t, "systemd", filepath.Base(file))
		all[name] = settle(text, hardening)
		for key := range settle(text) {
			if _, shared := settle(hardening)[key]; shared && !slices.Contains(overrides(name), key) {
				t.Errorf("%s sets %s, which holds for all units", name, key)
			}
		}
	}
	return all
}

// overrides are the settings of a unit that are shared too.
func overrides(name string) []string {
	if name == "dateline-nats" {
		return []string{"RestrictAddressFamilies"} // adds one
	}
	return nil
}

func TestUnitsAreConfined(t *testing.T) {
	for name, u := range units(t) {
		t.Run(name, func(t *testing.T) {
			for key, want := range map[string]string{
				"DynamicUser": "yes", "UMask": "0077", "ProtectSystem": "strict", "ProtectHome": "yes",
				"PrivateTmp": "yes", "PrivateDevices": "yes", "PrivateMounts": "yes", "PrivateUsers": "yes",
				"NoNewPrivileges": "yes", "RestrictSUIDSGID": "yes", "RestrictNamespaces": "yes", "RestrictRealtime": "yes",
				"ProtectKernelTunables": "yes", "ProtectKernelModules": "yes", "ProtectKernelLogs": "yes",
				"ProtectControlGroups": "yes", "ProtectClock": "yes", "ProtectHostname": "yes", "ProtectProc": "invisible",
				"LockPersonality": "yes", "MemoryDenyWriteExecute": "yes", "SystemCallArchitectures": "native",
				"SystemCallErrorNumber": "EPERM", "LimitCORE": "0", "StartLimitIntervalSec": "0",
				"Restart": "on-failure", "RestartPreventExitStatus": "2", "WantedBy": "multi-user.target",
			} {
				if key == "WantedBy" && name == "dateline-mend" {
					want = "" // its timer starts it
				}
				if got := u.last(key); got != want {
					t.Errorf("%s=%s, want %s", key, got, want)
				}
			}
			if !slices.Equal(u["SystemCallFilter"], []string{"@system-service", "~@privileged @resources"}) {
				t.Errorf("SystemCallFilter=%v", u["SystemCallFilter"])
			}
			for _, key := range []string{"CapabilityBoundingSet", "AmbientCapabilities"} {
				if rights, ok := u[key]; !ok || len(rights) > 0 {
					t.Errorf("%s=%v, want it set to nothing", key, rights)
				}
			}
			for _, key := range []string{"MemoryMax", "TasksMax", "TimeoutStopSec", "RestartSec"} {
				if u.last(key) == "" {
					t.Errorf("%s is not set", key)
				}
			}
			checkReach(t, name, u)
			checkMemory(t, u)
		})
	}
}

// checkReach checks whom a unit can reach, and where it can write.
func checkReach(t *testing.T, name string, u unit) {
	t.Helper()
	families := strings.Fields(strings.Join(u["RestrictAddressFamilies"], " "))
	slices.Sort(families)
	want := []string{"AF_INET", "AF_INET6"}
	if name == "dateline-nats" {
		want = append(want, "AF_NETLINK")
	}
	if !slices.Equal(families, want) {
		t.Errorf("RestrictAddressFamilies=%v", families)
	}
	inside := slices.Contains([]string{"dateline-setup", "dateline-normalizer", "dateline-enricher", "dateline-observer", "dateline-mend"}, name)
	if alone := u.last("IPAddressDeny") == "any" && u.last("IPAddressAllow") == "localhost"; alone != inside {
		t.Errorf("it reaches this machine alone: %v, want %v", alone, inside)
	}
	for _, key := range []string{"ReadWritePaths", "BindPaths", "User", "ExecStartPre", "PermissionsStartOnly"} {
		if u[key] != nil {
			t.Errorf("%s=%v", key, u[key])
		}
	}
	if folder := u.last("StateDirectory"); folder != "" && u.last("StateDirectoryMode") != "0700" {
		t.Errorf("%s is open to others", folder)
	}
}

// checkMemory checks that Go frees memory before the kernel ends the process.
func checkMemory(t *testing.T, u unit) {
	t.Helper()
	most := megabytes(t, u.last("MemoryMax"))
	for _, v := range u["Environment"] {
		if limit, ok := strings.CutPrefix(v, "GOMEMLIMIT="); ok {
			if soft := megabytes(t, limit); soft < most*85/100 || soft > most*95/100 {
				t.Errorf("GOMEMLIMIT=%s, MemoryMax=%s: want nine tenths", limit, u.last("MemoryMax"))
			}
			return
		}
	}
	if most > 256 {
		t.Error("no GOMEMLIMIT")
	}
}

func megabytes(t *testing.T, size string) int {
	t.Helper()
	match := regexp.MustCompile(`^(\d+)(M|G)(iB)?$`).FindStringSubmatch(size)
	if match == nil {
		t.Fatalf("size %q", size)
	}
	n, _ := strconv.Atoi(match[1]) // digits
	if match[2] == "G" {
		n *= 1024
	}
	return n
}

// Each unit runs a program that there is, as its own user of NATS, on a port of its own.
func TestUnitsRunTheirPrograms(t *testing.T) {
	var names, ports []string
	for _, program := range programs {
		names = append(names, strings.TrimSuffix(program[strings.LastIndex(program, "/")+1:], "v2"))
	}
	names = append(names, "nats-server", "dateline-mend")
	for name, u := range units(t) {
		command := strings.Fields(u.last("ExecStart"))
		if dir, program := filepath.Split(strings.TrimPrefix(command[0], "+")); dir != "/usr/local/bin/" || !slices.Contains(names, program) {
			t.Errorf("%s runs %s", name, command[0])
		}
		for _, v := range u["Environment"] {
			if address, ok := strings.CutPrefix(v, "DATELINE_HTTP="); ok {
				ports = append(ports, address)
			}
		}
		for _, file := range u["EnvironmentFile"] {
			example := strings.TrimPrefix(strings.TrimPrefix(file, "-"), "/etc/dateline/") + ".example"
			if !strings.Contains(read(t, "systemd", example), "\n") {
				t.Errorf("%s: %s has no example", name, file)
			}
		}
		worker := strings.TrimPrefix(name, "dateline-")
		if slices.Contains(workers, worker) && !slices.Contains(u["Environment"], "DATELINE_INBOX_PREFIX=_INBOX_"+worker) {
			t.Errorf("%s hears no replies: %v", name, u["Environment"])
		}
	}
	slices.Sort(ports)
	if len(ports) != 5 || len(slices.Compact(ports)) != 5 {
		t.Errorf("addresses of HTTP servers: %v", ports)
	}
}

// What units and their files set is a setting of the programs, or of the server.
func TestUnitsSetWhatThereIs(t *testing.T) {
	released, err := filepath.Glob(filepath.Join("..", "..", "cmd", "dateline", "testdata", "released", "*", "commands.txt"))
	if err != nil || len(released) != 1 {
		t.Fatalf("%q, %v", released, err)
	}
	commands, err := os.ReadFile(released[0])
	if err != nil {
		t.Fatal(err)
	}
	variable := regexp.MustCompile(`(?:DATELINE_[A-Z_]*[A-Z])`)
	known := variable.FindAllString(string(commands)+read(t, "nats", "nats-server.conf"), -1)
	files, err := fs.Glob(os.DirFS(filepath.Join("..", "..", "deploy", "systemd")), "*.*")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if filepath.Ext(file) == ".d" || file == "secrets.sh" {
			continue
		}
		for _, v := range variable.FindAllString(read(t, "systemd", file), -1) {
			if !slices.Contains(known, v) {
				t.Errorf("%s: no program knows %s", file, v)
			}
		}
	}
}

// environmentFile reads a file as systemd does, as far as ours go.
func environmentFile(t *testing.T, path string) map[string]string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]string{}
	for line := range strings.Lines(string(data)) {
		if key, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok && !strings.HasPrefix(key, "#") {
			values[key] = value
		}
	}
	return values
}

func TestSecrets(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "etc", "dateline")
	script := filepath.Join("..", "..", "deploy", "systemd", "secrets.sh")
	if out, err := exec.CommandContext(t.Context(), "sh", script, dir).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	nats := environmentFile(t, filepath.Join(dir, "nats.env"))
	passwords := map[string]bool{}
	for _, user := range users {
		password := nats["DATELINE_"+strings.ToUpper(user)+"_PASSWORD"]
		if !regexp.MustCompile(`^p[0-9a-f]{48}$`).MatchString(password) {
			t.Errorf("password of %s: %q", user, password)
		}
		passwords[password] = true
	}
	if len(passwords) != len(users) {
		t.Errorf("%d passwords for %d users", len(passwords), len(users))
	}
	for _, user := range append(slices.Clone(workers), "admin") {
		u, err := url.Parse(environmentFile(t, filepath.Join(dir, user+".env"))["DATELINE_NATS"])
		if err != nil {
			t.Fatal(err)
		}
		password, _ := u.User.Password()
		if u.User.Username() != user || password != nats["DATELINE_"+strings.ToUpper(user)+"_PASSWORD"] || u.Host != "127.0.0.1:4222" {
			t.Errorf("%s connects to %s as %s", user, u.Host, u.User.Username())
		}
	}
	before := contents(t, dir)
	for file, text := range before {
		info, err := os.Stat(filepath.Join(dir, file))
		if err != nil || info.Mode() != 0o400 {
			t.Errorf("%s: %v, %v", file, info.Mode(), err)
		}
		if regexp.MustCompile(`@[A-Z]+@`).MatchString(text) {
			t.Errorf("%s lacks a password", file)
		}
	}
	if out, err := exec.CommandContext(t.Context(), "sh", script, dir).CombinedOutput(); err == nil || !strings.Contains(string(out), "there already") {
		t.Errorf("a second run: %v: %s", err, out)
	}
	if !maps.Equal(before, contents(t, dir)) {
		t.Error("a second run has changed files")
	}
}

// contents are the files of a folder, by name.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all[e.Name()] = string(data)
	}
	return all
}

// systemd itself finds no fault, and little that a unit is exposed to.
func TestSystemdAnalyze(t *testing.T) {
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("no systemd-analyze here")
	}
	root := t.TempDir()
	own := filepath.Join(root, "etc", "systemd", "system")
	for from, to := range map[string]string{
		"/usr/lib/systemd/system":                      filepath.Join(root, "usr", "lib", "systemd", "system"),
		filepath.Join("..", "..", "deploy", "systemd"): own,
	} {
		if err := os.CopyFS(to, os.DirFS(from)); err != nil {
			t.Skipf("no units of the system: %v", err)
		}
	}
	for _, program := range []string{"usr/local/bin/dateline", "usr/local/bin/fetcher", "usr/local/bin/normalizer", "usr/local/bin/enricher", "usr/local/bin/nats-server", "usr/local/bin/dateline-mend", "bin/kill"} {
		path := filepath.Join(root, program)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("#!/bin/sh\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for name := range units(t) {
		t.Run(name, func(t *testing.T) {
			for _, args := range [][]string{{"verify"}, {"security", "--offline=yes", "--threshold=15"}} { // of 100
				args = append(args, "--root="+root, "--no-pager", name+".service")
				if out, err := exec.CommandContext(t.Context(), analyze, args...).CombinedOutput(); err != nil || strings.Contains(string(out), own) {
					t.Errorf("systemd-analyze %v: %v\n%s", args, err, out)
				}
			}
		})
	}
}
