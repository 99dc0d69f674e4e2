package dump_test

import (
	"io"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/services/enricher/kb"
	"github.com/dateline-news/dateline/services/enricher/kb/dump"
)

func TestRows(t *testing.T) {
	const ana = "Q7 person Ann Zork ,,,0\n"
	for _, test := range []struct {
		name, in, want string
		malformed      int
	}{
		{"row", "Ann Zork\tQ7\tperson", ana, 0},
		{"line ends of Windows", "Ann Zork\tQ7\tperson\r\n", ana, 0},
		{"spaces about the name", "# x\n \tQ7\tperson\nAnn Zork \tQ7\tperson", ana, 1},
		{"comment between", "Ann Zork\tQ7\tperson\n# x\nA. Zork\tQ7\tperson\n", "Q7 person Ann Zork|A. Zork ,,,0\n", 0},
		{"broken row between", "Ann Zork\tQ7\tperson\nx\nA. Zork\tQ7\tperson\n", "Q7 person Ann Zork|A. Zork ,,,0\n", 1},
		{"apart are two", "Ann Zork\tQ7\tperson\nBo Zork\tQ8\tperson\nAnn Zork\tQ7\tperson\n", ana + "Q8 person Bo Zork ,,,0\n" + ana, 0},
		{"country in small letters", "Zork Town\tQ7\tcity\tpe\t12", "Q7 city Zork Town PE,,,12\n", 0},
		{"country of three", "Zork Town\tQ7\tcity\tPER", "", 1},
		{"country of digits", "Zork Town\tQ7\tcity\t12", "", 1},
		{"no item", "Ann Zork", "", 1},
		{"item of zero", "Ann Zork\tQ0\tperson", "", 1},
		{"item with zero before", "Ann Zork\tQ07\tperson", "", 1},
		{"item with a sign", "Ann Zork\tQ+7\tperson", "", 1},
		{"item too large", "Ann Zork\tQ4294967296\tperson", "", 1},
		{"no type", "Ann Zork\tQ7", "", 1},
		{"other type", "Ann Zork\tQ7\tzork", "", 1},
		{"prior below zero", "Ann Zork\tQ7\tperson\t\t-1", "", 1},
		{"prior of no number", "Ann Zork\tQ7\tperson\t\tNaN", "", 1},
		{"prior without end", "Ann Zork\tQ7\tperson\t\tInf", "", 1},
		{"long name", strings.Repeat("z", kb.MaxName+1) + "\tQ7\tperson", "", 1},
		{"name that is no text", "\xff\tQ7\tperson", "", 1},
		{"only a comment", "# x", "", 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, counts := read(t, test.in, options())
			if got != test.want || counts.Malformed != test.malformed || counts.Kept != strings.Count(test.want, "\n") {
				t.Errorf("got %q, %+v, want %q", got, counts, test.want)
			}
			if (counts.First != nil) != (test.malformed > 0) {
				t.Errorf("first is %v", counts.First)
			}
		})
	}
}

func TestDecompressShort(t *testing.T) {
	for _, test := range []struct {
		in string
		ok bool
	}{{"", true}, {"B", true}, {"BZ", true}, {"\x1f", true}, {"plain", true}, {"\x1f\x8b", false}, {"BZhx", false}} {
		r, err := dump.Decompress(strings.NewReader(test.in))
		var got []byte
		if err == nil {
			got, err = io.ReadAll(r)
			r.Close()
		}
		if (err == nil) != test.ok || test.ok && string(got) != test.in {
			t.Errorf("%q: got %q, %v", test.in, got, err)
		}
	}
}
