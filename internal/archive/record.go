package archive

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/nats-io/nats.go"

	"github.com/dateline-news/dateline/pkg/bus"
)

// record is a message as a line of JSON. What JSON cannot hold to the byte is in
// a field of its own, in base64.
type record struct {
	Sequence      uint64              `json:"seq"`
	Time          time.Time           `json:"time"`
	Subject       string              `json:"subject,omitempty"`
	SubjectBase64 []byte              `json:"subject_base64,omitempty"`
	Headers       map[string][]string `json:"headers,omitempty"`
	HeadersBase64 map[string][]string `json:"headers_base64,omitempty"`
	Data          json.RawMessage     `json:"data,omitempty"`
	DataBase64    []byte              `json:"data_base64,omitempty"`
}

// ErrRecord says that a line is no message of an archive.
var ErrRecord = errors.New("not a message of an archive")

// appendRecord appends a message as a line. The data stand in it as they are
// when they are JSON on one line.
func appendRecord(line []byte, d bus.Delivery) ([]byte, error) {
	r := record{Sequence: d.Sequence, Time: d.Time.UTC()}
	if utf8.ValidString(d.Subject) {
		r.Subject = d.Subject
	} else {
		r.SubjectBase64 = []byte(d.Subject)
	}
	if validHeaders(d.Header) {
		r.Headers = d.Header
	} else {
		r.HeadersBase64 = mapHeaders(d.Header, func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) })
	}
	plain := isLine(d.Data)
	if !plain {
		r.DataBase64 = d.Data
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(r); err != nil {
		return line, fmt.Errorf("message %d: %w", d.Sequence, err)
	}
	if !plain {
		return append(line, text.Bytes()...), nil
	}
	line = append(line, bytes.TrimSuffix(text.Bytes(), []byte("}\n"))...)
	line = append(line, `,"data":`...)
	line = append(line, d.Data...)
	return append(line, "}\n"...), nil
}

// maxBrackets bounds how deep data can be nested that stand in a line as they
// are: readers of JSON refuse what is too deep.
const maxBrackets = 8000

// isLine reports whether data are JSON that a line can hold as they are, and
// that comes back so.
func isLine(data []byte) bool {
	return len(data) > 0 && !bytes.ContainsAny(data, "\r\n") && data[0] > ' ' && data[len(data)-1] > ' ' &&
		utf8.Valid(data) && json.Valid(data) && shallow(data)
}

// shallow reports whether JSON is nested less than maxBrackets deep.
func shallow(data []byte) bool {
	if bytes.Count(data, []byte("["))+bytes.Count(data, []byte("{")) < maxBrackets {
		return true
	}
	depth, quoted := 0, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[', c == '{':
			if depth++; depth >= maxBrackets {
				return false
			}
		case c == ']', c == '}':
			depth--
		}
	}
	return true
}

func validHeaders(h nats.Header) bool {
	for name, values := range h {
		if !utf8.ValidString(name) {
			return false
		}
		for _, v := range values {
			if !utf8.ValidString(v) {
				return false
			}
		}
	}
	return true
}

func mapHeaders(h map[string][]string, change func(string) string) map[string][]string {
	changed := make(map[string][]string, len(h))
	for name, values := range h {
		all := make([]string, len(values))
		for i, v := range values {
			all[i] = change(v)
		}
		changed[change(name)] = all
	}
	return changed
}

// parseRecord reads a line.
func parseRecord(line []byte) (bus.Delivery, error) {
	var r record
	if err := json.Unmarshal(line, &r); err != nil {
		return bus.Delivery{}, fmt.Errorf("%w: %w", ErrRecord, err)
	}
	if r.Sequence == 0 || r.Subject == "" && len(r.SubjectBase64) == 0 {
		return bus.Delivery{}, fmt.Errorf("%w: a sequence or subject is missing", ErrRecord)
	}
	d := bus.Delivery{
		Sequence: r.Sequence, Time: r.Time, Subject: r.Subject, Header: r.Headers, Data: r.Data, Delivered: 1,
	}
	if len(r.SubjectBase64) > 0 {
		d.Subject = string(r.SubjectBase64)
	}
	if len(r.DataBase64) > 0 {
		d.Data = r.DataBase64
	}
	if len(r.HeadersBase64) > 0 {
		var faulty error
		d.Header = mapHeaders(r.HeadersBase64, func(s string) string {
			text, err := base64.StdEncoding.DecodeString(s)
			faulty = errors.Join(faulty, err)
			return string(text)
		})
		if faulty != nil {
			return bus.Delivery{}, fmt.Errorf("%w: header of message %s: %w", ErrRecord, strconv.FormatUint(r.Sequence, 10), faulty)
		}
	}
	return d, nil
}
