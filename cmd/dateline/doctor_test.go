package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/internal/doctor"
	"github.com/dateline-news/dateline/services/fetcher/fetchertest"
)

func TestDoctor(t *testing.T) {
	t.Parallel()
	bed := newTestbed(t)
	feed := newsFeed(t)
	r := bed.ok("doctor", feed, "--allow-net", "127.0.0.0/8", "--data", t.TempDir())
	for _, want := range []string{"ok    server", "ok    streams", "ok    fetch", "warn  feeds          none is registered\n                     -> dateline feeds add"} {
		if !strings.Contains(r.out, want) {
			t.Errorf("want %q in\n%s", want, r.out)
		}
	}
	r = bed.run("doctor", feed)
	r.fails(t, 1, "something does not work")
	if !strings.Contains(r.out, "fail  fetch") || !strings.Contains(r.out, "--allow-net") {
		t.Errorf("of a private network: %s", r.out)
	}
}

// newsFeed is the address of a feed on this machine.
func newsFeed(t *testing.T) string {
	t.Helper()
	site := fetchertest.New(t)
	site.File("/feed.xml", "text/xml", []byte(`<rss version="2.0"><channel><title>T</title><item><title>One</title><link>http://a.example/1</link></item></channel></rss>`))
	return site.URL("/feed.xml")
}

func TestDoctorJSON(t *testing.T) {
	var findings []doctor.Finding
	if err := json.Unmarshal([]byte(emptyTestbed(t).run("doctor", "--output", "json").out), &findings); err != nil {
		t.Fatal(err)
	}
	if len(findings) < 5 || findings[0].Check != "server" || findings[0].Level != doctor.OK || !doctor.Failed(findings) {
		t.Errorf("got %+v", findings)
	}
}

// A server that is not there is a finding, as all else is.
func TestDoctorWithoutAServer(t *testing.T) {
	r := runProgram(t.Context(), "doctor", "--nats", "nats://127.0.0.1:1")
	r.fails(t, 1, "something does not work")
	if !strings.Contains(r.out, "fail  server  no NATS server answers") {
		t.Errorf("got %s", r.out)
	}
}

func TestDoctorSettings(t *testing.T) {
	t.Parallel()
	runProgram(t.Context(), "doctor", "--role", "reader").fails(t, 2, "want one of admin, fetcher")
	runProgram(t.Context(), "doctor", "--ca", "none.pem").fails(t, 2, "none.pem")
}

func TestPrintFindings(t *testing.T) {
	var out bytes.Buffer
	findings := []doctor.Finding{
		{Check: "server", Level: doctor.OK, Text: "nats-server 2.15.2"},
		{Check: "streams", Level: doctor.Fail, Text: "stream DEAD: missing", Do: "run: dateline setup"},
		{Check: "fetch", Level: doctor.Warn, Text: "outside text \x1b[2J is harmless"},
	}
	if err := printFindings(terminal{Out: &out}, findings); err != nil {
		t.Fatal(err)
	}
	golden(t, "doctor.golden", out.String())
	out.Reset()
	if err := printJSON(&out, findings); err != nil {
		t.Fatal(err)
	}
	golden(t, "doctor-json.golden", out.String())
}
