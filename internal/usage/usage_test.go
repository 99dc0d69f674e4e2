package usage_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"github.com/dateline-news/dateline/internal/usage"
)

// grammar is a command line with one of each.
type grammar struct {
	Quiet bool `short:"q" help:"Say less."`

	Feeds struct {
		Add struct {
			URLs   []string `arg:"" name:"url" help:"Addresses."`
			Format string   `help:"How it's printed." enum:"text,json" default:"text"`
			Check  bool     `help:"Ask first." default:"true" negatable:""`
			Title  string   `help:"A \\ and 'quotes'." placeholder:"TEXT"`
		} `cmd:"" help:"Register feeds."`
		Ls struct{} `cmd:"" help:"List feeds."`
	} `cmd:"" help:"Add and list feeds."`
	Tail struct {
		Kind string `arg:"" help:".What to print." enum:"items,dead" default:"items"`
	} `cmd:"" help:"Print messages."`
	Secret struct{} `cmd:"" hidden:"" help:"For nobody."`
}

func commands(t *testing.T) []usage.Command {
	t.Helper()
	parser, err := kong.New(new(grammar), kong.Name("news"), kong.DefaultEnvars("NEWS"))
	if err != nil {
		t.Fatal(err)
	}
	return usage.Commands(parser.Model)
}

func texts(words []usage.Word) []string {
	var all []string
	for _, w := range words {
		all = append(all, w.Text)
	}
	return all
}

func TestCommands(t *testing.T) {
	all := commands(t)
	var names []string
	for _, c := range all {
		names = append(names, c.Name("news"))
	}
	if want := []string{"news", "news feeds", "news feeds add", "news feeds ls", "news tail"}; !slices.Equal(names, want) {
		t.Fatalf("got %q", names)
	}
	if got := texts(all[0].Commands); !slices.Equal(got, []string{"feeds", "tail"}) {
		t.Errorf("of the program: %q", got)
	}
	add := all[2]
	if got := texts(add.Flags); !slices.Equal(got, []string{"--help", "-h", "--quiet", "-q", "--format", "--check", "--no-check", "--title"}) {
		t.Errorf("flags of add: %q", got)
	}
	format := add.Flags[4]
	if !slices.Equal(format.Values, []string{"text", "json"}) || format.Takes == "" || format.Env != "NEWS_FEEDS_ADD_FORMAT" && format.Env != "NEWS_FORMAT" {
		t.Errorf("got %+v", format)
	}
	if add.Flags[2].Takes != "" || add.Flags[7].Takes != "TEXT" {
		t.Errorf("what flags take: %+v", add.Flags)
	}
	if got := all[4].Arguments; len(got) != 1 || !slices.Equal(got[0].Values, []string{"items", "dead"}) {
		t.Errorf("arguments of tail: %+v", got)
	}
}

