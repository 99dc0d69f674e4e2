package httpfetch

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
)

// AcceptFeed is the Accept header of a request that names none.
const AcceptFeed = "application/rss+xml, application/atom+xml, application/feed+json, " +
	"application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5"

// formType is the Content-Type of a form.
const formType = "application/x-www-form-urlencoded"

// MaxExtra is how many bytes the names and values of Request.Header may have.
const MaxExtra = 8 << 10

// Request says what to get, or where to post.
type Request struct {
	// URL is an http or https address. Its user and password, if any, are sent
	// to that host alone and occur in no answer and no error.
	URL string
	// ETag and LastModified are the validators of an earlier answer, sent back
	// byte for byte when they are not empty.
	ETag, LastModified string
	// ValidatorsFrom is the address that gave the validators, the answer's
	// FinalURL; empty stands for URL. They are sent to its site and no other,
	// before a redirect or after it.
	ValidatorsFrom string
	// Accept is the Accept header, AcceptFeed when empty.
	Accept string
	// Header are more headers, such as keys; see CheckHeader. Auth are a user
	// and a password, which win over those in URL. Both are secrets: they are
	// sent to the site of SecretsFor alone, URL's when empty, and not any more
	// once a redirect has left it.
	Header     map[string]string `json:"-"`
	Auth       *url.Userinfo     `json:"-"`
	SecretsFor string
	// Proxy names one of Config.Proxies to go through; none when empty.
	Proxy string
	// Form is what Post posts. It is told to whoever a redirect leads to, and it
	// occurs in no error.
	Form url.Values `json:"-"`
	// MaxRedirects is how many redirects are followed, Config's when 0.
	MaxRedirects int
	// Follow is asked before a redirect to an address is followed; nil follows all.
	// Its error ends the request, and is returned within that of Get. Its time is
	// part of the request's.
	Follow func(ctx context.Context, address string) error `json:"-"`
}

// String is the address alone, so that a request that is printed tells no secret.
func (r Request) String() string { return redact(r.URL) }

// ours are headers that the client sets itself, or that would change what a
// request is. All that begin with Proxy- are as well.
var ours = []string{
	"Accept-Encoding", "Connection", "Content-Length", "Expect", "Host", "If-Match", "If-Modified-Since",
	"If-None-Match", "If-Range", "If-Unmodified-Since", "Keep-Alive", "Range", "Te", "Trailer", "Transfer-Encoding",
	"Upgrade", "User-Agent",
}

// CheckHeader returns the error of a header that a request may not have. It
// does not repeat the value.
func CheckHeader(name, value string) error {
	key := textproto.CanonicalMIMEHeaderKey(name)
	switch {
	case name == "" || strings.ContainsFunc(name, notInName):
		return fmt.Errorf("header %.40q: want a name of letters, digits and hyphens", name)
	case slices.Contains(ours, key), strings.HasPrefix(key, "Proxy-"):
		return fmt.Errorf("header %s is not for a request to set", key)
	case !isHeaderValue(value):
		return fmt.Errorf("header %s: want a value without control characters", key)
	}
	return nil
}

// notInName says whether a header's name may not have the character (RFC 9110,
// section 5.1).
func notInName(r rune) bool {
	alphanumeric := '0' <= r && r <= '9' || 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z'
	return !alphanumeric && !strings.ContainsRune("!#$%&'*+-.^_`|~", r)
}

// belonging is a part of the header that is meant for one site.
type belonging struct {
	home   *url.URL
	header http.Header
}

// to returns the header when it may be sent to u.
func (b belonging) to(u *url.URL) http.Header {
	if !sameSite(b.home, u) {
		return nil
	}
	return b.header
}

// sameSite says whether what belongs to home may be told to u: the same host,
// port and scheme, or the same host's step up from http to https.
func sameSite(home, u *url.URL) bool {
	if home == nil || !strings.EqualFold(home.Hostname(), u.Hostname()) {
		return false
	}
	from, to := portOf(home), portOf(u)
	stepUp := home.Scheme == "http" && from == "80" && u.Scheme == "https" && to == "443"
	return stepUp || home.Scheme == u.Scheme && from == to
}

func portOf(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "https":
		return "443"
	}
	return "80"
}

// start is the first hop of a request.
func (c *Client) start(req Request) (hop, error) {
	u, err := parseURL(req.URL)
	if err != nil {
		return hop{}, err
	}
	h := hop{permanent: true, limit: c.config.MaxRedirects, follow: req.Follow, header: http.Header{
		"User-Agent":      {Product + "/" + c.config.Version + " (+" + c.config.Contact + ")"},
		"Accept":          {AcceptFeed},
		"Accept-Encoding": {"gzip, br, zstd"},
	}}
	if req.Accept != "" {
		h.header.Set("Accept", req.Accept)
	}
	if req.MaxRedirects > 0 {
		h.limit = req.MaxRedirects
	}
	h.validators = belonging{home: homeOf(req.ValidatorsFrom, u), header: validators(req)}
	h.secrets = belonging{home: homeOf(req.SecretsFor, u)}
	if h.secrets.header, err = secrets(req, u.User); err != nil {
		return hop{}, err
	}
	if req.Form != nil {
		h.posts, h.form = true, req.Form.Encode()
		h.header.Set("Content-Type", formType)
	}
	h.url = &url.URL{}
	*h.url = *u
	h.url.User = nil
	h.keepSecrets(h.url)
	return h, nil
}

// homeOf is the address that a part belongs to; nil, which is nowhere, when it
// is no URL.
func homeOf(address string, otherwise *url.URL) *url.URL {
	if address == "" {
		return otherwise
	}
	u, err := url.Parse(address)
	if err != nil {
		return nil
	}
	return u
}

func validators(req Request) http.Header {
	h := http.Header{}
	if etag := validator(req.ETag); etag != "" {
		h.Set("If-None-Match", etag)
	}
	if modified := validator(req.LastModified); modified != "" {
		h.Set("If-Modified-Since", modified)
	}
	return h
}

func secrets(req Request, inURL *url.Userinfo) (http.Header, error) {
	h := http.Header{}
	size := 0
	for name, value := range req.Header {
		if err := CheckHeader(name, value); err != nil {
			return nil, &Error{Code: CodeBadHTTP, Err: err}
		}
		size += len(name) + len(value)
		h.Set(name, value)
	}
	if size > MaxExtra {
		return nil, &Error{Code: CodeBadHTTP, Err: errors.New("the request's own headers are too long")}
	}
	user := req.Auth
	if user == nil {
		user = inURL
	}
	if user != nil {
		password, _ := user.Password()
		basic := http.Request{Header: h}
		basic.SetBasicAuth(user.Username(), password)
	}
	return h, nil
}
