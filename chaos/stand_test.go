package chaos

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/services/fetcher/fetchertest"
)

// The ways to deploy the pipeline.
const (
	modeServices = "services" // each service twice, and one NATS server
	modeUp       = "up"       // everything in one process
	modeCluster  = "cluster"  // each service twice, and three NATS servers
)

// settings say which pipeline to set up.
type settings struct {
	mode     string
	tree     string // of the source
	programs string // folder of the built programs
	dir      string // for streams and logs
	seed     uint64
	feeds    int
	faults   float64       // share of the requests of feeds that go wrong
	interval time.Duration // between two polls of a feed
	clock    hands         // of the processes; empty when it is not set
}

// stand is a pipeline of processes, and the feeds that it polls.
type stand struct {
	settings
	site      *fetchertest.Site
	papers    []*paper
	processes []*process
	servers   []*process // those of processes that are NATS, or hold it
	monitors  []string   // addresses of the servers' health, by server
	url       string     // of NATS for the checker, who goes by no proxy
	prefix    string     // of the checker's inbox
	admin     []string   // the environment of commands, none of dateline up
}

// newStand sets the pipeline up and starts it. The caller closes it, also after
// an error.
func newStand(ctx context.Context, c settings) (*stand, error) {
	s := &stand{settings: c}
	var err error
	if s.site, err = fetchertest.Start(); err != nil {
		return s, err
	}
	var list strings.Builder
	for n := range c.feeds {
		p := newPaper(s.site, c.seed, n, c.faults)
		s.papers = append(s.papers, p)
		fmt.Fprintln(&list, p.feed.URL())
	}
	feeds := filepath.Join(c.dir, "feeds.txt")
	if err := os.WriteFile(feeds, []byte(list.String()), 0o600); err != nil {
		return s, err
	}
	if c.mode == modeUp {
		return s, s.up(feeds)
	}
	return s, s.services(ctx, feeds)
}

// fetching are the flags of what polls the feeds.
func (s *stand) fetching() []string {
	pace := s.interval.String()
	return []string{
		"--allow-net", "127.0.0.0/8", "--fulltext", "never", "--interval", pace, "--min-interval", pace,
		"--max-interval", (2 * s.interval).String(), "--http-timeout", "5s", "--log-format", "json",
	}
}

// up starts the process that is everything.
func (s *stand) up(feeds string) error {
	addresses, err := freeAddresses(2)
	if err != nil {
		return err
	}
	s.url = "nats://" + addresses[0]
	args := append([]string{"up", feeds, "--data", filepath.Join(s.dir, "data"), "--nats-listen", addresses[0], "--http", addresses[1], "--quiet"}, s.fetching()...)
	s.add(&process{name: "up", program: "dateline", args: args, env: []string{"HOME=" + s.dir}})
	s.servers, s.monitors = s.processes, []string{"http://" + addresses[1] + "/healthz"}
	return s.servers[0].start()
}

// users are those of the server's configuration.
func users() []string {
	return []string{"admin", "fetcher", "normalizer", "enricher", "consumer", "sink", "archiver", "observer"}
}

// services starts one server or three, with the configuration of deploy/nats, and
// the services, each as its own user.
func (s *stand) services(ctx context.Context, feeds string) error {
	passwords := map[string]string{}
	env := []string{"DATELINE_NATS_STORE_SIZE=20GB"}
	for _, user := range users() {
		passwords[user] = secret()
		env = append(env, "DATELINE_"+strings.ToUpper(user)+"_PASSWORD="+passwords[user])
	}
	size, setup := 1, []string{"setup"}
	if s.mode == modeCluster {
		size, setup = 3, append(setup, "--replicas", "3")
	}
	hosts, err := s.serve(size, env)
	if err != nil {
		return err
	}
	s.url, s.prefix = address(hosts, "admin", passwords), "_INBOX_admin"
	if err := s.healthy(ctx); err != nil {
		return err
	}
	s.admin = []string{"DATELINE_NATS=" + s.url, "DATELINE_INBOX_PREFIX=" + s.prefix}
	dateline := filepath.Join(s.programs, "dateline")
	if err := errors.Join(command(s.admin, dateline, setup...), command(s.admin, dateline, "feeds", "import", feeds)); err != nil {
		return err
	}
	for _, service := range []string{"fetcher", "normalizer", "enricher"} {
		for n := range 2 {
			if err := s.service(service, n+1, hosts, passwords); err != nil {
				return err
			}
		}
	}
	return nil
}

