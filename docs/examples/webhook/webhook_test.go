package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/sinks/webhook"
)

// The secrets of these tests.
const (
	ours   = "whsec_b3Vycy1vdXJzLW91cnMtb3Vycy1vdXJzLW91cnM="
	theirs = "whsec_dGhlaXJzLXRoZWlycy10aGVpcnMtdGhlaXJzLXRo"
)

// verify takes what is signed by either of two secrets, and nothing else.
func TestVerify(t *testing.T) {
	now := time.Unix(1614265330, 0)
	good := http.Header{}
	good.Set("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek")
	good.Set("webhook-timestamp", "1614265330")
	good.Set("webhook-signature", "v1a,other v1,bm90IHRoaXM= v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
	const secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", `{"test": 2432232314}`
	if err := verify(secret, good, []byte(body), now.Add(tolerance)); err != nil {
		t.Error(err)
	}
	for name, test := range map[string]struct {
		secret, body string
		header       [2]string
		now          time.Time
	}{
		"another body":      {secret, body + " ", [2]string{}, now},
		"another secret":    {ours, body, [2]string{}, now},
		"no secret":         {"whsec_?", body, [2]string{}, now},
		"another id":        {secret, body, [2]string{"webhook-id", "msg_1"}, now},
		"another time":      {secret, body, [2]string{"webhook-timestamp", "1614265331"}, now},
		"no time":           {secret, body, [2]string{"webhook-timestamp", ""}, now},
		"no signature":      {secret, body, [2]string{"webhook-signature", ""}, now},
		"another version":   {secret, body, [2]string{"webhook-signature", "v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="}, now},
		"an old request":    {secret, body, [2]string{}, now.Add(tolerance + time.Second)},
		"one from tomorrow": {secret, body, [2]string{}, now.Add(-tolerance - time.Second)},
	} {
		h := good.Clone()
		if test.header[0] != "" {
			h.Set(test.header[0], test.header[1])
		}
		if verify(test.secret, h, []byte(test.body), test.now) == nil {
			t.Errorf("%s: it was taken", name)
		}
	}
}

// receiver starts a program that receives webhooks, and returns its address and what
// it prints.
func receiver(t *testing.T, program string, args ...string) (address string, out *bufio.Scanner) {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		t.Skipf("%s is not here", program)
	}
	ctx, cancel := context.WithTimeout(t.Context(), bustest.Limit)
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Env = append(os.Environ(), "WEBHOOK_SECRET="+ours, "PORT=0", "PYTHONDONTWRITEBYTECODE=1")
	cmd.Stderr = os.Stderr
	pipe, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cancel(); _ = cmd.Wait() })
	out = bufio.NewScanner(pipe)
	if !out.Scan() || !strings.HasPrefix(out.Text(), "listening on ") {
		t.Fatalf("it says %q, %v", out.Text(), out.Err())
	}
	return "http://127.0.0.1:" + strings.TrimPrefix(out.Text(), "listening on ") + "/hook", out
}

// The receivers in other languages take what dateline sends, while its secret is
// being changed too, and nothing that is not signed by theirs.
func TestReceivers(t *testing.T) {
	for _, command := range [][]string{{"node", "receive.mjs"}, {"python3", "receive.py"}} {
		t.Run(command[0], func(t *testing.T) {
			address, out := receiver(t, command[0], command[1:]...)
			b := bustest.New(t)
			a := schema.Article{ID: "0123456789abcdef0123456789abcdef", Revision: 2, Date: "2026-03-01", Headline: "Größe", Language: "en", Source: schema.Source{Token: "example_org"}}
			data, err := bus.Encode(schema.Enriched{Article: a})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := b.Publish(t.Context(), bus.Message{Subject: b.Root().Enriched(a), Data: data, Type: schema.TypeArticleEnriched, ID: schema.RevisionID(a.ID, 2)}); err != nil {
				t.Fatal(err)
			}
			refused(t, address)
			c := webhook.DefaultConfig()
			c.URL, c.Secret, c.AllowNet = address, []string{theirs, ours}, []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
			bustest.Start(t, func(ctx context.Context) error {
				return webhook.Run(ctx, b, c, bus.SubscribeOptions{Stream: schema.StreamEnriched})
			})
			if want := a.ID + ":2 2026-03-01 Größe"; !out.Scan() || out.Text() != want {
				t.Errorf("it prints %q, want %q", out.Text(), want)
			}
		})
	}
}

// refused expects that what is not signed is refused.
func refused(t *testing.T, address string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("webhook-timestamp", "1614265330")
	req.Header.Set("webhook-signature", "v1,")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body)
	if resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("without a signature: %s", resp.Status)
	}
}