func complete(t *testing.T, shell string) string {
	t.Helper()
	var b bytes.Buffer
	if err := usage.Complete(&b, shell, "news", commands(t)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Bash itself completes what is typed. The last word is the one that the cursor is at.
func TestBashCompletes(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no bash here")
	}
	script := filepath.Join(t.TempDir(), "news")
	if err := os.WriteFile(script, []byte(complete(t, "bash")), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		typed []string
		want  string
	}{
		"commands":               {[]string{""}, "feeds tail --help -h --quiet -q"},
		"a beginning":            {[]string{"t"}, "tail"},
		"commands of a group":    {[]string{"feeds", ""}, "add ls --help -h --quiet -q"},
		"flags":                  {[]string{"feeds", "add", "--c"}, "--check"},
		"after a value":          {[]string{"feeds", "add", "--title", "x", "--no"}, "--no-check"},
		"values of a flag":       {[]string{"feeds", "add", "--format", ""}, "text json"},
		"a value begun":          {[]string{"feeds", "add", "--format", "j"}, "json"},
		"after =":                {[]string{"feeds", "add", "--format", "="}, "text json"},
		"a value begun after =":  {[]string{"feeds", "add", "--format", "=", "te"}, "text"},
		"values of an argument":  {[]string{"tail", "d"}, "dead"},
		"a value that is a name": {[]string{"feeds", "add", "--title", ""}, ""},
		"no such word":           {[]string{"feeds", "add", "zzz"}, ""},
		"nothing that is hidden": {[]string{"se"}, ""},
		"a word of another":      {[]string{"feeds", "tail", "--f"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			run := `source "$1"; shift; COMP_WORDS=(news "$@"); COMP_CWORD=$#; _news; echo "${COMPREPLY[*]}"`
			out, err := exec.CommandContext(t.Context(), bash, append([]string{"--norc", "-euc", run, "bash", script}, test.typed...)...).CombinedOutput()
			var exit *exec.ExitError
			if err != nil && !errors.As(err, &exit) {
				t.Fatal(err)
			}
			if got := strings.TrimSpace(string(out)); got != test.want {
				t.Errorf("news %q: got %q, want %q", test.typed, got, test.want)
			}
		})
	}
}

// The other shells are asked whether they can read their script, where they are.
func TestShellsReadTheirScripts(t *testing.T) {
	for _, shell := range usage.Shells() {
		t.Run(shell, func(t *testing.T) {
			path, err := exec.LookPath(shell)
			if err != nil {
				t.Skip("not here")
			}
			script := filepath.Join(t.TempDir(), "script")
			if err := os.WriteFile(script, []byte(complete(t, shell)), 0o600); err != nil {
				t.Fatal(err)
			}
			if out, err := exec.CommandContext(t.Context(), path, "-n", script).CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}

func TestScriptsSayWhatIsThere(t *testing.T) {
	for shell, wants := range map[string][]string{
		"zsh": {
			"#compdef news\n", "'feeds add --format') compadd -- text json; return ;;", "'feeds add --title') _files; return ;;",
			`'--format:How it'\''s printed.'`, "'feeds:Add and list feeds.'",
		},
		"fish": {
			`complete -c news -n '__news \'\'' -f -a 'feeds' -d 'Add and list feeds.'`,
			`complete -c news -n '__news \'feeds add\'' -l format -x -a 'text json' -d 'How it\'s printed.'`,
			`complete -c news -n '__news \'feeds add\'' -l title -r -d 'A \\ and \'quotes\'.'`,
			`complete -c news -n '__news \'tail\'' -s q -d 'Say less.'`,
			`complete -c news -n '__news \'tail\'' -f -a 'dead' -d '.What to print.'`,
		},
	} {
		script := complete(t, shell)
		for _, want := range wants {
			if !strings.Contains(script, want) {
				t.Errorf("%s lacks %s in\n%s", shell, want, script)
			}
		}
		if strings.Contains(script, "secret") {
			t.Errorf("%s tells of what is hidden", shell)
		}
	}
	if err := usage.Complete(new(bytes.Buffer), "tcsh", "news", commands(t)); err == nil || !strings.Contains(err.Error(), "tcsh") {
		t.Errorf("another shell: %v", err)
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("full") }

func TestCompleteSaysThatItCannotWrite(t *testing.T) {
	if err := usage.Complete(broken{}, "bash", "news", commands(t)); err == nil || !strings.Contains(err.Error(), "full") {
		t.Errorf("got %v", err)
	}
}

func book(t *testing.T) usage.Book {
	t.Helper()
	return usage.Book{Program: "news", Version: "v1.2.3", All: commands(t), Exits: []usage.Exit{{Code: 0, Meaning: "Done."}, {Code: 2, Meaning: "-x is wrong."}}}
}

func TestMan(t *testing.T) {
	b := book(t)
	add, tail := string(b.Man(b.All[2])), string(b.Man(b.All[4]))
	for _, want := range []string{
		`.TH NEWS\-FEEDS\-ADD 1 "" "news v1.2.3"`, `news\-feeds\-add \- Register feeds` + "\n", ".B news feeds add\n<url> ...\n",
		`\fB\-\-format\fR=\fI`, `\fB\-\-no\-check\fR`, `\fB\-q\fR`, "One of: text, json.", `A \e and 'quotes'.`, ".TP\n2\n\\-x is wrong.",
		".SH SEE ALSO\n\\fBnews\\-feeds\\fR(1)\n",
	} {
		if !strings.Contains(add, want) {
			t.Errorf("want %s in\n%s", want, add)
		}
	}
	if !strings.Contains(tail, `\&.What to print.`) {
		t.Errorf("a text that begins with a dot is a macro in\n%s", tail)
	}
	if got := string(b.Man(b.All[0])); !strings.HasSuffix(got, "\\fBnews\\-feeds\\fR(1),\n\\fBnews\\-tail\\fR(1)\n") || !strings.Contains(got, ".SH COMMANDS\n.TP\n\\fBfeeds\\fR\n") {
		t.Errorf("the program's own page:\n%s", got)
	}
	if b.Page(b.All[2]) != "news-feeds-add" {
		t.Errorf("page %s", b.Page(b.All[2]))
	}
}

// Every line is text or one of the macros that we use, and groff warns of nothing.
func TestManIsWellFormed(t *testing.T) {
	b := book(t)
	for _, c := range b.All {
		page := b.Man(c)
		for line := range strings.Lines(string(page)) {
			macro, _, _ := strings.Cut(strings.TrimSpace(line), " ")
			if (line[0] == '.' || line[0] == '\'') && !slices.Contains([]string{".TH", ".SH", ".TP", ".B"}, macro) || strings.TrimSpace(line) == "" {
				t.Errorf("%s: line %q", b.Page(c), line)
			}
		}
		groff, err := exec.LookPath("groff")
		if err != nil {
			continue
		}
		cmd := exec.CommandContext(t.Context(), groff, "-man", "-ww", "-z", "-Kutf8")
		cmd.Stdin = bytes.NewReader(page)
		if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
			t.Errorf("%s: %v\n%s", b.Page(c), err, out)
		}
	}
}
