package httpfetch_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/dateline-news/dateline/services/fetcher/internal/httpfetch"
)

// proxy answers in the place of any host, or connects any host to the one site.
func proxy(t *testing.T, site string) (address *url.URL, asked func() []string) {
	t.Helper()
	var mu sync.Mutex
	var log []string
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		log = append(log, r.Method+" "+r.RequestURI+" "+r.Header.Get("Proxy-Authorization"))
		mu.Unlock()
		if r.Method != http.MethodConnect {
			w.Header().Set("ETag", `"of the proxy"`)
			io.WriteString(w, "<rss/>")
			return
		}
		// It is answered on the connection: the server may have read some of what
		// follows an answer of its own.
		conn, _, err := http.NewResponseController(w).Hijack()
		if err == nil {
			io.WriteString(conn, "HTTP/1.1 200 OK\r\n\r\n")
			join(conn, site)
		}
	})
	address, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	address.User = url.UserPassword("we", "secret")
	return address, func() []string {
		mu.Lock()
		defer mu.Unlock()
		return log
	}
}

// join connects a client to a site until both have hung up.
func join(conn net.Conn, site string) {
	defer conn.Close()
	there, err := net.Dial("tcp", site)
	if err != nil {
		return
	}
	defer there.Close()
	var both sync.WaitGroup
	both.Go(func() {
		io.Copy(there, conn)
		there.(*net.TCPConn).CloseWrite()
	})
	both.Go(func() {
		io.Copy(conn, there)
		conn.Close()
	})
	both.Wait()
}

// socks is a SOCKS 5 proxy (RFC 1928, RFC 1929) that connects any name to the site.
func socks(t *testing.T, site string) *url.URL {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() {
				r := bufio.NewReader(conn)
				read := func(n int) []byte {
					b := make([]byte, n)
					io.ReadFull(r, b)
					return b
				}
				read(int(read(2)[1]))       // the ways to log in
				conn.Write([]byte{5, 2})    // by name and password
				read(int(read(2)[1]))       // the name
				read(int(read(1)[0]))       // the password
				conn.Write([]byte{1, 0})    // well
				read(int(read(5)[4]) + 2)   // connect, to a name and port
				conn.Write(make([]byte, 0)) // and here it would be dialled
				conn.Write([]byte{5, 0, 0, 1, 0, 0, 0, 0, 0, 0})
				join(conn, site)
			})
		}
	})
	t.Cleanup(func() {
		l.Close()
		all.Wait()
	})
	return &url.URL{Scheme: "socks5h", Host: l.Addr().String(), User: url.UserPassword("we", "secret")}
}

// withProxy has no allowed networks: the proxy is on loopback, and may be.
func withProxy(address *url.URL) func(*httpfetch.Config) {
	return func(c *httpfetch.Config) {
		c.Allow = nil
		c.Proxies = map[string]*url.URL{"ours": address}
	}
}

func TestProxy(t *testing.T) {
	address, asked := proxy(t, "")
	c := client(t, withProxy(address))
	resp, err := c.Get(t.Context(), httpfetch.Request{URL: "http://feeds.example.org/rss?a=1", Proxy: "ours"})
	if err != nil || string(resp.Body) != "<rss/>" || resp.FinalURL != "http://feeds.example.org/rss?a=1" {
		t.Errorf("got %+v, %v", resp, err)
	}
	if got := asked(); len(got) != 1 || got[0] != "GET http://feeds.example.org/rss?a=1 Basic d2U6c2VjcmV0" {
		t.Errorf("asked %q", got)
	}
	// What is the proxy's may be dialled as a proxy, and not asked as a host.
	_, err = c.Get(t.Context(), httpfetch.Request{URL: "http://" + address.Host + "/"})
	wantCode(t, err, httpfetch.CodeBlockedAddress)
	_, err = c.Get(t.Context(), httpfetch.Request{URL: "http://feeds.example.org/", Proxy: address.String()})
	if wantCode(t, err, httpfetch.CodeConfig); strings.Contains(err.Error(), "secret") {
		t.Error(err)
	}
}

