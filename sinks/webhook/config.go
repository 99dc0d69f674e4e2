package webhook

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/dateline-news/dateline/pkg/schema"
)

// Config is what an operator may set.
type Config struct {
	URL         string         `name:"url" required:"" help:"Address that each message is posted to." placeholder:"URL"`
	Name        string         `help:"Name that the delivery keeps its place under; made of the address unless given." placeholder:"NAME"`
	SecretFile  string         `help:"File with the secrets that sign, one a line: whsec_ and base64 of 24 to 64 bytes." type:"path" placeholder:"FILE"`
	Secret      []string       `help:"Secrets that sign, in place of a file; best given as DATELINE_SECRET." placeholder:"SECRET"`
	Concurrency int            `help:"Requests at once. With 1 messages arrive in order." default:"1"`
	Attempts    int            `help:"Attempts to deliver a message before it goes to the dead letters." default:"24"`
	Retry       time.Duration  `help:"Wait after the first failure; it doubles from there." default:"5s"`
	MaxDelay    time.Duration  `help:"Longest wait between two attempts, unless the endpoint asks for more." default:"1h"`
	Timeout     time.Duration  `help:"Time that a request may take." default:"20s"`
	AllowNet    []netip.Prefix `help:"Networks that may be posted to although they are not public." placeholder:"CIDR"`
}

// DefaultConfig is a config but for its address and its secrets.
func DefaultConfig() Config {
	return Config{Concurrency: 1, Attempts: 24, Retry: 5 * time.Second, MaxDelay: time.Hour, Timeout: 20 * time.Second}
}

// Validate says which setting is wrong and what is wanted, the secrets included. It
// does not repeat those, nor the address, which may hold a password.
func (c Config) Validate() error {
	u, err := url.Parse(c.URL)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		return errors.New("--url: want an address of https or http")
	case c.Name != "" && (len(c.Name) > 40 || strings.Contains(schema.Token(c.Name), "=")):
		return fmt.Errorf("--name: got %q, want at most 40 letters, digits, - and _", c.Name)
	case c.SecretFile == "" && len(c.Secret) == 0:
		return errors.New("--secret-file: want a file with secrets, or DATELINE_SECRET")
	case c.SecretFile != "" && len(c.Secret) > 0:
		return errors.New("--secret-file and --secret: want one of them")
	case c.Concurrency < 1 || c.Concurrency > 256:
		return fmt.Errorf("--concurrency: got %d, want 1 to 256", c.Concurrency)
	case c.Attempts < 1 || c.Attempts > 1000:
		return fmt.Errorf("--attempts: got %d, want 1 to 1000", c.Attempts)
	case c.Retry <= 0 || c.MaxDelay < c.Retry || c.MaxDelay > maxWait:
		return fmt.Errorf("--retry and --max-delay: got %s and %s, want more than 0, the second no less and at most %s", c.Retry, c.MaxDelay, maxWait)
	case c.Timeout < time.Second || c.Timeout > 5*time.Minute:
		return fmt.Errorf("--timeout: got %s, want 1s to 5m", c.Timeout)
	}
	for _, p := range c.AllowNet {
		if !p.IsValid() || p.Addr().Is4In6() {
			return fmt.Errorf("--allow-net: got %v, want an IPv4 or IPv6 prefix", p)
		}
	}
	_, err = c.secrets()
	return err
}

// durable is the name under which the server keeps what has been delivered.
func (c Config) durable() string {
	if c.Name != "" {
		return "webhook-" + c.Name
	}
	sum := sha256.Sum256([]byte(c.URL))
	return "webhook-" + hex.EncodeToString(sum[:6])
}
