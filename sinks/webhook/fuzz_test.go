package webhook

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/dateline-news/dateline/pkg/bus"
)

// FuzzRequest holds that any message can be sent, with its bytes as they are, and
// that nothing in it adds a header, replaces one of ours, or is signed as another.
func FuzzRequest(f *testing.F) {
	f.Add("ce-id", "a:1", "news.enriched.en.a.b", []byte(`{"a":1}`))
	f.Add("ce-id", "a.1.b\r\nwebhook-signature: v1,forged", "a\nb", []byte("\r\n\r\nPOST / HTTP/1.1"))
	f.Add("ce-datacontenttype", "text/html\x00", "", []byte{})
	f.Add("dateline-dead-reason", "caf\xe9 \x01\u009b", "a.b", []byte("x"))
	f.Add("dateline-a: b\r\nhost", "c", "a.b", []byte("x"))
	f.Add("webhook-id", "forged", "a.b", []byte("x"))
	f.Add("traceparent", " ", "a.b", []byte("x"))
	f.Add("content-length", "1", "a.b", []byte("xyz"))
	e := &endpoint{address: "https://hook.example/in", now: func() time.Time { return time.Unix(1772366400, 0) }, secrets: []secret{bytes.Repeat([]byte("k"), minSecret)}}
	f.Fuzz(func(t *testing.T, name, value, subject string, data []byte) {
		d := bus.Delivery{Subject: subject, Stream: "ENRICHED", Sequence: 7, Data: data, Header: nats.Header{name: {value}}}
		sent, err := e.request(t.Context(), d)
		if err != nil {
			t.Fatal(err)
		}
		want := sent.Header.Clone()
		var wire bytes.Buffer
		if err := sent.Write(&wire); err != nil {
			t.Fatal(err)
		}
		got, err := http.ReadRequest(bufio.NewReader(&wire))
		if err != nil {
			t.Fatalf("%q: %v", want, err)
		}
		body, err := io.ReadAll(got.Body)
		if err != nil || !bytes.Equal(body, data) || got.Host != "hook.example" {
			t.Errorf("to %s: %q, %v, sent %q", got.Host, body, err, data)
		}
		for key, values := range want {
			if got.Header.Get(key) != strings.TrimSpace(values[0]) || len(values) != 1 || strings.ContainsFunc(values[0], func(r rune) bool { return r < ' ' || r == 0x7f }) {
				t.Errorf("%s: %q came as %q", key, values, got.Header.Get(key))
			}
		}
		if n := len(got.Header) - len(want); n > 1 { // Content-Length, which is not a header of the request
			t.Errorf("%d headers too many: %v", n, got.Header)
		}
		id := got.Header.Get(headerID)
		if strings.ContainsAny(id, ".\r\n") || got.Header.Get(headerSignature) != sign(e.secrets, sent.Header.Get(headerID), e.now(), data) {
			t.Errorf("id %q, signature %q", id, got.Header.Get(headerSignature))
		}
	})
}

// FuzzRetryAfter holds that no endpoint has us wait for less than no time or for more
// than the longest.
func FuzzRetryAfter(f *testing.F) {
	for _, value := range []string{"", "0", "120", "-1", "4294967295", "99999999999999999999", "1e9", "Sun, 01 Mar 2026 12:05:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "\x00"} {
		f.Add(value, int64(1772366400))
	}
	f.Fuzz(func(t *testing.T, value string, now int64) {
		wait := retryAfter(http.Header{"Retry-After": {value}}, time.Unix(now, 0))
		if wait < 0 || wait > maxWait {
			t.Errorf("%q: %s", value, wait)
		}
	})
}

// FuzzSecrets holds that a line is a key of the length that is asked for, or an
// error that does not repeat it.
func FuzzSecrets(f *testing.F) {
	for _, line := range []string{"", "whsec_", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", " whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\r", "whsec_not-base64-at-all!", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		keys, err := Config{Secret: []string{line}}.secrets()
		if err == nil && (len(keys) != 1 || len(keys[0]) < minSecret || len(keys[0]) > maxSecret) {
			t.Errorf("%d keys", len(keys))
		}
		if err != nil && len(line) > 20 && strings.Contains(err.Error(), line) {
			t.Errorf("error %q", err)
		}
	})
}