func TestProxyToTLS(t *testing.T) {
	site := tlsSite(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Proxy-Authorization") != "" {
			t.Error("the site was told the proxy's password")
		}
		io.WriteString(w, r.Proto)
	})
	host := strings.TrimPrefix(site.URL, "https://")
	address, asked := proxy(t, host)
	for _, through := range []*url.URL{address, socks(t, host)} {
		c := client(t, trusting(site), withProxy(through))
		resp, err := c.Get(t.Context(), httpfetch.Request{URL: "https://example.com/", Proxy: "ours"})
		if err != nil || string(resp.Body) != "HTTP/2.0" {
			t.Errorf("%s: %q, %v", through.Scheme, resp.Body, err)
		}
		c.Close()
	}
	if got := asked(); len(got) != 1 || !strings.HasPrefix(got[0], "CONNECT example.com:443 Basic") {
		t.Errorf("asked %q", got)
	}
}

// A redirect that a proxy would follow is looked at as well.
func TestProxyRedirect(t *testing.T) {
	asked := 0
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked++
		http.Redirect(w, r, "http://169.254.169.254/latest/meta-data/", http.StatusFound)
	})
	address, _ := url.Parse(s.URL)
	c := client(t, withProxy(address))
	_, err := c.Get(t.Context(), httpfetch.Request{URL: "http://feeds.example.org/rss", Proxy: "ours"})
	wantCode(t, err, httpfetch.CodeBlockedAddress)
	if asked != 1 {
		t.Errorf("the proxy was asked %d times", asked)
	}
}

func TestProxyRefusesTargets(t *testing.T) {
	address, asked := proxy(t, "")
	c := client(t, withProxy(address))
	for _, target := range []string{
		"http://127.0.0.1/", "http://127.0.0.1./", "http://10.0.0.1/", "http://192.168.1.1/", "http://169.254.169.254/latest/meta-data/",
		"http://168.63.129.16/", "http://0.0.0.0/", "http://[::]/", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://[fe80::1%25eth0]/",
		"http://2130706433/", "http://0x7f000001/", "http://127.1/", "http://0177.0.0.1/", "http://127.0.0.0x1/", "http://1.2.3.09/",
		"http://①②⑦.⓪.⓪.①/", "http://127。0。0。1/", "http://localhost/", "http://LOCALHOST./", "http://a.localhost/", "http://nats/",
		"http://metadata.google.internal/", "http://printer.local/", "http://nas.home.arpa/", "http://-bad-.ⓔxample\u202e/",
		"http://9.9.9.9:22/", "http://example.org:4222/", "https://example.org:99999/", "http://public.test@127.0.0.1/",
	} {
		_, err := c.Get(t.Context(), httpfetch.Request{URL: target, Proxy: "ours"})
		wantCode(t, err, httpfetch.CodeBlockedAddress)
	}
	if got := asked(); len(got) != 0 {
		t.Errorf("the proxy was asked: %q", got)
	}
	for _, target := range []string{"http://9.9.9.9/", "http://[2620:fe::fe]/", "http://example.org./", "http://0x.example/", "http://bücher.example/"} {
		if _, err := c.Get(t.Context(), httpfetch.Request{URL: target, Proxy: "ours"}); err != nil {
			t.Errorf("%s: %v", target, err)
		}
	}
}

func TestProxyConfig(t *testing.T) {
	for name, u := range map[string]*url.URL{
		"ftp": {Scheme: "ftp", Host: "secret"}, "none": nil, "no host": {Scheme: "http"}, "": {Scheme: "http", Host: "secret"},
	} {
		c := httpfetch.DefaultConfig()
		c.Proxies = map[string]*url.URL{name: u}
		if err := c.Validate(); err == nil || strings.Contains(err.Error(), "secret") || !strings.Contains(err.Error(), "proxy") {
			t.Errorf("%q: %v", name, err)
		}
	}
}
