package sse

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
)

// maxValues bounds the values of a parameter, and maxFilters the subjects that they
// make together: the server compares each message with each.
const (
	maxValues  = 16
	maxFilters = 32
)

// query is what a client asks for.
type query struct {
	filters  []string
	entities []string
	after    uint64 // the last sequence that the client has seen
	resumes  bool   // it has said so
}

// parse reads a request. A parameter that is not known is an error, so that a
// mistyped filter does not give everything.
func parse(root schema.Root, r *http.Request) (query, error) {
	q := query{}
	langs, sources := []string{"*"}, []string{"*"}
	last := r.Header.Get("Last-Event-ID")
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return q, fmt.Errorf("the address cannot be read: %w", err)
	}
	for _, name := range slices.Sorted(maps.Keys(values)) { // sorted, so that a question has one answer
		given := values[name]
		switch name {
		case "lang":
			langs, err = tokens(name, given)
		case "source":
			sources, err = tokens(name, given)
		case "entity":
			q.entities, err = tokens(name, given)
		case "last_event_id":
			last = cmp.Or(last, given[0]) // a browser that comes back knows better than its address
		case "token":
		default:
			err = fmt.Errorf("no such parameter: %s; there are lang, source, entity, last_event_id and token", quoted(name))
		}
		if err != nil {
			return q, err
		}
	}
	if q.filters, err = subjects(root, langs, sources); err != nil {
		return q, err
	}
	return q.resuming(last)
}

// subjects are those of each of the languages from each of the sources.
func subjects(root schema.Root, langs, sources []string) ([]string, error) {
	if len(langs)*len(sources) > maxFilters {
		return nil, fmt.Errorf("%d languages of %d sources: want at most %d together", len(langs), len(sources), maxFilters)
	}
	var filters []string
	for _, lang := range langs {
		for _, source := range sources {
			filters = append(filters, root.EnrichedFilter(lang, source))
		}
	}
	return filters, nil
}

// resuming sets the event that a client has seen last, if it names one.
func (q query) resuming(last string) (query, error) {
	if last == "" {
		return q, nil
	}
	var err error
	if q.after, err = strconv.ParseUint(last, 10, 64); err != nil {
		return q, fmt.Errorf("Last-Event-ID: got %s, want the id of an event", quoted(last))
	}
	q.resumes = true
	return q, nil
}

// tokens are the values of a parameter, which may be repeated or hold commas.
func tokens(name string, given []string) ([]string, error) {
	all := strings.Split(strings.Join(given, ","), ",")
	if len(all) > maxValues {
		return nil, fmt.Errorf("%s: got %d values, want at most %d", name, len(all), maxValues)
	}
	for _, value := range all {
		if value == "" || schema.Token(value) != value {
			return nil, fmt.Errorf("%s: got %s, want it as in the subjects, such as en, theguardian_com or q212", name, quoted(value))
		}
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}

// quoted is the beginning of what a client sent, as JSON writes it: with no sign that HTML
// knows, should anything take the answer for a page.
func quoted(sent string) string {
	// A string always has a JSON form.
	b, _ := json.Marshal(fmt.Sprintf("%.40s", sent))
	return string(b)
}

// begin sets where a client begins that does not resume: after the last message of
// the stream. One that has seen more than there is knows another stream, which this
// has taken the place of.
func (q query) begin(last uint64) query {
	if !q.resumes || q.after > last {
		q.after = last
	}
	return q
}

// reading is the stretch of the stream to read.
func (q query) reading() bus.ReadOptions {
	return bus.ReadOptions{Stream: schema.StreamEnriched, Filters: q.filters, Follow: true, From: q.after + 1}
}

// wants reports whether an article names one of the entities that are asked for.
func (q query) wants(d bus.Delivery) bool {
	if len(q.entities) == 0 {
		return true
	}
	var article struct {
		Entities []struct {
			ID string `json:"id"`
		} `json:"entities"`
	}
	if json.Unmarshal(d.Data, &article) != nil {
		return false // it names nothing that can be read
	}
	for _, e := range article.Entities {
		if _, found := slices.BinarySearch(q.entities, schema.Token(e.ID)); found {
			return true
		}
	}
	return false
}
