package deploytest

import (
	"context"
	"net/url"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nats-io/nats.go"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
)

// config is the server's configuration file.
func config() string { return filepath.Join("..", "..", "deploy", "nats", "nats-server.conf") }

// users are those of the configuration.
var users = []string{"admin", "fetcher", "normalizer", "enricher", "sink", "archiver", "observer", "consumer"}

// natsServer is a server as a process.
type natsServer struct {
	*process
	access
}

// access is where servers are, and who may connect.
type access struct {
	hosts     []string
	passwords map[string]string // empty without users
}

// settings are what the configuration wants from the environment, with passwords made up.
func settings(store string) (env []string, passwords map[string]string) {
	passwords = map[string]string{}
	env = []string{"DATELINE_NATS_STORE=" + store, "DATELINE_NATS_STORE_SIZE=20GB"}
	for _, user := range users {
		passwords[user] = secret()
		env = append(env, "DATELINE_"+strings.ToUpper(user)+"_PASSWORD="+passwords[user])
	}
	return env, passwords
}

// serve starts a server with the configuration on free ports of loopback.
func serve(t *testing.T, programs string) *natsServer {
	t.Helper()
	env, passwords := settings(t.TempDir())
	s := serveWith(t, programs, env, "-c", config(), "-m", "-1")
	s.passwords = passwords
	return s
}

// serveWith starts a server with these arguments on a free port of loopback.
func serveWith(t *testing.T, programs string, env []string, args ...string) *natsServer {
	t.Helper()
	s := &natsServer{process: start(t, filepath.Join(programs, "nats-server"), env, append(args, "-a", "127.0.0.1", "-p", "-1")...)}
	_, address, _ := strings.Cut(s.await(t, "Listening for client connections on "), "connections on ")
	s.await(t, "Server is ready")
	s.hosts = []string{address}
	return s
}

// address is that of the servers, with the user's name and password.
func (a access) address(user string) string {
	var all []string
	for _, host := range a.hosts {
		u := url.URL{Scheme: "nats", Host: host}
		if password, ok := a.passwords[user]; ok {
			u.User = url.UserPassword(user, password)
		}
		all = append(all, u.String())
	}
	return strings.Join(all, ",")
}

// connect connects as a user, or as anyone where there are no users.
func (a access) connect(t *testing.T, user string) *bus.Bus {
	t.Helper()
	o := bus.Options{URL: a.address(user), Name: user, Logger: bustest.Logger(t)}
	if len(a.passwords) > 0 {
		o.InboxPrefix = "_INBOX_" + user
	}
	b, err := bus.Connect(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	return b
}

// plain connects as a user with the client library alone.
func (a access) plain(t *testing.T, user string) *nats.Conn {
	t.Helper()
	nc, err := nats.Connect(a.address(user), nats.CustomInboxPrefix("_INBOX_"+user), nats.ErrorHandler(func(*nats.Conn, *nats.Subscription, error) {}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	return nc
}

// environment is what a program finds in its environment to connect as a user.
func (a access) environment(user string) []string {
	env := []string{"DATELINE_NATS=" + a.address(user)}
	if len(a.passwords) > 0 {
		env = append(env, "DATELINE_INBOX_PREFIX=_INBOX_"+user)
	}
	return env
}

// worker starts a service as its user.
func (a access) worker(t *testing.T, programs, name string, args ...string) *worker {
	t.Helper()
	w := &worker{process: start(t, filepath.Join(programs, name), a.environment(name), args...)}
	w.http = field(t, w.await(t, `"msg":"started"`), "http")
	return w
}

// dateline runs the command as a user and returns what it has printed.
func (a access) dateline(t *testing.T, programs, user string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), bustest.Limit)
	defer cancel()
	var stdout, stderr strings.Builder
	cmd := exec.CommandContext(ctx, filepath.Join(programs, "dateline"), args...)
	cmd.Env, cmd.Stdout, cmd.Stderr = a.environment(user), &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("dateline %v: %v\n%s%s", args, err, stdout.String(), stderr.String())
	}
	return stdout.String()
}