// serve starts the servers and returns their addresses.
func (s *stand) serve(size int, env []string) (hosts []string, err error) {
	addresses, err := freeAddresses(3 * size)
	if err != nil {
		return nil, err
	}
	hosts, monitors, routes := addresses[:size], addresses[size:2*size], addresses[2*size:]
	between, ways, err := mesh(routes)
	if err != nil {
		return nil, err
	}
	password := secret()
	route := "nats://route:" + password + "@"
	for i := range size {
		var quoted []string
		for _, way := range ways[i] {
			quoted = append(quoted, `"`+route+way+`"`)
		}
		own := append([]string{
			"DATELINE_NATS_STORE=" + filepath.Join(s.dir, fmt.Sprintf("nats-%d", i+1)),
			fmt.Sprintf("DATELINE_NATS_NAME=nats-%d", i+1),
			"DATELINE_ROUTE_PASSWORD=" + password,
			"DATELINE_NATS_ROUTES=[" + strings.Join(quoted, ", ") + "]",
		}, env...)
		config := "nats-server.conf"
		args := []string{"-a", "127.0.0.1", "-p", port(hosts[i]), "-m", port(monitors[i])}
		if size > 1 {
			config = "cluster.conf"
			// Nobody learns an address that leads around the proxies.
			args = append(args, "--cluster", route+routes[i], "--cluster_advertise", "127.0.0.1:1", "--no_advertise")
		}
		args = append(args, "-c", filepath.Join(s.tree, "deploy", "nats", config))
		p := s.add(&process{name: fmt.Sprintf("nats-%d", i+1), program: "nats-server", args: args, env: own, network: between[i]})
		s.servers = append(s.servers, p)
		s.monitors = append(s.monitors, "http://"+monitors[i]+"/healthz")
		if err := p.start(); err != nil {
			return nil, err
		}
	}
	return hosts, nil
}

// mesh are the proxies between servers that listen for each other at these
// addresses: by server those that it takes part in, and the addresses by which it
// reaches the others.
func mesh(routes []string) (between [][]*proxy, ways [][]string, err error) {
	between, ways = make([][]*proxy, len(routes)), make([][]string, len(routes))
	for i := range routes {
		for j, to := range routes {
			if i == j {
				continue
			}
			p, err := newProxy(to)
			if err != nil {
				return nil, nil, err
			}
			between[i], between[j] = append(between[i], p), append(between[j], p)
			ways[i] = append(ways[i], p.address())
		}
	}
	return between, ways, nil
}

// service starts a service, which goes to each server through a proxy of its own.
func (s *stand) service(name string, n int, hosts []string, passwords map[string]string) error {
	p := &process{name: fmt.Sprintf("%s-%d", name, n), program: name, args: []string{"--log-format", "json"}}
	if name == "fetcher" {
		p.args = s.fetching()
	}
	var ways []string
	for _, host := range hosts {
		to, err := newProxy(host)
		if err != nil {
			return err
		}
		p.network, ways = append(p.network, to), append(ways, to.address())
	}
	p.env = []string{"DATELINE_NATS=" + address(ways, name, passwords), "DATELINE_INBOX_PREFIX=_INBOX_" + name, "DATELINE_HTTP=127.0.0.1:0"}
	return s.add(p).start()
}

// add notes a process: where its program is, and its log.
func (s *stand) add(p *process) *process {
	p.program, p.log = filepath.Join(s.programs, p.program), filepath.Join(s.dir, p.name+".log")
	if s.clock != "" {
		p.env = append(p.env, clockEnv+"="+string(s.clock))
	}
	s.processes = append(s.processes, p)
	return p
}

// healthy waits until every server says that it is.
func (s *stand) healthy(ctx context.Context) error {
	return eventually(ctx, time.Minute, func() error {
		for _, monitor := range s.monitors {
			resp, err := http.Get(monitor)
			if err != nil {
				return err
			}
			_ = resp.Body.Close() // only the status counts
			if resp.StatusCode != http.StatusOK {
				return fmt.Errorf("%s: %s", monitor, resp.Status)
			}
		}
		return nil
	})
}

// connect connects the checker.
func (s *stand) connect(ctx context.Context) (b *bus.Bus, err error) {
	err = eventually(ctx, time.Minute, func() error {
		b, err = bus.Connect(ctx, bus.Options{URL: s.url, Name: "chaos", InboxPrefix: s.prefix})
		return err
	})
	return b, err
}

// entries are all that the feeds have shown.
func (s *stand) entries() (all []entry) {
	for _, p := range s.papers {
		all = append(all, p.entries()...)
	}
	return all
}

// close ends all processes.
func (s *stand) close() {
	for _, p := range s.processes {
		p.kill()
		for _, to := range p.network {
			to.close()
		}
	}
	if s.site != nil {
		s.site.Close()
	}
}

// eventually tries until it works, for so long.
func eventually(ctx context.Context, patience time.Duration, try func() error) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		err := try()
		if err == nil {
			return nil
		}
		if pause(ctx, 200*time.Millisecond) != nil {
			return err
		}
	}
}

// pause waits, or returns the error of a context that ended before.
func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// freeAddresses are addresses on loopback that nobody listens at: a server that
// is started again must have the one that it had.
func freeAddresses(n int) (addresses []string, err error) {
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer func() { _ = l.Close() }() // nothing has connected
		addresses = append(addresses, l.Addr().String())
	}
	return addresses, nil
}

func port(address string) string {
	_, port, _ := net.SplitHostPort(address) // of a listener
	return port
}

// address is that of the servers for a user.
func address(hosts []string, user string, passwords map[string]string) string {
	var all []string
	for _, host := range hosts {
		all = append(all, "nats://"+user+":"+passwords[user]+"@"+host)
	}
	return strings.Join(all, ",")
}

// secret is a password as the documentation wants it.
func secret() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails
	return "p" + hex.EncodeToString(b)
}
