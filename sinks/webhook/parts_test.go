package webhook_test

import (
	"encoding/base64"
	"errors"
	"math"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/sinks/webhook"
)

// ensure makes the streams.
func ensure(t *testing.T, b *bus.Bus) {
	t.Helper()
	if _, err := topology.New(topology.DefaultOptions()).Ensure(t.Context(), b.JetStream()); err != nil {
		t.Fatal(err)
	}
}

// The signature is that of the specification, by its libraries' own example.
func TestSignature(t *testing.T) {
	t.Parallel()
	keys, err := webhook.Secrets(webhook.Config{Secret: []string{"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}})
	if err != nil {
		t.Fatal(err)
	}
	got := webhook.Sign(keys, "msg_p5jXN8AQM9LWM0D4loKWxJek", time.Unix(1614265330, 0), []byte(`{"test": 2432232314}`))
	if want := "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// Another program computes the same.
func TestSignatureByOpenSSL(t *testing.T) {
	t.Parallel()
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("openssl is not here")
	}
	path := filepath.Join(t.TempDir(), "signed")
	if err := os.WriteFile(path, []byte("id-1.1700000000.{\"ü\":1}"), 0o600); err != nil {
		t.Fatal(err)
	}
	const key = "0123456789abcdef0123456789abcdef"
	out, err := exec.CommandContext(t.Context(), openssl, "dgst", "-sha256", "-mac", "HMAC", "-macopt", "key:"+key, "-binary", path).Output()
	if err != nil {
		t.Fatal(err)
	}
	got := webhook.Sign([]string{key}, "id-1", time.Unix(1700000000, 999), []byte(`{"ü":1}`))
	if want := "v1," + base64.StdEncoding.EncodeToString(out); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestGuard(t *testing.T) {
	t.Parallel()
	private := []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16"), netip.MustParsePrefix("fd00::/8")}
	for address, test := range map[string]struct {
		allow   []netip.Prefix
		allowed bool
	}{
		"93.184.216.34:443":        {nil, true},
		"93.184.216.34:8443":       {nil, true},
		"[2606:4700::1111]:443":    {nil, true},
		"127.0.0.1:443":            {nil, false},
		"10.1.2.3:443":             {nil, false},
		"10.1.2.3:8080":            {private, true},
		"10.2.2.3:443":             {private, false},
		"[::ffff:10.1.2.3]:443":    {private, true},
		"[::ffff:127.0.0.1]:443":   {private, false},
		"[fd00::1]:443":            {private, true},
		"[fe80::1%eth0]:443":       {private, false},
		"169.254.169.254:80":       {nil, false},
		"168.63.129.16:80":         {nil, false},
		"100.64.0.1:443":           {nil, false},
		"0.0.0.0:80":               {nil, false},
		"[::1]:443":                {nil, false},
		"224.0.0.1:80":             {nil, false},
		"[64:ff9b::7f00:1]:443":    {nil, false},
		"localhost:443":            {nil, false}, // names do not get here
		"93.184.216.34":            {nil, false},
		"255.255.255.255:80":       {nil, false},
		"192.168.1.1:443":          {private, false},
		"[2001:db8::1]:443":        {nil, false},
		"[2002:7f00:1::]:443":      {nil, false},
		"198.18.0.1:443":           {nil, false},
		"[ff02::1]:443":            {nil, false},
		"[::ffff:169.254.1.1]:443": {nil, false},
	} {
		network := "tcp4"
		if strings.HasPrefix(address, "[") {
			network = "tcp6"
		}
		err := webhook.Guard(test.allow, network, address)
		if (err == nil) != test.allowed || err != nil && !errors.Is(err, webhook.ErrBlocked) {
			t.Errorf("%s: got %v, allowed: %v", address, err, test.allowed)
		}
	}
	if err := webhook.Guard(nil, "udp4", "93.184.216.34:443"); !errors.Is(err, webhook.ErrBlocked) {
		t.Errorf("udp: got %v", err)
	}
}

func TestDelay(t *testing.T) {
	t.Parallel()
	c := webhook.DefaultConfig()
	for attempt, want := range map[int]time.Duration{
		1: 5 * time.Second, 2: 10 * time.Second, 5: 80 * time.Second, 10: 2560 * time.Second, 11: time.Hour, 40: time.Hour, math.MaxInt32: time.Hour,
	} {
		for range 100 {
			if got := webhook.Delay(c, attempt); got < want-want/8 || got > want+want/8+1 {
				t.Fatalf("attempt %d: %s, want about %s", attempt, got, want)
			}
		}
	}
	var all time.Duration // as the documentation has it
	for attempt := 1; attempt < c.Attempts; attempt++ {
		all += webhook.Delay(c, attempt)
	}
	if all < 13*time.Hour || all > 16*time.Hour {
		t.Errorf("all attempts take %s", all)
	}
}

func TestRetryAfterIsBounded(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"": 0, "0": 0, "90": 90 * time.Second, " 5 ": 5 * time.Second, "-5": 0, "soon": 0, "1.5": 0, "4294967295": 24 * time.Hour,
		"99999999999999999999":                                        0,
		now.Add(time.Minute).Format(http.TimeFormat):                  time.Minute,
		now.Add(-time.Minute).Format(http.TimeFormat):                 0,
		now.Add(1000 * time.Hour).Format(http.TimeFormat):             24 * time.Hour,
		now.Add(time.Minute).Format("Monday, 02-Jan-06 15:04:05 GMT"): time.Minute,
	} {
		if got := webhook.RetryAfter(value, now); got != want {
			t.Errorf("%q: got %s, want %s", value, got, want)
		}
	}
}

func TestMessageID(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		d    bus.Delivery
		want string
	}{
		"revision":  {bus.Delivery{Header: nats.Header{schema.HeaderID: {"ab:2"}}, Stream: "ENRICHED", Sequence: 3}, "ab:2"},
		"no id":     {bus.Delivery{Stream: "ENRICHED", Sequence: 3}, "ENRICHED:3"},
		"full stop": {bus.Delivery{Header: nats.Header{schema.HeaderID: {"a.b.1"}}}, "a-b-1"},
	} {
		if got := webhook.MessageID(test.d); got != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}

// Another address has another place; a name keeps it when the address changes.
func TestDurable(t *testing.T) {
	t.Parallel()
	one, two := webhook.Config{URL: "https://example.org/1"}, webhook.Config{URL: "https://example.org/2"}
	if webhook.Durable(one) == webhook.Durable(two) || strings.ContainsAny(webhook.Durable(one), ".*> /") {
		t.Errorf("%s and %s", webhook.Durable(one), webhook.Durable(two))
	}
	one.Name, two.Name = "desk", "desk"
	if webhook.Durable(one) != "webhook-desk" || webhook.Durable(one) != webhook.Durable(two) {
		t.Errorf("%s and %s", webhook.Durable(one), webhook.Durable(two))
	}
}
