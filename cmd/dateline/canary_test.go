package main

import (
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
)

// canary stands in every secret of these tests: wherever else it is seen, one is told.
const canary = "c4n4ry"

// secret is a secret of a name, long enough for every setting.
func secret(name string) string { return canary + "-0123456789abcdef-" + name }

// told says where a text tells a secret, as it is, in base64 or escaped; empty for nowhere.
func told(text string) string {
	for _, form := range []string{canary, base64.StdEncoding.EncodeToString([]byte(canary))[:7], "c4n4r%79"} {
		if at := strings.Index(text, form); at >= 0 {
			return text[max(0, at-100):min(len(text), at+60)]
		}
	}
	return ""
}

// alone starts the program as a process with variables of its own. All that it writes is in a
// file, whose text said returns at any time.
func alone(t *testing.T, env []string, args ...string) (cmd *exec.Cmd, said func() string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	out, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	cmd = exec.Command(self, args...)
	cmd.Env = append(append(os.Environ(), "DATELINE_TEST_PROGRAM=1"), env...)
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // most have ended
		_ = out.Close()
	})
	return cmd, func() string {
		text, err := os.ReadFile(out.Name())
		if err != nil {
			t.Error(err)
		}
		return string(text)
	}
}

// A setting that is wrong, or a server that refuses, is told without the secret in it.
func TestNoErrorTellsASecret(t *testing.T) {
	t.Parallel()
	refusing := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "<Error><Code>AccessDenied</Code><Message>no</Message></Error>", http.StatusForbidden)
	}))
	t.Cleanup(refusing.Close)
	at := func(user string) string { return strings.Replace(refusing.URL, "://", "://"+user+"@", 1) }
	data, config := t.TempDir(), write(t, "config.yaml", "nats: nats://u:"+secret("file")+"@127.0.0.1:1\nhttp-token: {a: "+secret("nested")+"}\n")
	anchor, deep := write(t, "config.yaml", "http-token: *"+secret("anchor")), write(t, "config.yaml", "user: {a: {b: "+secret("deep")+"}}")
	otel := func(vars ...string) []string { return append(vars, "OTEL_EXPORTER_OTLP_ENDPOINT="+refusing.URL) }
	up := []string{"up", "--once", "--data", data, "--http", "", "--nats-listen", ""}
	for name, test := range map[string]struct {
		env, args []string
	}{
		"NATS password":         {nil, []string{"status", "--nats", "nats://u:" + secret("nats") + "@127.0.0.1:1"}},
		"NATS token":            {nil, []string{"fetcher", "--log-level", "debug", "--nats", "nats://" + secret("nats") + "@127.0.0.1:1"}},
		"NATS not an address":   {[]string{"DATELINE_NATS=nats://u:" + secret("n") + "/@127.0.0.1:x"}, []string{"doctor"}},
		"configuration":         {nil, []string{"fetcher", "--config", config}},
		"HTTP token too short":  {nil, []string{"fetcher", "--http-token", canary}},
		"HTTP token file":       {nil, []string{"fetcher", "--http-token-file", config, "--http-token", secret("http")}},
		"user without password": {nil, []string{"fetcher", "--user", "a=" + secret("user")}},
		"user without a name":   {nil, []string{"fetcher", "--user", secret("user")}},
		"proxy not an address":  {nil, []string{"fetcher", "--proxy", "a=http://u:" + secret("proxy") + "@:%zz"}},
		"proxy of no kind":      {nil, []string{"fetcher", "--proxy", "a=gopher://u:" + secret("proxy") + "@127.0.0.1:1"}},
		"proxy without a name":  {nil, []string{"fetcher", "--proxy", "http://u:" + secret("proxy") + "@127.0.0.1:1"}},
		"webhook secret":        {nil, []string{"sink", "webhook", "--url", refusing.URL, "--secret", secret("webhook")}},
		"webhook address":       {[]string{"DATELINE_SECRET=" + signing}, []string{"sink", "webhook", "--url", "ftp://u:" + secret("url") + "@127.0.0.1/"}},
		"SSE token":             {nil, []string{"sink", "sse", "--token", canary}},
		"recognizer":            {nil, append(up, "--enricher-recognizer", at("u:"+secret("model")))},
		"recognizer token file": {nil, append(up, "--enricher-recognizer", refusing.URL, "--enricher-recognizer-token-file", config)},
		"embedded NATS token":   {nil, append(up, "--nats-listen", "127.0.0.1:x", "--nats-token", secret("embedded"))},
		"S3":                    {[]string{"AWS_ENDPOINT_URL=" + refusing.URL, "AWS_ACCESS_KEY_ID=AKIA", "AWS_SECRET_ACCESS_KEY=" + secret("s3"), "AWS_SESSION_TOKEN=" + secret("s3")}, []string{"archive", "--to", "s3://bucket/x", "--check"}},
		"S3 address":            {[]string{"AWS_ENDPOINT_URL=http://u:" + secret("s3") + "@127.0.0.1:1", "AWS_ACCESS_KEY_ID=a", "AWS_SECRET_ACCESS_KEY=" + secret("s3")}, []string{"archive", "--to", "s3://bucket/x", "--check"}},
		"traces, address":       {[]string{"OTEL_EXPORTER_OTLP_ENDPOINT=ftp://u:" + secret("otel") + "@127.0.0.1"}, []string{"fetcher", "--nats", "nats://127.0.0.1:1"}},
		"traces, header alone":  {otel("OTEL_EXPORTER_OTLP_HEADERS=" + secret("otel")), []string{"fetcher", "--nats", "nats://127.0.0.1:1"}},
		"traces, header's name": {otel("OTEL_EXPORTER_OTLP_TRACES_HEADERS=Bearer " + secret("otel") + "=x"), []string{"fetcher", "--nats", "nats://127.0.0.1:1"}},
		"traces, header's text": {otel("OTEL_EXPORTER_OTLP_HEADERS=authorization=" + secret("otel") + "%zz"), []string{"fetcher", "--nats", "nats://127.0.0.1:1"}},
		"monitoring":            {nil, []string{"doctor", "--monitor", at(secret("monitor")), "--nats", "nats://127.0.0.1:1"}},
		"health":                {nil, []string{"health", at(secret("health"))}},
		"health, password":      {nil, []string{"health", at("u:" + secret("health"))}},
		"health, no address":    {nil, []string{"health", "http://u:" + secret("health") + "@127.0.0.1:x"}},
		"YAML":                  {[]string{"DATELINE_CONFIG=" + anchor}, []string{"fetcher"}},
		"YAML in YAML":          {[]string{"DATELINE_CONFIG=" + deep}, []string{"fetcher"}},
		"feed, no address":      {nil, []string{"feeds", "add", "https://u:" + secret("feed") + "@127.0.0.1:x/"}},
		"feed to add":           {nil, []string{"feeds", "add", "https://u:" + secret("feed") + "@127.0.0.1/"}},
		"feed with a password":  {nil, []string{"feeds", "check", "https://u:" + secret("feed") + "@127.0.0.1/feed"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd, said := alone(t, test.env, test.args...)
			if err := cmd.Wait(); err == nil || said() == "" {
				t.Errorf("it ended well, which it was not to: %v, %q", err, said())
			}
			if where := told(said()); where != "" {
				t.Errorf("told in %q", where)
			}
			t.Log(said())
		})
	}
}

