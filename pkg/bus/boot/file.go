package boot

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
	"go.yaml.in/yaml/v3"
)

// maxConfig bounds a configuration file.
const maxConfig = 1 << 20

// file is the settings of a configuration file, and where in it they stand.
type file struct {
	name     string
	settings map[string]setting
	used     map[string]bool // those that neither a flag nor the environment has
}

type setting struct {
	line, column int
	value        any
}

// load reads a configuration file in YAML.
func (f *file) load(r io.Reader) (kong.Resolver, error) {
	f.name, f.settings, f.used = "configuration file", map[string]setting{}, map[string]bool{}
	if named, ok := r.(interface{ Name() string }); ok {
		f.name = named.Name()
	}
	data, err := io.ReadAll(io.LimitReader(r, maxConfig+1))
	if err != nil {
		return nil, fmt.Errorf("read: %w", err)
	}
	if len(data) > maxConfig {
		return nil, fmt.Errorf("%s: the file is above %d bytes", f.name, maxConfig)
	}
	var document yaml.Node
	if err := yaml.Unmarshal(data, &document); err != nil {
		return nil, f.syntax(err)
	}
	if len(document.Content) == 0 || document.Content[0].Tag == "!!null" {
		return f, nil
	}
	return f, f.read(document.Content[0])
}

// syntax says where a file is none of YAML.
func (f *file) syntax(err error) error {
	text := strings.TrimPrefix(strings.ReplaceAll(err.Error(), "\n", " "), "yaml: ")
	if strings.Contains(text, "unknown anchor") { // which repeats what may be a password
		text = "a value that begins with * stands in quotes"
	}
	line := 0
	if _, err := fmt.Sscanf(text, "line %d:", &line); err != nil {
		return fmt.Errorf("%s: %s", f.name, text)
	}
	_, text, _ = strings.Cut(text, ": ")
	return fmt.Errorf("%s:%d: %s", f.name, line, text)
}

// read takes in the settings of the file's one mapping.
func (f *file) read(root *yaml.Node) error {
	if root.Kind != yaml.MappingNode {
		return fmt.Errorf("%s:%d:%d: want settings, one a line: NAME: VALUE", f.name, root.Line, root.Column)
	}
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, value := root.Content[i], root.Content[i+1]
		s := setting{line: key.Line, column: key.Column}
		if first, ok := f.settings[key.Value]; ok {
			return fmt.Errorf("%s: %s is there already, in line %d", f.at(s), line(key.Value), first.line)
		}
		if err := value.Decode(&s.value); err != nil {
			return f.syntax(err)
		}
		f.settings[key.Value] = s
	}
	return nil
}

// line is a name as part of one line.
func line(name string) string { return strings.Join(strings.Fields(name), " ") }

// at is where a setting stands.
func (f *file) at(s setting) string { return fmt.Sprintf("%s:%d:%d", f.name, s.line, s.column) }

// Validate refuses settings that no flag has.
func (f *file) Validate(app *kong.Application) error {
	known := map[string]bool{}
	for _, flags := range app.AllFlags(false) {
		for _, flag := range flags {
			known[flag.Name] = true
		}
	}
	collect(app.Node, known)
	var unknown []string
	for _, name := range slices.Sorted(maps.Keys(f.settings)) {
		if !known[name] {
			unknown = append(unknown, fmt.Sprintf("%s: no such setting: %s%s", f.at(f.settings[name]), line(name), suggestion(name, known)))
		}
	}
	if len(unknown) > 0 {
		return fmt.Errorf("%s", strings.Join(unknown, "; "))
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
func (f *file) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	for _, env := range flag.Tag.Envs {
		if _, ok := os.LookupEnv(env); ok {
			return nil, nil
		}
	}
	s, ok := f.settings[flag.Name]
	if !ok {
		return nil, nil
	}
	f.used[flag.Name] = true
	switch value := s.value.(type) {
	case map[string]any:
		return value, flat(flag, value)
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

// flat refuses settings below one that has a value, or values, of its own. Its error
// does not repeat them: one may be a password.
func flat(flag *kong.Flag, values map[string]any) error {
	if !flag.IsMap() {
		return errors.New("want a value, and no settings below it")
	}
	for name, value := range values {
		switch value.(type) {
		case map[string]any, []any:
			return fmt.Errorf("want a value for %s, and no settings below it", name)
		}
	}
	return nil
}

// locate says of an error of a flag that has its value from the file where that is.
func (f *file) locate(err error) error {
	name, _, ok := strings.Cut(strings.TrimPrefix(err.Error(), "--"), ": ")
	if !ok || !f.used[name] {
		return err
	}
	return fmt.Errorf("%s: %w", f.at(f.settings[name]), err)
}

// suggestion is the setting that was probably meant, as the end of a message; empty
// when none is near.
func suggestion(name string, known map[string]bool) string {
	best, nearest := "", 1+len(name)/3
	for _, other := range slices.Sorted(maps.Keys(known)) {
		if d := distance(name, other); d < nearest {
			best, nearest = other, d
		}
	}
	if best == "" {
		return ""
	}
	return " (did you mean " + best + "?)"
}

// distance is how many letters of a must be added, left out or changed to have b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := before
			if a[i] != b[j] {
				change++
			}
			before = row[j+1]
			row[j+1] = min(change, row[j]+1, before+1)
		}
	}
	return row[len(b)]
}
