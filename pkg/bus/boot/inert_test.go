package boot_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"go.uber.org/zap"

	"github.com/dateline-news/dateline/pkg/bus/boot"
)

func TestInert(t *testing.T) {
	for name, test := range map[string]struct{ in, want string }{
		"plain":            {"{\"msg\":\"Österreich – 東京\"}\n\tat x\n", "{\"msg\":\"Österreich – 東京\"}\n\tat x\n"},
		"colour":           {"a\x1b[31mb\n", `a\u001b[31mb` + "\n"},
		"carriage return":  {"a\rb", `a\u000db`},
		"C1":               {"a\u009b2Jb", `a\u009b2Jb`},
		"DEL":              {"a\x7fb", `a\u007fb`},
		"override":         {"é\u202eb", `é\u202eb`},
		"lines":            {"a\u2028b\u0085c", `a\u2028b\u0085c`},
		"not UTF-8":        {"a\x9bb", "a\ufffdb"},
		"after a long way": {strings.Repeat("é", 1000) + "\x07", strings.Repeat("é", 1000) + `\u0007`},
		"nothing":          {"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			n, err := boot.Inert(&out).Write([]byte(test.in))
			if n != len(test.in) || err != nil || out.String() != test.want {
				t.Errorf("%d, %v: got %q, want %q", n, err, out.String(), test.want)
			}
		})
	}
	if _, err := boot.Inert(failing{}).Write([]byte("\x1b")); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("got %v", err)
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

// FuzzLog holds that an entry of a log is one line that cannot steer a terminal, in
// either format, and that its JSON says what was logged.
func FuzzLog(f *testing.F) {
	for _, text := range []string{"plain", "\x1b]0;owned\a", "a\r\n{\"level\":\"forged\"}", "\u009b2J\u202e\u2028\x7f", "\xff\x00", `\u001b"`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, format := range []string{"json", "text"} {
			var out bytes.Buffer
			log, err := boot.Log{LogLevel: "info", LogFormat: format}.New(&out)
			if err != nil {
				t.Fatal(err)
			}
			log.Named("stage").Warn("message", zap.String("url", text), zap.Error(errors.New(text)))
			line := strings.TrimSuffix(out.String(), "\n")
			if strings.ContainsFunc(strings.ReplaceAll(line, "\t", ""), func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) }) {
				t.Errorf("%s: %q", format, line)
			}
			if format != "json" {
				continue
			}
			var entry struct{ URL, Error string }
			if err := json.Unmarshal([]byte(line), &entry); err != nil || utf8.ValidString(text) && (entry.URL != text || entry.Error != text) {
				t.Errorf("%q says %+v, %v", line, entry, err)
			}
		}
	})
}
