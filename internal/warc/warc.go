// Package warc writes web archives: WARC 1.1 (ISO 28500:2017), each record
// compressed by itself with gzip, so that a reader can begin at any.
package warc

import (
	"bytes"
	"compress/gzip"
	"crypto/sha1" // #nosec: the digest that readers of WARC expect; it proves nothing
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"io"
	"strings"
	"time"
)

// Type is what a record is.
type Type string

// The types of records that are written here.
const (
	Info     Type = "warcinfo" // about the file that it begins
	Resource Type = "resource" // something that was fetched, without the protocol's part
	Metadata Type = "metadata" // about another record
)

// ContentTypeFields is the media type of named values, a line each: see Fields.
const ContentTypeFields = "application/warc-fields"

// Record is one record.
type Record struct {
	Type Type
	// ID is unique among all records: see ID.
	ID string
	// Date is when the block was fetched or made.
	Date time.Time
	// TargetURI is where it is from, empty for an Info.
	TargetURI string
	// RefersTo is the ID of the record that a Metadata is about.
	RefersTo string
	// InfoID is the ID of the Info of the file; empty for that itself.
	InfoID string
	// ContentType is the media type of Block.
	ContentType string
	// Block is the record's content.
	Block []byte
}

// ID makes the id of a record from what tells it from all others: the same always
// from the same.
func ID(of ...any) string {
	sum := sha256.Sum256(fmt.Append(nil, of...))
	u := sum[:16]
	u[6] = u[6]&0x0f | 0x80 // version 8 of RFC 9562: made in our own way
	u[8] = u[8]&0x3f | 0x80
	return fmt.Sprintf("<urn:uuid:%x-%x-%x-%x-%x>", u[:4], u[4:6], u[6:8], u[8:10], u[10:])
}

// Writer writes records.
type Writer struct {
	w      io.Writer
	packed *gzip.Writer
}

// NewWriter returns a writer to w.
func NewWriter(w io.Writer) *Writer { return &Writer{w: w, packed: gzip.NewWriter(w)} }

// Write writes a record, with the length and the digest of its block.
func (w *Writer) Write(r Record) error {
	w.packed.Reset(w.w)
	_, err := w.packed.Write(r.header())
	if err == nil {
		_, err = w.packed.Write(r.Block)
	}
	if err == nil {
		_, err = io.WriteString(w.packed, "\r\n\r\n")
	}
	if err == nil {
		err = w.packed.Close()
	}
	if err != nil {
		return fmt.Errorf("warc: %w", err)
	}
	return nil
}

// header is the record down to its block.
func (r Record) header() []byte {
	digest := Digest(r.Block)
	var b bytes.Buffer
	b.WriteString("WARC/1.1\r\n")
	for _, field := range [][2]string{
		{"WARC-Type", string(r.Type)},
		{"WARC-Record-ID", r.ID},
		{"WARC-Date", r.Date.UTC().Format("2006-01-02T15:04:05.999999999Z")},
		{"WARC-Warcinfo-ID", r.InfoID},
		{"WARC-Target-URI", uri(r.TargetURI)},
		{"WARC-Refers-To", r.RefersTo},
		{"WARC-Block-Digest", digest},
		{"WARC-Payload-Digest", r.payload(digest)},
		{"Content-Type", oneLine(r.ContentType)},
		{"Content-Length", fmt.Sprint(len(r.Block))},
	} {
		if field[1] != "" {
			b.WriteString(field[0] + ": " + field[1] + "\r\n")
		}
	}
	b.WriteString("\r\n")
	return b.Bytes()
}

// payload is the digest of the payload, which a resource has as its block.
func (r Record) payload(block string) string {
	if r.Type == Resource {
		return block
	}
	return ""
}

// Digest is the labelled digest of a block.
func Digest(block []byte) string {
	sum := sha1.Sum(block) // #nosec G401 -- the digest that readers of WARC expect
	return "sha1:" + base32.StdEncoding.EncodeToString(sum[:])
}

// Fields are named values as ContentTypeFields has them, in the order of pairs of
// name and value. Empty values are left out.
func Fields(pairs ...string) []byte {
	var b bytes.Buffer
	for i := 0; i+1 < len(pairs); i += 2 {
		if value := oneLine(pairs[i+1]); value != "" {
			b.WriteString(pairs[i] + ": " + value + "\r\n")
		}
	}
	return b.Bytes()
}

// oneLine is outside text as the value of a field: no line can begin in it.
func oneLine(text string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD")))
}

// uri is an address in the characters that one may have.
func uri(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if c := text[i]; c <= ' ' || c > '~' || strings.IndexByte(`"<>\^{|}`+"`", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}
