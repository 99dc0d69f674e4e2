package sse

import (
	"bytes"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
)

// FuzzQuery holds that whatever a client asks for, the server is asked for articles
// alone, by few subjects whose tokens are those of the contract.
func FuzzQuery(f *testing.F) {
	for _, query := range []string{"", "lang=en,de&source=example_org", "entity=q64&last_event_id=7", "lang=*", "lang=>&source=a.b", "source=%0d%0a", "lang=a;b", "%zz=1", "token=x&token=y"} {
		f.Add(query, "")
		f.Add(query, "18446744073709551615")
	}
	f.Add("lang="+numbered(17), "-1")
	f.Add("lang="+numbered(8)+"&source="+numbered(5), "9 ")
	f.Fuzz(func(t *testing.T, query, last string) {
		r := &http.Request{URL: &url.URL{RawQuery: query}, Header: http.Header{"Last-Event-Id": {last}}}
		q, err := parse(schema.DefaultRoot, r)
		if err != nil {
			if len(err.Error()) > 1000 {
				t.Errorf("an error of %d bytes", len(err.Error()))
			}
			return
		}
		if len(q.filters) == 0 || len(q.filters) > maxFilters || len(q.entities) > maxValues || !q.resumes && q.after != 0 {
			t.Errorf("got %+v", q)
		}
		for _, filter := range q.filters {
			tokens := strings.Split(filter, ".")
			if len(tokens) != 5 || tokens[0] != "news" || tokens[1] != "enriched" || tokens[4] != "*" {
				t.Errorf("filter %q", filter)
			}
			for _, token := range tokens[2:4] {
				if token != "*" && schema.Token(token) != token {
					t.Errorf("token %q", token)
				}
			}
		}
		if begun := q.begin(100); begun.after > 100 {
			t.Errorf("begins after %d of 100", begun.after)
		}
	})
}

// FuzzEvent holds that a message is one event to a browser, with the id of its
// sequence and the data of its lines, whatever is in it.
func FuzzEvent(f *testing.F) {
	for _, data := range []string{`{"id":"a"}`, "", "a\n\nid: 9\ndata: forged", "a\r\rb\r\n", "\nevent: error\n\n", ": comment", "\ufeffdata", "retry: 0\x00"} {
		f.Add([]byte(data), uint64(7))
	}
	f.Fuzz(func(t *testing.T, data []byte, sequence uint64) {
		events := received(append(heartbeat(sequence), event(bus.Delivery{Data: data, Sequence: sequence})...))
		want := strings.ReplaceAll(string(data), "\r", "\n")
		if len(events) != 1 || events[0].data != want || events[0].other {
			t.Fatalf("%q came as %+v", data, events)
		}
		if id, _, _ := strings.Cut(string(event(bus.Delivery{Sequence: sequence})), "\n"); events[0].id != strings.TrimPrefix(id, "id: ") {
			t.Errorf("id %q", events[0].id)
		}
	})
}

// received is what a browser makes of a stream: WHATWG HTML, section 9.2.6.
type gotEvent struct {
	id, data string
	other    bool // a field that we never send
}

func received(stream []byte) (events []gotEvent) {
	text := strings.ReplaceAll(strings.ReplaceAll(string(stream), "\r\n", "\n"), "\r", "\n")
	var now gotEvent
	var lines []string
	for line := range strings.SplitSeq(strings.TrimPrefix(text, "\ufeff"), "\n") {
		if line == "" {
			if len(lines) > 0 {
				now.data = strings.Join(lines, "\n")
				events = append(events, now)
			}
			now, lines = gotEvent{id: now.id}, nil
			continue
		}
		name, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch name {
		case "data":
			lines = append(lines, value)
		case "id":
			now.id = value
		case "":
		default:
			now.other = true
		}
	}
	return events
}

// A reading of events that sees nothing would hold of anything.
func TestReceived(t *testing.T) {
	got := received([]byte("retry: 3\nid: 1\n\nid: 2\ndata: a\ndata\n\n: here\n\ndata:b\r\revent: x\ndata: c\n\n"))
	want := []gotEvent{{"2", "a\n", false}, {"2", "b", false}, {"2", "c", true}}
	if !slices.Equal(got, want) {
		t.Errorf("got %+v", got)
	}
	if bytes.Contains(event(bus.Delivery{Data: []byte("a\rb")}), []byte("\r")) {
		t.Error("a carriage return is sent")
	}
}
