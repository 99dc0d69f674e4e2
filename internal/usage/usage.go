// Package usage writes what shells and `man` want to know of a program's command line, from the same model
// that its --help is made of.
package usage

import (
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// Command is a command, or a group of them, as a person types it.
type Command struct {
	Path      []string // without the program: "feeds", "add"
	Help      string
	Arguments []Word
	Flags     []Word
	Commands  []Word // what may come next
}

// Word is one thing that may be typed.
type Word struct {
	Text    string // "--format", "-q", "add" or the name of an argument
	Help    string
	Takes   string   // what the value of a flag is called; empty for a switch
	Values  []string // all that the value may be, when those are few
	Default string
	Env     string
}

// Name is the command as it is typed, the program's name first.
func (c Command) Name(program string) string {
	return strings.Join(append([]string{program}, c.Path...), " ")
}

// Commands are all commands of a program in the order of its help, itself first. What help does not show
// is left out.
func Commands(app *kong.Application) []Command { return commands(app.Node, nil) }

func commands(node *kong.Node, path []string) []Command {
	c := Command{Path: path, Help: node.Help}
	for _, a := range node.Positional {
		c.Arguments = append(c.Arguments, Word{Text: a.Summary(), Help: a.Help, Values: values(a), Default: a.Default})
	}
	for _, group := range node.AllFlags(true) {
		for _, f := range group {
			c.Flags = append(c.Flags, flag(f)...)
		}
	}
	all := []Command{}
	for _, child := range node.Children {
		if child.Hidden {
			continue
		}
		c.Commands = append(c.Commands, Word{Text: child.Name, Help: child.Help})
		all = append(all, commands(child, append(slices.Clone(path), child.Name))...)
	}
	return append([]Command{c}, all...)
}

// flag is a flag in all the ways that it may be written.
func flag(f *kong.Flag) []Word {
	w := Word{Text: "--" + f.Name, Help: f.Help, Values: values(f.Value), Default: f.Default}
	if len(f.Envs) > 0 {
		w.Env = f.Envs[0]
	}
	if !f.IsBool() && !f.IsCounter() {
		w.Takes = f.FormatPlaceHolder()
	}
	all := []Word{w}
	if f.Tag.Negatable == "_" { // negatable, in kong's words
		all = append(all, Word{Text: "--no-" + f.Name, Help: "Not: " + f.Help})
	}
	if f.Short != 0 {
		short := w
		short.Text = "-" + string(f.Short)
		all = append(all, short)
	}
	return all
}

func values(v *kong.Value) []string {
	return slices.DeleteFunc(v.EnumSlice(), func(s string) bool { return s == "" })
}

// words are what may be typed after a command: commands, the values of its arguments, and flags.
func (c Command) words() []Word {
	all := slices.Clone(c.Commands)
	for _, a := range c.Arguments {
		for _, value := range a.Values {
			all = append(all, Word{Text: value, Help: a.Help})
		}
	}
	return append(all, c.Flags...)
}
