package boot

import (
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"strings"

	"github.com/alecthomas/kong"
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
	settings := &file{}
	options = append([]kong.Option{
		kong.Name(name),
		kong.Description(help),
		kong.DefaultEnvars("DATELINE"),
		kong.Configuration(settings.load),
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
		return ctx, false, ConfigError(explain(settings.locate(err), strings.TrimSpace(name)))
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
