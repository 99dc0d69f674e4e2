package bus_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/embedded"
)

// Whatever is wrong with the address of a server, its error names the host and never
// what comes before it.
func TestNoErrorHoldsAPassword(t *testing.T) {
	t.Parallel()
	for address, shown := range map[string]string{
		"nats://u:canary@127.0.0.1:1":                                     "at nats://127.0.0.1:1: ",
		"nats://canary@127.0.0.1:1":                                       "at nats://127.0.0.1:1: ",
		"u:canary@127.0.0.1:1":                                            "at nats://127.0.0.1:1: ",
		"tls://u:canary@127.0.0.1:1,nats://127.0.0.1:2":                   "at tls://127.0.0.1:1,nats://127.0.0.1:2: ",
		"nats://127.0.0.1:2,nats://u:canary@127.0.0.1:1":                  "at nats://127.0.0.1:2,nats://127.0.0.1:1: ",
		"nats://u:canary,canary@127.0.0.1:1":                              "at nats://127.0.0.1:1: ",
		"nats://u:canary,1,canary@127.0.0.1:1,nats://x:canary@h:1":        "at nats://127.0.0.1:1,nats://h:1: ",
		"nats://u:canary@canary@127.0.0.1:1":                              "at nats://127.0.0.1:1: ",
		"nats://u:canary%zz@127.0.0.1:1":                                  "want nats://USER:PASSWORD@HOST:PORT",
		"nats://u:can ary-canary@127.0.0.1:1":                             "want nats://USER:PASSWORD@HOST:PORT",
		"nats://u:canary/canary@127.0.0.1:1":                              "want nats://USER:PASSWORD@HOST:PORT",
		"nats://u:canary#canary@127.0.0.1:1":                              "want nats://USER:PASSWORD@HOST:PORT",
		"nats://u:canary?canary@127.0.0.1:1":                              "want nats://USER:PASSWORD@HOST:PORT",
		"nats://u:canary@127.0.0.1:port":                                  "want nats://USER:PASSWORD@HOST:PORT",
		"u:canary://canary@127.0.0.1:1":                                   "at nats://127.0.0.1:1: ",
		"canary://u:canary@127.0.0.1:1":                                   "at nats://127.0.0.1:1: ",
		"nats://u:canary":                                                 "at (no address): ",
		"://u:canary@127.0.0.1:1":                                         "want nats://USER:PASSWORD@HOST:PORT",
		strings.Repeat("nats://u:canary@127.0.0.1:1,", 3) + "\x1bcanary@": "at nats://127.0.0.1:1,",
	} {
		_, err := bus.Connect(t.Context(), bus.Options{URL: address})
		if err == nil || strings.Contains(err.Error(), "canary") || !strings.Contains(err.Error(), shown) {
			t.Errorf("%s: got %v, want %q in it", address, err, shown)
		}
	}
}

// A token stands where others have a user: it is told neither by the bus nor in what
// it logs, when it is connected, when it is not any more, and when it is refused.
func TestATokenIsNotShown(t *testing.T) {
	t.Parallel()
	o := embedded.Options{Dir: t.TempDir(), Listen: "127.0.0.1:0", Token: "canary-token-of-ours", Store: 1 << 30, SyncInterval: time.Minute}
	s, err := embedded.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	host := strings.TrimPrefix(s.URL(), "nats://")
	if at := strings.LastIndexByte(host, '@'); at >= 0 {
		host = host[at+1:]
	}
	var logged bytes.Buffer
	log := zap.New(zapcore.NewCore(zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig()), zapcore.Lock(zapcore.AddSync(&logged)), zap.DebugLevel))
	b, err := bus.Connect(t.Context(), bus.Options{URL: "nats://canary-token-of-ours@" + host, Name: "test", Logger: log})
	if err != nil {
		t.Fatal(err)
	}
	server := b.Server()
	b.Close()
	if server != "nats://"+host {
		t.Errorf("server %q, want nats://%s", server, host)
	}
	_, err = bus.Connect(t.Context(), bus.Options{URL: "nats://canary-of-another@" + host, Logger: log})
	if err == nil || !strings.Contains(err.Error(), "refused the credentials") {
		t.Errorf("got %v", err)
	}
	if all := fmt.Sprint(err, server, logged.String()); strings.Contains(all, "canary") {
		t.Errorf("a token is in %q", all)
	}
}
