package guard_test

import (
	"errors"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/feed/guard"
)

// TestLimits meets each bound exactly, and goes above it by one.
func TestLimits(t *testing.T) {
	for name, test := range map[string]struct {
		set           func(l *guard.Limits, n int)
		within, above string
		limit         int
	}{
		"depth": {func(l *guard.Limits, n int) { l.Depth = n },
			"<a><b><c/></b><b><c></c></b></a>", "<a><b><c><d/>", 3},
		"attributes": {func(l *guard.Limits, n int) { l.Attributes = n },
			"<a b='' c=''/><a d='' e=''/>", "<a b='' c d=''/>", 2},
		"tokens": {func(l *guard.Limits, n int) { l.Tokens = n },
			"<a>x<!-- y --></a>", "<a><b/></a><c/>", 3},
		"items": {func(l *guard.Limits, n int) { l.Items = n },
			"<rss><item/><item><entry/></item>", "<rss><item/><item></item><rss:item>", 2},
		"items of JSON": {func(l *guard.Limits, n int) { l.Items = n },
			`{"items":[{"a":{}},{}]}`, `{"items":[{},{},{}]}`, 2},
		"namespaces": {func(l *guard.Limits, n int) { l.Namespaces = n },
			"<a xmlns='b' xmlns:c='d' xml:lang='e'/>", "<a xmlns='b'><a xmlns='b'/></a><a xmlns:b='c'/>", 2},
		"namespace_work": {func(l *guard.Limits, n int) { l.NamespaceWork = n },
			"<a xmlns='b'><c/><c/></a><c/><c/>", "<a xmlns='b'><c/><c/><c/>", 3},
		"run": {func(l *guard.Limits, n int) { l.Run = n },
			"<a><!-- --><![CDATA[ ]]></a><!-- --><?b?>", "<a><!-- -->b<![CDATA[ ]]><?b?></a>", 2},
		"text_work": {func(l *guard.Limits, n int) { l.TextWork = n },
			"<a><b><c>1234<d/>5</c>", "<a><b><c>1234<d/>5<d/>6</c>", 5},
		"bases": {func(l *guard.Limits, n int) { l.Bases = n },
			"<a xml:base='b'><c/></a><a xml:base='b'/>", "<a xml:base='b'><c xml:base='d'/>", 1},
		"address": {func(l *guard.Limits, n int) { l.Address = n },
			"<a xmlns='1234' b='12345'/>", "<a xml:base='12345'/>", 4},
		"json_depth": {func(l *guard.Limits, n int) { l.JSONDepth = n },
			`{"a":[1],"b":[{}][`, `{"a":[{"b":[`, 3},
	} {
		t.Run(name, func(t *testing.T) {
			l := guard.DefaultLimits()
			test.set(&l, test.limit)
			if err := guard.Check([]byte(test.within), l); err != nil {
				t.Errorf("%s: %v", test.within, err)
			}
			var e *guard.Error
			bound, _, _ := strings.Cut(name, " ")
			switch err := guard.Check([]byte(test.above), l); {
			case !errors.As(err, &e):
				t.Errorf("%s: got %v, want %s", test.above, err, bound)
			case e.Bound != bound || e.Limit != test.limit || e.Seen <= e.Limit:
				t.Errorf("%s: got %+v, want %s", test.above, *e, bound)
			case !strings.Contains(err.Error(), bound):
				t.Errorf("the message does not name the bound: %v", err)
			}
		})
	}
}

// TestZero checks that limits that nobody set let nothing through.
func TestZero(t *testing.T) {
	for _, doc := range []string{"<a/>", "{}"} {
		if guard.Check([]byte(doc), guard.Limits{}) == nil {
			t.Errorf("%s passes limits of 0", doc)
		}
	}
}

// What the command line calls the default is the default.
func TestLimitsTags(t *testing.T) {
	l := reflect.ValueOf(guard.DefaultLimits())
	for i := range l.NumField() {
		field := l.Type().Field(i)
		if got, want := field.Tag.Get("default"), strconv.Itoa(int(l.Field(i).Int())); got != want {
			t.Errorf("%s: tag says %s, default is %s", field.Name, got, want)
		}
		if field.Tag.Get("help") == "" {
			t.Errorf("%s: no help", field.Name)
		}
	}
}

func TestLimitsValidate(t *testing.T) {
	if err := guard.DefaultLimits().Validate(); err != nil {
		t.Error(err)
	}
	for i := range reflect.TypeFor[guard.Limits]().NumField() {
		l := guard.DefaultLimits()
		reflect.ValueOf(&l).Elem().Field(i).SetInt(0)
		name := reflect.TypeFor[guard.Limits]().Field(i).Name
		err := l.Validate()
		if err == nil || !strings.HasPrefix(strings.ReplaceAll(err.Error(), "-", ""), strings.ToLower(name)+":") {
			t.Errorf("%s of 0: got %v", name, err)
		}
	}
}
