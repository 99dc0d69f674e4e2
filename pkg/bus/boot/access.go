package boot

import (
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"regexp"
	"strings"

	"github.com/dateline-news/dateline/pkg/bus/certs"
)

// HTTP is where a program serves its health, metrics and status, and to whom:
// on loopback to everyone there, beyond it to those who show a token or come
// through a proxy that has signed them in. /healthz and /readyz, which say yes or
// why not, are for everyone.
type HTTP struct {
	Address    string `name:"http" help:"Address of /healthz, /readyz, /metrics and the status page; port 0 picks one, empty turns them off." default:"${http_address}" placeholder:"HOST:PORT"`
	Token      string `name:"http-token" help:"Token that readers of metrics and status must give, by Authorization: Bearer; best given as DATELINE_HTTP_TOKEN. Beyond loopback this, --http-user-header or --http-open is needed." placeholder:"TOKEN"`
	TokenFile  string `name:"http-token-file" help:"File that holds the token of --http-token." type:"path" placeholder:"FILE"`
	UserHeader string `name:"http-user-header" help:"Header in which a proxy names the user that it has signed in, such as X-Forwarded-User; who reaches the address past the proxy can set it." placeholder:"NAME"`
	Open       bool   `name:"http-open" help:"Serve metrics and status to whoever reaches the address."`

	Certificate certs.Files `embed:"" prefix:"http-"`
}

// access is HTTP with its token read.
type access struct {
	token  []byte // hash of the token, nil for none
	header string
	open   bool
}

// minToken is how long a token is at least.
const minToken = 16

// access checks the settings. An error is one of configuration.
func (h HTTP) access() (access, error) {
	a := access{header: h.UserHeader, open: h.Open}
	token, err := h.token()
	switch {
	case err != nil:
		return a, ConfigError(err)
	case h.Open && (token != "" || h.UserHeader != ""):
		return a, ConfigError(errors.New("--http-open: not with --http-token, --http-token-file or --http-user-header"))
	case h.UserHeader != "" && !isHeaderName(h.UserHeader):
		return a, ConfigError(fmt.Errorf("--http-user-header: got %q, want the name of a header such as X-Forwarded-User", h.UserHeader))
	}
	if token != "" {
		sum := sha256.Sum256([]byte(token))
		a.token = sum[:]
	}
	if h.Address == "" || a.open || a.restricted() {
		return a, nil
	}
	host, _, err := net.SplitHostPort(h.Address)
	if err == nil && !isLoopback(host) {
		err = fmt.Errorf("--http %s: beyond loopback readers need a token: set DATELINE_HTTP_TOKEN or --http-token-file,"+
			" or --http-user-header behind a proxy that signs users in, or --http-open", h.Address)
		return a, ConfigError(err)
	}
	return a, nil // an address that is none is told by Listen
}

// token is the token of the settings, empty for none. No error repeats it.
func (h HTTP) token() (string, error) {
	token, name := h.Token, "--http-token" // #nosec G101 -- the name of a flag
	if h.TokenFile != "" {
		if token != "" {
			return "", errors.New("--http-token and --http-token-file: want one of them")
		}
		data, err := os.ReadFile(h.TokenFile)
		if err != nil {
			return "", fmt.Errorf("--http-token-file: %w", err)
		}
		token, name = string(bytes.TrimSpace(data)), "--http-token-file "+h.TokenFile
	}
	if (token != "" || h.TokenFile != "") && len(token) < minToken {
		return "", fmt.Errorf("%s: want at least %d characters", name, minToken)
	}
	return token, nil
}

// isHeaderName reports whether a name can be that of a header that tells of a user.
func isHeaderName(name string) bool {
	return len(name) <= 64 && regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]*$`).MatchString(name) && !strings.EqualFold(name, "Host")
}

// isLoopback reports whether a host is this machine's own.
func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}

// restricted reports whether not everyone is let in.
func (a access) restricted() bool { return a.token != nil || a.header != "" }

// guard lets requests through to pages that are not for everyone.
func (a access) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case a.open, a.restricted() && a.knows(r):
			next.ServeHTTP(w, r)
		case a.token != nil:
			w.Header().Set("WWW-Authenticate", `Bearer realm="dateline"`)
			text(w, http.StatusUnauthorized, "a token is needed: Authorization: Bearer TOKEN\n")
		case a.header != "":
			text(w, http.StatusForbidden, "only those whom the proxy has signed in are served\n")
		case !isLocal(r.Host):
			// A page of another site reaches loopback by a name of its own (DNS rebinding).
			text(w, http.StatusForbidden, "only loopback is served, see --http-token\n")
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// knows reports whether a request has the token, or comes from a user.
func (a access) knows(r *http.Request) bool {
	if a.header != "" && r.Header.Get(a.header) != "" {
		return true
	}
	scheme, given, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	// The hashes are of one length, so that the time tells nothing.
	sum := sha256.Sum256([]byte(given))
	return a.token != nil && strings.EqualFold(scheme, "Bearer") && subtle.ConstantTimeCompare(sum[:], a.token) == 1
}

// isLocal reports whether the host that a request names is loopback.
func isLocal(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return isLoopback(strings.Trim(host, "[]"))
}
