package sse

import (
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
)

// numbered are n values of a parameter, with commas between.
func numbered(n int) string {
	all := make([]string, n)
	for i := range all {
		all[i] = "v" + strconv.Itoa(i)
	}
	return strings.Join(all, ",")
}

func TestParse(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		root     schema.Root
		query    string
		header   string // Last-Event-ID
		filters  []string
		entities []string
		after    uint64
		resumes  bool
	}{
		"everything":               {filters: []string{"news.enriched.*.*.*"}},
		"another root":             {root: "test", query: "lang=en", filters: []string{"test.enriched.en.*.*"}},
		"a language":               {query: "lang=en", filters: []string{"news.enriched.en.*.*"}},
		"a source":                 {query: "source=theguardian_com", filters: []string{"news.enriched.*.theguardian_com.*"}},
		"each with each":           {query: "lang=en,de&source=b,a", filters: []string{"news.enriched.de.a.*", "news.enriched.de.b.*", "news.enriched.en.a.*", "news.enriched.en.b.*"}},
		"repeated":                 {query: "lang=en&lang=de,en", filters: []string{"news.enriched.de.*.*", "news.enriched.en.*.*"}},
		"entities are sorted":      {query: "entity=q64,q212&entity=q64", filters: []string{"news.enriched.*.*.*"}, entities: []string{"q212", "q64"}},
		"a token is for others":    {query: "token=secret", filters: []string{"news.enriched.*.*.*"}},
		"resumes by its address":   {query: "last_event_id=7", filters: []string{"news.enriched.*.*.*"}, after: 7, resumes: true},
		"resumes by its header":    {header: "9", filters: []string{"news.enriched.*.*.*"}, after: 9, resumes: true},
		"the header comes first":   {query: "last_event_id=7", header: "9", filters: []string{"news.enriched.*.*.*"}, after: 9, resumes: true},
		"the first of its ids":     {query: "last_event_id=7&last_event_id=8", filters: []string{"news.enriched.*.*.*"}, after: 7, resumes: true},
		"resumes at the beginning": {query: "last_event_id=0", filters: []string{"news.enriched.*.*.*"}, resumes: true},
		"an empty id":              {query: "last_event_id=", filters: []string{"news.enriched.*.*.*"}},
		"an unread id":             {query: "last_event_id=mistyped", header: "9", filters: []string{"news.enriched.*.*.*"}, after: 9, resumes: true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			root := test.root
			if root == "" {
				root = schema.DefaultRoot
			}
			r := httptest.NewRequest("GET", "/events?"+test.query, nil)
			if test.header != "" {
				r.Header.Set("Last-Event-ID", test.header)
			}
			q, err := parse(root, r)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(q.filters, test.filters) {
				t.Errorf("filters: got %q, want %q", q.filters, test.filters)
			}
			if !slices.Equal(q.entities, test.entities) {
				t.Errorf("entities: got %q, want %q", q.entities, test.entities)
			}
			if q.after != test.after || q.resumes != test.resumes {
				t.Errorf("after %d, resumes %t; want %d, %t", q.after, q.resumes, test.after, test.resumes)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ query, header, want string }{
		"an unknown parameter":      {query: "language=en", want: `no such parameter: "language"`},
		"a long unknown parameter":  {query: strings.Repeat("x", 60) + "=1", want: `"` + strings.Repeat("x", 40) + `"`},
		"an empty value":            {query: "lang=", want: `lang: got ""`},
		"a comma too many":          {query: "source=a,,b", want: `source: got ""`},
		"upper case":                {query: "lang=EN", want: `lang: got "EN"`},
		"a wildcard":                {query: "lang=*", want: `lang: got "*"`},
		"a subject":                 {query: "source=a.b", want: `source: got "a.b"`},
		"a script as entity":        {query: "entity=<script>", want: `entity: got "\u003cscript\u003e"`},
		"a script as parameter":     {query: "<script>=", want: `no such parameter: "\u003cscript\u003e"`},
		"a script as id":            {header: "<script>", want: `Last-Event-ID: got "\u003cscript\u003e"`},
		"the first of two":          {query: "lang=EN&entity=EN", want: `entity: got "EN"`},
		"an entity's address":       {query: "entity=a/b", want: `entity: got "a/b"`},
		"many values":               {query: "entity=" + numbered(maxValues+1), want: "entity: got 17 values, want at most 16"},
		"many subjects":             {query: "lang=a,b,c&source=" + numbered(11), want: "3 languages of 11 sources: want at most 32 together"},
		"an id that is no number":   {query: "last_event_id=x", want: `Last-Event-ID: got "x"`},
		"a header with no number":   {query: "last_event_id=1", header: "-1", want: `Last-Event-ID: got "-1"`},
		"an id beyond all":          {header: "18446744073709551616", want: "want the id of an event"},
		"an address with no escape": {query: "lang=%zz", want: "the address cannot be read"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "/events", nil)
			r.URL.RawQuery = test.query
			if test.header != "" {
				r.Header.Set("Last-Event-ID", test.header)
			}
			if _, err := parse(schema.DefaultRoot, r); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

// As many values and subjects as are allowed are.
func TestParseAtItsBounds(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]int{
		"source=" + numbered(maxValues):                               maxValues,
		"lang=en,de&source=" + numbered(maxValues):                    maxFilters,
		"entity=" + numbered(maxValues):                               1,
		"lang=en&entity=" + numbered(maxValues) + "&last_event_id=12": 1,
	} {
		q, err := parse(schema.DefaultRoot, httptest.NewRequest("GET", "/events?"+query, nil))
		if err != nil || len(q.filters) != want {
			t.Errorf("%s: %d filters, %v, want %d", query, len(q.filters), err, want)
		}
	}
}

func TestBegin(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		query       query
		last, after uint64
	}{
		"new":                        {query{}, 10, 10},
		"of an empty stream":         {query{}, 0, 0},
		"resumes":                    {query{after: 4, resumes: true}, 10, 4},
		"resumes at the beginning":   {query{resumes: true}, 10, 0},
		"has seen all":               {query{after: 10, resumes: true}, 10, 10},
		"has seen another stream":    {query{after: 11, resumes: true}, 10, 10},
		"of a stream that was reset": {query{after: 11, resumes: true}, 0, 0},
	}
	for name, test := range tests {
		o := test.query.begin(test.last).reading()
		if o.From != test.after+1 || !o.Follow || o.Stream != schema.StreamEnriched {
			t.Errorf("%s: got %+v, want it to follow from %d", name, o, test.after+1)
		}
	}
}

func TestWants(t *testing.T) {
	t.Parallel()
	const article = `{"entities": [{"id": "Q64"}, {"id": "Q212"}]}`
	tests := map[string]struct {
		entities []string
		article  string
		want     bool
	}{
		"all":                       {nil, article, true},
		"all, even what is no JSON": {nil, "{", true},
		"one that is named":         {[]string{"q212"}, article, true},
		"one of two":                {[]string{"q1", "q64"}, article, true},
		"none of two":               {[]string{"q1", "q2"}, article, false},
		"an article without any":    {[]string{"q64"}, `{}`, false},
		"what is no JSON":           {[]string{"q64"}, "{", false},
	}
	for name, test := range tests {
		if got := (query{entities: test.entities}).wants(bus.Delivery{Data: []byte(test.article)}); got != test.want {
			t.Errorf("%s: got %t", name, got)
		}
	}
}
