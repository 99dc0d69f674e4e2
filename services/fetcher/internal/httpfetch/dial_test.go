package httpfetch

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

// errPublic takes the place of a connection that the guard lets through: tests
// dial nothing but this machine.
var errPublic = errors.New("would be dialled")

// names answers questions for addresses, in the process. Each name has a list of
// answers, of which each question gets the next, and the last again and again.
type names struct {
	mu      sync.Mutex
	answers map[string][][]string
	asked   map[string]int
}

// dial is the Dial of a net.Resolver: the other end of the connection answers,
// as over TCP.
func (n *names) dial(context.Context, string, string) (net.Conn, error) {
	here, there := net.Pipe()
	go func() {
		defer there.Close()
		for {
			var size [2]byte
			if _, err := io.ReadFull(there, size[:]); err != nil {
				return
			}
			question := make([]byte, binary.BigEndian.Uint16(size[:]))
			if _, err := io.ReadFull(there, question); err != nil {
				return
			}
			answer := n.answer(question)
			there.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(answer))), answer...))
		}
	}()
	return here, nil
}

func (n *names) answer(question []byte) []byte {
	var m dnsmessage.Message
	if err := m.Unpack(question); err != nil || len(m.Questions) != 1 {
		return nil
	}
	q := m.Questions[0]
	name := strings.TrimSuffix(strings.ToLower(q.Name.String()), ".")
	m.Response, m.RecursionAvailable, m.Additionals = true, true, nil
	n.mu.Lock()
	defer n.mu.Unlock()
	lists, known := n.answers[name]
	if !known {
		m.RCode = dnsmessage.RCodeNameError
	}
	for _, text := range n.next(name, lists, q.Type) {
		address := netip.MustParseAddr(text)
		head := dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class}
		switch {
		case address.Is4() && q.Type == dnsmessage.TypeA:
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: head, Body: &dnsmessage.AResource{A: address.As4()}})
		case !address.Is4() && q.Type == dnsmessage.TypeAAAA:
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: head, Body: &dnsmessage.AAAAResource{AAAA: address.As16()}})
		}
	}
	packed, _ := m.Pack()
	return packed
}

// next moves on with each question for IPv4.
func (n *names) next(name string, lists [][]string, kind dnsmessage.Type) []string {
	if len(lists) == 0 {
		return nil
	}
	list := lists[min(n.asked[name], len(lists)-1)]
	if kind == dnsmessage.TypeA {
		n.asked[name]++
	}
	return list
}

// watched is a client whose names are those given and whose connections are
// those that the guard lets through, noted instead of dialled.
func watched(t *testing.T, answers map[string][][]string) (*Client, func() []string) {
	t.Helper()
	c, err := New(DefaultConfig())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	var mu sync.Mutex
	var through []string
	c.dialer.Control = func(network, address string, raw syscall.RawConn) error {
		if err := c.guard.control(network, address, raw); err != nil {
			return err
		}
		mu.Lock()
		defer mu.Unlock()
		through = append(through, address)
		return errPublic
	}
	n := &names{answers: answers, asked: map[string]int{}}
	c.dialer.Resolver = &net.Resolver{PreferGo: true, Dial: n.dial}
	return c, func() []string {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(through)
	}
}

// blockedTargets are those of the collected list of hostile servers, by its ids.
// Nothing is dialled: the guard refuses, or the test does.
var blockedTargets = []struct {
	id   string
	urls []string
	code Code
}{
	{"S20", []string{"http://127.0.0.1/"}, CodeBlockedAddress},
	{"S21", []string{"http://localhost/", "http://LOCALHOST/"}, CodeBlockedAddress},
	{"S22", []string{"http://[::1]/"}, CodeBlockedAddress},
	{"S23", []string{"http://[::ffff:127.0.0.1]/"}, CodeBlockedAddress},
	{"S24", []string{"http://10.0.0.1/", "http://172.16.0.1/", "http://192.168.1.1/"}, CodeBlockedAddress},
	{"S25", []string{"http://169.254.169.254/latest/meta-data/"}, CodeBlockedAddress},
	{"S26", []string{"http://0.0.0.0/", "http://[::]/"}, CodeBlockedAddress},
	{"S27", []string{"http://2130706433/", "http://0x7f000001/", "http://127.1/", "http://0177.0.0.1/"}, CodeDNS},
	{"S28", []string{"http://private.test/", "http://mapped.test/"}, CodeBlockedAddress},
	{"S30", []string{"http://public.test@127.0.0.1/"}, CodeBlockedAddress},
	{"S31", []string{"http://127.0.0.1:4222/", "http://public.test:22/", "http://9.9.9.9:4222/"}, CodeBlockedAddress},
	{"S17", []string{"file:///etc/passwd"}, CodeBlockedScheme},
	{"S18", []string{"gopher://127.0.0.1:6379/_FLUSHALL"}, CodeBlockedScheme},
}