// collector keeps the spans that it is sent.
type collector struct {
	mu     sync.Mutex
	bodies strings.Builder
	keys   map[string]int // how often each authorization came
}

// ServeHTTP takes spans, but for every third time.
func (c *collector) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.bodies.Write(body)
	c.keys[r.Header.Get("Authorization")]++
	if c.keys[r.Header.Get("Authorization")]%3 == 1 {
		w.WriteHeader(http.StatusUnauthorized)
	}
}

// seen says how many have come with a secret, and what was in them.
func (c *collector) seen(key string) (times int, bodies string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.keys[key], c.bodies.String()
}

// paper is a site whose feeds want a user, a header or a proxy, and refuse, redirect and
// fail, beside a model server and a receiver of webhooks that do.
func paper(t *testing.T) (address string, asked func(string) bool) {
	t.Helper()
	var mu sync.Mutex
	secrets := map[string]bool{}
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		mu.Lock()
		for _, text := range []string{user + ":" + password, r.Header.Get("X-Key"), r.Header.Get("Proxy-Authorization"), r.Header.Get("Authorization"), r.Header.Get("webhook-signature")} {
			secrets[r.URL.Path+" "+text] = true
		}
		mu.Unlock()
		switch {
		case r.URL.Path == "/feed" && password != "":
			w.Header().Set("Content-Type", "application/rss+xml")
			fmt.Fprintf(w, `<rss version="2.0"><channel><title>Paper</title><item><title>Ferry late in Oslo</title><link>http://%s/1</link><guid>1</guid><description>A ferry came late to Oslo.</description></item></channel></rss>`, r.Host)
		case r.URL.Path == "/away":
			http.Redirect(w, r, "http://other.invalid/", http.StatusFound)
		default:
			http.Error(w, "no", http.StatusForbidden)
		}
	}))
	t.Cleanup(site.Close)
	return site.URL, func(what string) bool {
		mu.Lock()
		defer mu.Unlock()
		return secrets[what]
	}
}

