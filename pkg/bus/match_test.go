package bus

import "testing"

func TestMatches(t *testing.T) {
	for _, test := range []struct {
		filter, subject string
		want            bool
	}{
		{"a.b", "a.b", true},
		{"a.b", "a.c", false},
		{"a.b", "a.b.c", false},
		{"a.b.c", "a.b", false},
		{"a.*.c", "a.b.c", true},
		{"a.*.c", "a.b.d", false},
		{"*", "a", true},
		{"*", "a.b", false},
		{"a.*", "a", false},
		{"a.>", "a.b.c", true},
		{"a.>", "a", false},
		{">", "a.b", true},
		{"a.*.>", "a.b", false},
		{"a.*.>", "a.b.c", true},
		{"news.article.*.bbc_com.0f", "news.article.en.bbc_com.0f", true},
		{"news.article.*.bbc_com.0f", "news.article.en.bbc_com.0f0", false},
	} {
		if got := Matches(test.filter, test.subject); got != test.want {
			t.Errorf("%s on %s: %v, want %v", test.subject, test.filter, got, test.want)
		}
	}
}