var someNames = map[string][][]string{
	"localhost": {{"127.0.0.1", "::1"}}, "private.test": {{"10.1.2.3"}}, "mapped.test": {{"::ffff:10.1.2.3", "fd00::1"}},
	"public.test": {{"9.9.9.9"}}, "rebind.test": {{"9.9.9.9"}, {"127.0.0.1"}}, "both.test": {{"10.1.2.3", "9.9.9.9"}},
}

func TestBlockedTargets(t *testing.T) {
	c, through := watched(t, someNames)
	for _, row := range blockedTargets {
		for _, address := range row.urls {
			_, err := c.Get(t.Context(), Request{URL: address})
			failure, ok := errors.AsType[*Error](err)
			if !ok || failure.Code != row.code {
				t.Errorf("%s: %s: %v, want %s", row.id, address, err, row.code)
			}
			t.Logf("%s  %-45s %s", row.id, address, failure.Code)
		}
	}
	if got := through(); len(got) != 0 {
		t.Errorf("let through: %v", got)
	}
}

// S29: the address is that which is dialled, not one that was looked up before.
func TestRebinding(t *testing.T) {
	c, through := watched(t, someNames)
	for i := range 50 {
		_, err := c.Get(t.Context(), Request{URL: "http://rebind.test/"})
		if blocked := errors.Is(err, ErrBlocked); blocked != (i > 0) || !blocked && !errors.Is(err, errPublic) {
			t.Fatalf("poll %d: %v", i, err)
		}
	}
	if got := through(); !slices.Equal(got, []string{"9.9.9.9:80"}) {
		t.Errorf("let through: %v", got)
	}
	// Of two addresses the public one is dialled.
	if _, err := c.Get(t.Context(), Request{URL: "http://both.test/"}); err == nil {
		t.Error("connected")
	}
	if got := through(); got[len(got)-1] != "9.9.9.9:80" || slices.Contains(got, "10.1.2.3:80") {
		t.Errorf("let through: %v", got)
	}
}

// S19: where a site leads is checked as the site is. Of the connections, that to
// the site alone is made.
func TestRedirectIsGuarded(t *testing.T) {
	c, through := watched(t, someNames)
	c.guard.allow = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}
	guarded := c.dialer.Control
	for _, to := range []string{
		"http://169.254.169.254/latest/meta-data/", "http://[::ffff:169.254.169.254]/", "http://[64:ff9b::a9fe:a9fe]/", "http://[2002:a9fe:a9fe::]/",
		"http://private.test/", "http://10.0.0.1:4222/", "//192.168.1.1/", "http://①⑥⑨.254.169.254/",
	} {
		site := httptest.NewServer(http.RedirectHandler(to, http.StatusFound))
		c.dialer.Control = func(network, address string, raw syscall.RawConn) error {
			if err := guarded(network, address, raw); errors.Is(err, errPublic) && address == site.Listener.Addr().String() {
				return nil
			} else {
				return err
			}
		}
		if _, err := c.Get(t.Context(), Request{URL: site.URL}); !errors.Is(err, ErrBlocked) {
			t.Errorf("to %s: %v", to, err)
		}
		for _, address := range through() {
			if !strings.HasPrefix(address, "127.0.0.1:") {
				t.Errorf("to %s: let through %s", to, address)
			}
		}
		site.Close()
	}
}
