package date_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/feed/date"
)

// form is a row of testdata/forms.tsv.
type form struct{ in, language, want, flags, source string }

func readForms(t *testing.T, file string) []form {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var forms []form
	for line := range strings.Lines(string(data)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		columns := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(columns) != 5 {
			t.Fatalf("%d columns: %q", len(columns), line)
		}
		forms = append(forms, form{columns[0], columns[1], columns[2], columns[3], columns[4]})
	}
	return forms
}

// show writes a date so that one string holds all that a test wants to know:
// no time of day or no offset where none was read.
func show(d date.Date, ok bool) string {
	if !ok {
		return "unknown"
	}
	layout := time.DateOnly
	if d.HasTime {
		layout += "T15:04:05.999999999"
	}
	if d.HasZone {
		layout += "Z07:00"
	}
	return d.Time.Format(layout)
}

// flags lists what a date is not sure of.
func flags(d date.Date) string {
	var list []string
	for _, f := range []struct {
		set  bool
		name string
	}{
		{d.Ambiguous, "ambiguous"},
		{d.UnknownZone, "unknown-zone"},
		{d.AmbiguousZone, "ambiguous-zone"},
		{d.Implausible, "implausible"},
	} {
		if f.set {
			list = append(list, f.name)
		}
	}
	return strings.Join(list, ",")
}

// TestForms reads the table of real forms and says what share is read.
func TestForms(t *testing.T) {
	right, unread, dates := 0, 0, 0
	forms := readForms(t, "testdata/forms.tsv")
	for _, f := range forms {
		if f.want != "unknown" {
			dates++
		}
		t.Run(f.in+" "+f.language, func(t *testing.T) {
			d, ok := date.ParseIn(f.in, f.language)
			got := show(d, ok)
			switch {
			case got != f.want:
				t.Errorf("got %s, want %s (%s)", got, f.want, f.source)
			case flags(d) != f.flags:
				t.Errorf("flags %q, want %q (%s)", flags(d), f.flags, f.source)
			default:
				right++
			}
			if !ok && f.want != "unknown" {
				unread++
			}
			if d.Raw != f.in {
				t.Errorf("Raw is %q", d.Raw)
			}
		})
	}
	t.Logf("%d rows, %d of them dates: %.1f %% right, %d dates unread", len(forms), dates, 100*float64(right)/float64(len(forms)), unread)
	if len(forms) < 400 {
		t.Errorf("%d rows", len(forms))
	}
}

// TestLocales reads what programs write in the locales of the world. None may
// be read wrong without a flag.
func TestLocales(t *testing.T) {
	right, unread := 0, 0
	forms := readForms(t, "testdata/locales.tsv")
	for _, f := range forms {
		d, ok := date.ParseIn(f.in, f.language)
		switch got := show(d, ok); {
		case got == f.want:
			right++
		case !ok:
			unread++
			t.Logf("unread: %s (%s %s)", f.in, f.source, f.language)
		case flags(d) == "":
			t.Errorf("%s %q: got %s, want %s (%s)", f.language, f.in, got, f.want, f.source)
		default:
			t.Logf("flagged: %s (%s %s): %s, %s", f.in, f.source, f.language, got, flags(d))
		}
	}
	share := 100 * float64(right) / float64(len(forms))
	t.Logf("%d rows: %.1f %% right, %d unread", len(forms), share, unread)
	if share < 97 {
		t.Errorf("%.1f %% right", share)
	}
}

// TestLocalesUnknown reads the same without the languages: what is then wrong
// must be flagged too.
func TestLocalesUnknown(t *testing.T) {
	for _, f := range readForms(t, "testdata/locales.tsv") {
		if d, ok := date.Parse(f.in); ok && show(d, ok) != f.want && flags(d) == "" {
			t.Errorf("%q: got %s, want %s (%s %s)", f.in, show(d, ok), f.want, f.source, f.language)
		}
	}
}
