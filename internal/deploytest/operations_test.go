package deploytest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/fetchertest"
)

// operationsPage is the page for who operates the pipeline.
func operationsPage(t *testing.T) string {
	t.Helper()
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "operations.md"))
	if err != nil {
		t.Fatal(err)
	}
	return string(page)
}

// block is the script of a section of the page.
func block(t *testing.T, heading string) string {
	t.Helper()
	_, section, ok := strings.Cut(operationsPage(t), "\n"+heading+"\n")
	match := regexp.MustCompile("(?s)\n```sh\n(.*?)\n```\n").FindStringSubmatch(section)
	if !ok || match == nil {
		t.Fatalf("docs/operations.md has no script under %q", heading)
	}
	return match[1]
}

// shell runs scripts as a person does who has made a folder for it. What a script
// leaves running ends with the test.
type shell struct {
	dir    string
	env    []string
	groups []int // of processes
}

func newShell(t *testing.T, programs string, env ...string) *shell {
	t.Helper()
	deploy, err := filepath.Abs(filepath.Join("..", "..", "deploy"))
	if err != nil {
		t.Fatal(err)
	}
	return &shell{
		dir: t.TempDir(),
		env: append(env, "DATELINE_DEPLOY="+deploy, "PATH="+programs+string(os.PathListSeparator)+os.Getenv("PATH")),
	}
}

// run runs a script to its end.
func (s *shell) run(t *testing.T, script string) (out string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "sh", "-eu")
	cmd.Dir, cmd.Env, cmd.Stdin = s.dir, s.env, strings.NewReader(script)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	var text strings.Builder
	cmd.Stdout, cmd.Stderr = &text, &text
	err := cmd.Run()
	s.groups = append(s.groups, cmd.Process.Pid)
	if err != nil {
		t.Fatalf("%v\n%s", err, text.String())
	}
	return text.String()
}

// end ends what the scripts have left running, and waits until nobody listens.
func (s *shell) end(t *testing.T, addresses ...string) {
	t.Helper()
	for _, group := range s.groups {
		_ = syscall.Kill(-group, syscall.SIGKILL) // it may have ended
	}
	bustest.Eventually(t, func() error {
		for _, address := range addresses {
			if conn, err := net.Dial("tcp", address); err == nil {
				return errors.Join(fmt.Errorf("somebody listens on %s", address), conn.Close())
			}
		}
		return nil
	})
}

// ports are the first digits of three free ports on loopback, which end in 1, 2 and 3.
func ports(t *testing.T) string {
	t.Helper()
	for range 1000 {
		digits := fmt.Sprint(1100 + rand.IntN(2100)) // below those that the system gives away
		if free(digits+"1", digits+"2", digits+"3") {
			return digits
		}
	}
	t.Fatal("no free ports")
	return ""
}

func free(ports ...string) bool {
	for _, port := range ports {
		l, err := net.Listen("tcp", "127.0.0.1:"+port)
		if err != nil || l.Close() != nil {
			return false
		}
	}
	return true
}

