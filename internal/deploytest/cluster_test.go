package deploytest

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/bus/bustest"
)

// cluster is three servers that hold every stream together.
type cluster struct {
	access
	nodes []*node
}

// node is one of the servers. It is killed and started again on its streams.
type node struct {
	*process
	monitor string
	again   func() *process
	runs    []*process // all so far
}

// serveCluster starts three servers with the configuration of a cluster.
func serveCluster(t *testing.T, programs string) *cluster {
	t.Helper()
	const size = 3
	env, passwords := settings("") // each has a store of its own
	free := freeAddresses(t, 3*size)
	hosts, monitors, routes := free[:size], free[size:2*size], free[2*size:]
	c := &cluster{access: access{hosts: hosts, passwords: passwords}}
	password := secret()
	route := "nats://route:" + password + "@"
	var quoted []string
	for _, address := range routes {
		quoted = append(quoted, `"`+route+address+`"`)
	}
	for i := range size {
		nodeEnv := append([]string{
			"DATELINE_NATS_STORE=" + t.TempDir(),
			fmt.Sprintf("DATELINE_NATS_NAME=nats-%d", i+1),
			"DATELINE_ROUTE_PASSWORD=" + password,
			"DATELINE_NATS_ROUTES=[" + strings.Join(quoted, ", ") + "]",
		}, env[1:]...)
		args := []string{
			"-c", filepath.Join("..", "..", "deploy", "nats", "cluster.conf"), "--cluster", route + routes[i],
			"-a", "127.0.0.1", "-p", port(c.hosts[i]), "-m", port(monitors[i]),
		}
		n := &node{monitor: "http://" + monitors[i]}
		n.again = func() *process { return start(t, filepath.Join(programs, "nats-server"), nodeEnv, args...) }
		n.start()
		c.nodes = append(c.nodes, n)
	}
	c.whole(t)
	return c
}

func (n *node) start() {
	n.process = n.again()
	n.runs = append(n.runs, n.process)
}

// whole waits until every server has all that the others have.
func (c *cluster) whole(t *testing.T) {
	t.Helper()
	for i, n := range c.nodes {
		bustest.EventuallyWithin(t, grace, func() error {
			resp, err := http.Get(n.monitor + "/healthz")
			if err != nil {
				return err
			}
			why, err := io.ReadAll(resp.Body)
			if err = errors.Join(err, resp.Body.Close()); err == nil && resp.StatusCode != http.StatusOK {
				err = fmt.Errorf("server %d of the cluster: %s", i+1, why)
			}
			return err
		})
	}
}

// violations are what a server has refused.
func (c *cluster) violations() (lines []string) {
	for _, n := range c.nodes {
		for _, run := range n.runs {
			lines = append(lines, run.log("Violation")...)
		}
	}
	return lines
}

// freeAddresses are addresses on loopback that nobody listens at: a server that
// is started again must have the one that it had. So they are below those that the
// system gives away meanwhile.
func freeAddresses(t *testing.T, n int) (addresses []string) {
	t.Helper()
	for range 1000 {
		l, err := net.Listen("tcp", fmt.Sprint("127.0.0.1:", 11000+rand.IntN(21000)))
		if err != nil {
			continue
		}
		defer func() { _ = l.Close() }() // nothing has connected
		if addresses = append(addresses, l.Addr().String()); len(addresses) == n {
			return addresses
		}
	}
	t.Fatal("no free addresses")
	return nil
}

func port(address string) string {
	_, port, _ := net.SplitHostPort(address) // of a listener
	return port
}
