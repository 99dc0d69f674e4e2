package boot

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
	"go.yaml.in/yaml/v3"
)

// Parse reads a program's flags, its environment (DATELINE_<FLAG>) and its
// configuration file into grammar; a flag wins over the environment, and that
// over the file. exit says that the program was asked for its help or version,
// which has been printed.
func Parse(name, help string, grammar any, args []string, stdout io.Writer) (exit bool, err error) {
	_, exit, err = ParseCommand(name, help, grammar, args, stdout)
	return exit, err
}

// ParseCommand is Parse for a program with commands; the context tells which
// was chosen.
func ParseCommand(name, help string, grammar any, args []string, stdout io.Writer, options ...kong.Option) (ctx *kong.Context, exit bool, err error) {
	options = append([]kong.Option{
		kong.Name(name),
		kong.Description(help),
		kong.DefaultEnvars("DATELINE"),
		kong.Configuration(loadYAML),
		kong.Writers(stdout, stdout),
		kong.Exit(func(int) { exit = true }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Vars{"version": Version()},
	}, options...)
	parser, err := kong.New(grammar, options...)
	if err != nil {
		return nil, false, fmt.Errorf("%s: %w", name, err)
	}
	ctx, err = parser.Parse(args)
	if exit {
		return ctx, true, nil
	}
	if err != nil {
		return ctx, false, ConfigError(explain(err, strings.TrimSpace(name)))
	}
	return ctx, false, nil
}

// explain says where to read more. What was given in the place of NAME=VALUE is
// not repeated: it may be a password.
func explain(err error, name string) error {
	const want = `expected "<key>=<value>"`
	if flag, _, ok := strings.Cut(err.Error(), want); ok {
		err = errors.New(flag + "want NAME=VALUE")
	} else if !errors.As(err, new(*kong.ParseError)) {
		return err
	}
	return fmt.Errorf("%w (see %s --help)", err, name)
}

// VersionFlag prints the program's version.
type VersionFlag bool

// BeforeReset is called by kong when the flag is set.
func (v VersionFlag) BeforeReset(app *kong.Kong, vars kong.Vars) error {
	fmt.Fprintln(app.Stdout, vars["version"])
	app.Exit(0)
	return nil
}

// version is set by the linker in releases.
var version = ""

// Version is the version of the program.
func Version() string {
	if version != "" {
		return version
	}
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}

// maxConfig bounds a configuration file.
const maxConfig = 1 << 20

// loadYAML reads a configuration file. A setting that no flag has is an error.
func loadYAML(r io.Reader) (kong.Resolver, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxConfig+1))
	if err != nil {
		return nil, fmt.Errorf("read: %w", err)
	}
	if len(data) > maxConfig {
		return nil, fmt.Errorf("the file is above %d bytes", maxConfig)
	}
	settings := map[string]any{}
	if err := yaml.Unmarshal(data, &settings); err != nil {
		return nil, fmt.Errorf("%s", strings.ReplaceAll(err.Error(), "\n", " "))
	}
	return file(settings), nil
}

// file is the settings of a configuration file.
type file map[string]any

// Validate refuses settings that no flag has.
func (f file) Validate(app *kong.Application) error {
	known := map[string]bool{}
	for _, flags := range app.AllFlags(false) {
		for _, flag := range flags {
			known[flag.Name] = true
		}
	}
	collect(app.Node, known)
	var unknown []string
	for name := range f {
		if !known[name] {
			unknown = append(unknown, name)
		}
	}
	slices.Sort(unknown)
	if len(unknown) > 0 {
		return fmt.Errorf("configuration file: no such setting: %s", strings.Join(unknown, ", "))
	}
	return nil
}

func collect(n *kong.Node, known map[string]bool) {
	for _, flag := range n.Flags {
		known[flag.Name] = true
	}
	for _, child := range n.Children {
		collect(child, known)
	}
}

// Resolve gives a flag its value from the file, unless the environment has one.
func (f file) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	for _, env := range flag.Tag.Envs {
		if _, ok := os.LookupEnv(env); ok {
			return nil, nil
		}
	}
	value, ok := f[flag.Name]
	if !ok {
		return nil, nil
	}
	switch value := value.(type) {
	case map[string]any:
		return value, nil
	case []any:
		text := make([]string, len(value))
		for i, v := range value {
			text[i] = fmt.Sprint(v)
		}
		return strings.Join(text, ","), nil
	default:
		return fmt.Sprint(value), nil
	}
}
