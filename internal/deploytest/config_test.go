package deploytest

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// configuration has the server check its configuration files, as `-t` does.
func configuration(t *testing.T, programs string) {
	t.Parallel()
	env, _ := settings(t.TempDir())
	cluster := append(slices.Clone(env), "DATELINE_NATS_NAME=nats-1", "DATELINE_ROUTE_PASSWORD="+secret(),
		`DATELINE_NATS_ROUTES=["nats://route:secret@nats-1:6222", "nats://route:secret@nats-2:6222"]`)
	number := slices.Clone(env)
	for i, v := range number {
		if strings.HasPrefix(v, "DATELINE_ADMIN_PASSWORD=") {
			number[i] = "DATELINE_ADMIN_PASSWORD=12345678"
		}
	}
	folder := together(t)
	for name, test := range map[string]struct {
		file string
		env  []string
		want string
	}{
		"one server":           {"nats-server.conf", env, "is valid"},
		"one of three servers": {"cluster.conf", cluster, "is valid"},
		"a pod":                {"kubernetes.conf", env, "is valid"},
		"one of three pods":    {"kubernetes-cluster.conf", cluster, "is valid"},
		"no folder":            {"nats-server.conf", env[1:], "'DATELINE_NATS_STORE'"},
		"no password":          {"nats-server.conf", env[:len(env)-1], "'DATELINE_CONSUMER_PASSWORD'"},
		"a number as password": {"nats-server.conf", number, "not string"},
		"no routes":            {"cluster.conf", cluster[:len(cluster)-1], "'DATELINE_NATS_ROUTES'"},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(folder, test.file)
			cmd := exec.CommandContext(t.Context(), filepath.Join(programs, "nats-server"), "-t", "-c", file)
			cmd.Env = test.env
			out, err := cmd.CombinedOutput()
			if valid := test.want == "is valid"; (err == nil) != valid || !strings.Contains(string(out), test.want) {
				t.Errorf("got %v: %s, want %s", err, out, test.want)
			}
		})
	}
}

// together is a folder with the server's files and those of pods, as a ConfigMap has them.
func together(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	for _, from := range []string{"nats", filepath.Join("kubernetes", "nats")} {
		files, err := filepath.Glob(filepath.Join("..", "..", "deploy", from, "*.conf"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %q, %v", from, files, err)
		}
		for _, file := range files {
			if err := os.WriteFile(filepath.Join(folder, filepath.Base(file)), []byte(read(t, from, filepath.Base(file))), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	return folder
}