// threeServers follows the page: its script, as it stands but for the ports, makes a
// cluster on which articles flow, also while one of the servers is down.
func threeServers(t *testing.T, programs string) {
	t.Parallel()
	clients, routes, monitors := ports(t), ports(t), ports(t)
	script := strings.NewReplacer(
		":622$n", ":"+routes+"$n", "$r:622", "$r:"+routes, "-p 422", "-p "+clients, "-m 822", "-m "+monitors, "127.0.0.1:422", "127.0.0.1:"+clients,
	).Replace(block(t, "### Three servers on one machine"))
	sh := newShell(t, programs, "DATELINE_ALLOW_NET=127.0.0.0/8") // the feeds are here
	var addresses []string
	for n := 1; n <= 3; n++ {
		addresses = append(addresses, fmt.Sprint("127.0.0.1:", clients, n))
	}
	t.Cleanup(func() { sh.end(t, addresses...) })
	if out := sh.run(t, script); !strings.Contains(out, "poller      POLLS") || !strings.Contains(out, "3/3") {
		t.Errorf("the script prints\n%s", out)
	}
	const admin = `. ./secrets; as() { "$DATELINE_DEPLOY/nats/as.sh" admin "$@"; }; export NATS_HOST=`
	asAdmin := admin + strings.Join(addresses, ",") + "\n"

	site := fetchertest.New(t)
	feed := site.Feed("/feed.xml")
	items := fetchertest.Generate(fetchertest.Spec{Seed: 7, Count: 20, Words: 60, Base: site.URL("")})
	feed.SetItems(items[:10]...)
	sh.run(t, asAdmin+"as dateline feeds add "+feed.URL())
	b := sh.admin(t, addresses)
	bustest.Next(t, b, 10, schema.StreamEnriched)
	out := sh.run(t, asAdmin+"as dateline doctor --role admin --allow-net 127.0.0.0/8 --monitor http://127.0.0.1:"+monitors+"1")
	for _, want := range []string{"replicas", "streams", "sync_interval", "workers", "fetch"} {
		if !regexp.MustCompile(`(?m)^ok +` + want).MatchString(out) {
			t.Errorf("the doctor finds no good %s:\n%s", want, out)
		}
	}

	sh.run(t, "kill -9 $(cat nats-2.pid)")
	feed.SetItems(items...)
	bustest.EventuallyWithin(t, grace, func() error {
		return sh.try(t, asAdmin+"as dateline feeds refresh "+feed.URL())
	})
	bustest.EventuallyWithin(t, grace, func() error { return holds(t, b, schema.StreamEnriched, 20) })
	replicas := func(finding string) func() error {
		return func() error {
			out, err := sh.output(t, asAdmin+"as dateline doctor --allow-net 127.0.0.0/8 || true")
			if !regexp.MustCompile(finding).MatchString(out) {
				return fmt.Errorf("%w\n%s", errors.Join(err, fmt.Errorf("the doctor does not say %q", finding)), out)
			}
			return nil
		}
	}
	bustest.EventuallyWithin(t, grace, replicas(`warn +replicas .* on nats-2`))
	sh.run(t, "rm -r store-2; . ./secrets; n=2; export DATELINE_NATS_STORE_SIZE=12GB\n"+between(t, script, "r=nats://", "for n in")+between(t, script, "  DATELINE_NATS_NAME", "done\n"))
	bustest.EventuallyWithin(t, grace, replicas(`ok +replicas`))
}

// between is the lines of a script from one that begins with something to before the
// first after it that begins with something else.
func between(t *testing.T, script, from, to string) string {
	t.Helper()
	_, rest, ok := strings.Cut(script, "\n"+from)
	lines, _, end := strings.Cut(rest, "\n"+to)
	if !ok || !end {
		t.Fatalf("no lines from %q to %q in the script", from, to)
	}
	return from + lines + "\n"
}

// holds is nil when a stream holds so many messages. A question to a server that is
// gone has no answer, so none is waited for long.
func holds(t *testing.T, b *bus.Bus, stream string, n uint64) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	s, err := b.JetStream().Stream(ctx, stream)
	if err != nil {
		return err
	}
	if is := s.CachedInfo().State.Msgs; is != n {
		return fmt.Errorf("%s holds %d messages, want %d", stream, is, n)
	}
	return nil
}

// admin connects as the admin whose password the script has made.
func (s *shell) admin(t *testing.T, addresses []string) *bus.Bus {
	t.Helper()
	password := strings.TrimSpace(s.run(t, `. ./secrets; echo "$DATELINE_ADMIN_PASSWORD"`))
	return access{hosts: addresses, passwords: map[string]string{"admin": password}}.connect(t, "admin")
}

// output runs a script that may fail.
func (s *shell) output(t *testing.T, script string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "sh", "-eu")
	cmd.Dir, cmd.Env, cmd.Stdin = s.dir, s.env, strings.NewReader(script)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func (s *shell) try(t *testing.T, script string) error {
	t.Helper()
	out, err := s.output(t, script)
	if err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	return nil
}

// Of a cluster every address has the user's password: a client asks for none twice.
func TestAsUserOfACluster(t *testing.T) {
	env, passwords := settings("streams")
	cmd := exec.CommandContext(t.Context(), "sh", filepath.Join("..", "..", "deploy", "nats", "as.sh"), "fetcher", "sh", "-c", `echo "$DATELINE_NATS"; env; echo "$1"`, "sh", "a, b")
	cmd.Env = append(env, "PATH="+os.Getenv("PATH"), "NATS_HOST=nats-1:4222,nats-2:4222,nats-3:4222", "DATELINE_ROUTE_PASSWORD=of-the-routes")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	at := "nats://fetcher:" + passwords["fetcher"] + "@nats-"
	if want := at + "1:4222," + at + "2:4222," + at + "3:4222\n"; !strings.HasPrefix(string(out), want) {
		t.Errorf("got %s, want %s", out, want)
	}
	if !strings.HasSuffix(string(out), "\na, b\n") || strings.Contains(string(out), "of-the-routes") {
		t.Errorf("arguments or secrets are not as they should be: %s", out)
	}
}