// TestNoSecretIsTold runs the programs with a secret in every setting that takes one, on feeds,
// a model server, a webhook and a collector of which each is refused now and then, and looks at
// all that they write, serve, store and send.
func TestNoSecretIsTold(t *testing.T) {
	t.Parallel()
	site, asked := paper(t)
	spans := &collector{keys: map[string]int{}}
	traces := httptest.NewServer(spans)
	t.Cleanup(traces.Close)
	env := []string{
		"OTEL_EXPORTER_OTLP_ENDPOINT=" + strings.Replace(traces.URL, "://", "://u:"+secret("traces")+"@", 1), "OTEL_EXPORTER_OTLP_HEADERS=authorization=" + secret("otel"),
		"OTEL_BSP_SCHEDULE_DELAY=50", "DATELINE_HTTP_TOKEN=" + secret("http"), "DATELINE_SECRET=whsec_" + base64.StdEncoding.EncodeToString([]byte(secret("webhook"))),
		"DATELINE_TOKEN=" + secret("sse"),
	}
	config := write(t, "config.yaml", "nats-token: "+secret("nats")+"\nuser:\n  desk: me:"+secret("user")+"\nproxy:\n  office: http://u:"+secret("proxy")+"@"+strings.TrimPrefix(site, "http://")+"\n")
	up, upSaid := alone(t, env, "up", write(t, "feeds.txt", site+"/none\n"), "--config", config, "--data", t.TempDir(), "--nats-listen", "127.0.0.1:0", "--http", "127.0.0.1:0",
		"--log-level", "debug", "--log-format", "json", "--fulltext", "always", "--allow-net", "127.0.0.0/8", "--sync", "1m", "--store", "2GiB", "--host-spacing", "1ms", "--min-interval", "1s", "--interval", "1s",
		"--min-free", "0")
	address, admin := "", ""
	found := func(said func() string, pattern string, into *string) {
		t.Helper()
		bustest.Eventually(t, func() error {
			m := regexp.MustCompile(pattern).FindStringSubmatch(said())
			if m == nil {
				return fmt.Errorf("no %s in %q", pattern, said())
			}
			*into = m[1]
			return nil
		})
	}
	found(upSaid, `NATS +nats://(\S+)`, &address)
	found(upSaid, `status +(http://\S+)`, &admin)
	nats := "nats://" + secret("nats") + "@" + address
	b, err := bus.Connect(t.Context(), bus.Options{URL: nats, Name: "test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	bed := &testbed{Bus: b, t: t, url: nats}
	registered := []string{
		bed.ok("feeds", "add", site+"/feed", "--user", "desk", "--header", "X-Key: "+secret("header"), "--no-check").out,
		bed.ok("feeds", "add", site+"/proxied", "--proxy", "office", "--no-check").out,
		bed.ok("feeds", "add", site+"/away", "--user", "desk", "--header", "X-Key: "+secret("header"), "--no-check").out,
	}
	_, modelSaid := alone(t, env, "enricher", "--nats", nats, "--recognizer", site+"/model", "--recognizer-token-file", write(t, "token", secret("model")), "--http", "127.0.0.1:0", "--log-level", "debug")
	hook, hookSaid := alone(t, env, "sink", "webhook", "--url", strings.Replace(site, "://", "://u:"+secret("url")+"@", 1)+"/hook", "--nats", nats, "--allow-net", "127.0.0.0/8", "--since", "1h", "--retry", "10ms", "--max-delay", "10ms", "--attempts", "3", "--http", "127.0.0.1:0", "--log-level", "debug")
	sse, sseSaid := alone(t, env, "sink", "sse", "--listen", "127.0.0.1:0", "--nats", nats, "--http", "127.0.0.1:0", "--log-level", "debug")

	for _, what := range []string{"/feed me:" + secret("user"), "/feed " + secret("header"), "/model Bearer " + secret("model"), "/proxied Basic " + base64.StdEncoding.EncodeToString([]byte("u:"+secret("proxy")))} {
		bustest.Eventually(t, func() error {
			if !asked(what) {
				return fmt.Errorf("%q was not asked: %s", what, upSaid())
			}
			return nil
		})
	}
	bustest.Eventually(t, func() error {
		if n, _ := spans.seen(secret("otel")); n < 4 {
			return fmt.Errorf("spans came %d times", n)
		}
		return nil
	})
	shown := map[string]string{"feeds add": strings.Join(registered, "")}
	for _, line := range []string{
		"status", "status --output json", "feeds ls", "feeds ls --output json", "feeds show " + site + "/feed", "feeds show --output json " + site + "/feed", "feeds export --format csv", "feeds export",
		"dead ls --output json", "jobs ls", "doctor", "doctor --output json --monitor " + strings.Replace(site, "://", "://"+secret("monitor")+"@", 1), "tail items --since 1h --no-follow --format json", "tail ops --since 1h --no-follow --format json",
	} {
		r := bed.run(strings.Fields(line)...)
		shown[line] = r.out + r.stderr
	}
	for _, page := range []string{"/", "/metrics", "/readyz", "/healthz"} {
		for _, with := range []string{"Bearer " + secret("http"), "Bearer " + secret("wrong")} {
			shown[page+with[:3]] += get(t, admin+page, with)
		}
	}
	for _, cmd := range []*exec.Cmd{sse, hook} {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
	}
	shown["stored"] = bed.stored()
	_ = up.Process.Signal(syscall.SIGTERM)
	_ = up.Wait()
	shown["up"], shown["webhook"], shown["sse"], shown["enricher"] = upSaid(), hookSaid(), sseSaid(), modelSaid()
	_, shown["spans"] = spans.seen("")
	for name, text := range shown {
		if where := told(text); where != "" {
			t.Errorf("%s: told in %q", name, where)
		}
		if len(text) < 3 {
			t.Errorf("%s: says nothing", name)
		}
		t.Logf("%s: %d bytes", name, len(text))
	}
}

// get is a page with its headers.
func get(t *testing.T, address, authorization string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", authorization)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(resp.Status, resp.Header, string(body))
}

// stored is all that the server holds but for the registry, where headers of feeds are: the
// subject, headers and data of every message.
func (bed *testbed) stored() string {
	bed.t.Helper()
	var all strings.Builder
	for name := range bed.JetStream().StreamNames(bed.t.Context()).Name() {
		if name == "KV_"+bed.Root().Stream(schema.BucketFeeds) {
			continue
		}
		stream, err := bed.JetStream().Stream(bed.t.Context(), name)
		if err != nil {
			bed.t.Fatal(err)
		}
		state := stream.CachedInfo().State
		for seq := state.FirstSeq; seq <= state.LastSeq; seq++ {
			m, err := stream.GetMsg(bed.t.Context(), seq)
			if err != nil {
				continue // it is gone
			}
			fmt.Fprintln(&all, name, m.Subject, m.Header, string(m.Data))
		}
		fmt.Fprintln(&all, stream.CachedInfo().Config)
	}
	return all.String()
}
