package main

import (
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// commands are the names of all commands with their groups, in the order of the
// help.
func commands(node *kong.Node, path ...string) [][]string {
	all := [][]string{path}
	for _, child := range node.Children {
		all = append(all, commands(child, append(path[:len(path):len(path)], child.Name)...)...)
	}
	return all
}

// TestHelp holds every command, flag, default and environment variable fixed:
// they are a contract with people and programs.
func TestHelp(t *testing.T) {
	t.Setenv("COLUMNS", "100")
	parser, err := kong.New(new(grammar), kong.Vars{"version": ""})
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, command := range commands(parser.Model.Node) {
		r := runProgram(t.Context(), append(command, "--help")...)
		if r.code != 0 || r.stderr != "" {
			t.Errorf("dateline %s --help: exit code %d: %s", strings.Join(command, " "), r.code, r.stderr)
		}
		all.WriteString("$ " + strings.Join(append([]string{"dateline"}, append(command, "--help")...), " ") + "\n" + r.out + "\n")
	}
	golden(t, "help.golden", all.String())
}

func TestExitCodes(t *testing.T) {
	t.Parallel()
	unreachable := []string{"--nats", "nats://127.0.0.1:1"}
	for name, test := range map[string]struct {
		args []string
		code int
		want string
	}{
		"no command":      {nil, 2, "expected one of"},
		"unknown command": {[]string{"tial"}, 2, "unexpected argument tial"},
		"unknown flag":    {[]string{"status", "--look"}, 2, "unknown flag --look"},
		"wrong enum":      {[]string{"tail", "articels"}, 2, "must be one of"},
		"wrong time":      {[]string{"tail", "--since", "noon"}, 2, "want a time ago such as 1h or 7d"},
		"wrong size":      {[]string{"setup", "--store", "10GB"}, 2, "want a size such as 10GiB"},
		"wrong rate":      {[]string{"replay", "items", "--rate", "0/s"}, 2, "want messages a second"},
		"wrong root":      {append([]string{"status", "--root", "a.b"}, unreachable...), 2, "a root is one token"},
		"unreachable":     {append([]string{"status"}, unreachable...), 3, "no NATS server answers at nats://127.0.0.1:1"},
	} {
		t.Run(name, func(t *testing.T) {
			runProgram(t.Context(), test.args...).fails(t, test.code, test.want)
		})
	}
}

func TestCommandsWithoutSetup(t *testing.T) {
	t.Parallel()
	bed := emptyTestbed(t)
	for _, command := range []string{
		"status", "feeds ls", "feeds add https://example.org/feed.xml", "tail --since 1h --no-follow",
		"replay items", "dead ls", "dead show 1", "dead retry --all", "get https://example.org/1 --revisions",
	} {
		t.Run(command, func(t *testing.T) {
			r := bed.run(strings.Fields(command)...)
			if r.code != 1 || !strings.Contains(r.stderr, "not set up; run: dateline setup") {
				t.Errorf("exit code %d: %s", r.code, r.stderr)
			}
		})
	}
}
