package main

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/nats-io/nats.go"
)

// captureFile writes messages to a file of a test.
func captureFile(t *testing.T, messages ...*nats.Msg) string {
	t.Helper()
	var b bytes.Buffer
	w := bufio.NewWriter(&b)
	for _, m := range messages {
		if err := writeMessage(w, m); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "capture")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestCaptureGivesMessagesBack(t *testing.T) {
	path := captureFile(t,
		&nats.Msg{Subject: "news.item.a", Header: nats.Header{"ce-id": {"1"}, "ce-type": {"t"}}, Data: []byte("one")},
		&nats.Msg{Subject: "news.item.b", Header: nats.Header{}, Data: []byte{}},
		&nats.Msg{Subject: "news.item.c", Header: nats.Header{"Nats-Batch-Id": {"x"}, "Nats-Msg-Id": {"3"}}, Data: []byte("three")},
	)
	c, err := openCapture(path)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	first, err := c.Next(2)
	if err != nil {
		t.Fatal(err)
	}
	rest, err := c.Next(2)
	if !errors.Is(err, io.EOF) {
		t.Errorf("at the end: got error %v, want EOF", err)
	}
	type message struct {
		Subject string
		Header  nats.Header
		Data    string
	}
	var got []message
	for _, m := range append(first, rest...) {
		got = append(got, message{m.Subject, m.Header, string(m.Data)})
	}
	want := []message{
		{"news.item.a", nats.Header{"ce-id": {"1"}, "ce-type": {"t"}}, "one"},
		{"news.item.b", nats.Header{}, ""},
		{"news.item.c", nats.Header{"Nats-Msg-Id": {"3"}}, "three"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestCaptureThatIsTorn(t *testing.T) {
	whole, err := os.ReadFile(captureFile(t, &nats.Msg{Subject: "s", Header: nats.Header{"a": {"b"}}, Data: []byte("data")}))
	if err != nil {
		t.Fatal(err)
	}
	for n := 1; n < len(whole); n++ {
		c := &capture{r: bufio.NewReader(bytes.NewReader(whole[:n]))}
		if _, err := c.Next(1); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%d of %d bytes: got error %v, want unexpected EOF", n, len(whole), err)
		}
	}
}

func TestCaptureIsBounded(t *testing.T) {
	c := &capture{r: bufio.NewReader(bytes.NewReader([]byte{0xff, 0xff, 0xff, 0xff, 0x0f}))}
	if _, err := c.Next(1); err == nil || errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("a length of 4 GiB: got error %v, want one that says so", err)
	}
}
