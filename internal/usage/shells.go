package usage

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

// Shells are those that Complete knows.
func Shells() []string { return []string{"bash", "zsh", "fish"} }

// Complete writes the completions of a program for a shell: commands, flags, and the values of those that
// have few. Where it knows nothing, the shell goes on with names of files.
func Complete(w io.Writer, shell, program string, all []Command) error {
	write, ok := map[string]func(*bytes.Buffer, string, []Command){"bash": bash, "zsh": zsh, "fish": fish}[shell]
	if !ok {
		return fmt.Errorf("no completions for %.40q", shell)
	}
	var b bytes.Buffer
	write(&b, program, all)
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("completions: %w", err)
	}
	return nil
}

// function is the name of a program as shells want a function's.
func function(program string) string { return "_" + strings.ReplaceAll(program, "-", "_") }

// quote makes a text one word of any of the shells.
func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

// key is a command's path, or a path and a flag of it, as scripts compare it.
func key(path []string, more ...string) string {
	return quote(strings.Join(append(append([]string{}, path...), more...), " "))
}

// paths writes the patterns of a case that knows all groups and commands but the program itself.
func paths(all []Command) string {
	var known []string
	for _, c := range all[1:] {
		known = append(known, key(c.Path))
	}
	return strings.Join(known, "|")
}

// bash writes a function that finds which command is typed, and offers its words.
func bash(b *bytes.Buffer, program string, all []Command) {
	f := function(program)
	fmt.Fprintf(b, "# Completions of %s for bash: source this file, or put it into /etc/bash_completion.d.\n", program)
	fmt.Fprintf(b, "%s() {\n", f)
	b.WriteString("\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command= word words\n")
	// Bash takes = for a word of its own: --format=js is three words.
	b.WriteString("\tif [[ $cur == = ]]; then cur=; elif [[ $prev == = ]]; then prev=${COMP_WORDS[COMP_CWORD-2]}; fi\n")
	b.WriteString("\tfor word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n")
	fmt.Fprintf(b, "\t\tcase \"${command:+$command }$word\" in %s) command=\"${command:+$command }$word\" ;; esac\n", paths(all))
	b.WriteString("\tdone\n\tcase \"${command:+$command }$prev\" in\n")
	eachValued(all, func(c Command, w Word) {
		fmt.Fprintf(b, "\t%s) COMPREPLY=($(compgen -W %s -- \"$cur\")); return ;;\n", key(c.Path, w.Text), quote(strings.Join(w.Values, " ")))
	})
	b.WriteString("\tesac\n\tcase $command in\n")
	for _, c := range all {
		var words []string
		for _, w := range c.words() {
			words = append(words, w.Text)
		}
		fmt.Fprintf(b, "\t%s) words=%s ;;\n", key(c.Path), quote(strings.Join(words, " ")))
	}
	b.WriteString("\tesac\n\tCOMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n}\n")
	fmt.Fprintf(b, "complete -o default -F %s %s\n", f, program)
}

// eachValued calls f with each flag that takes a value, its values or none.
func eachValued(all []Command, f func(Command, Word)) {
	for _, c := range all {
		for _, w := range c.Flags {
			if w.Takes != "" {
				f(c, w)
			}
		}
	}
}

// zsh writes the same with a description of each word.
func zsh(b *bytes.Buffer, program string, all []Command) {
	f := function(program)
	fmt.Fprintf(b, "#compdef %s\n# Completions of %s for zsh: put this file as %s into a folder of $fpath.\n", program, program, f)
	fmt.Fprintf(b, "%s() {\n\tlocal command= word\n\tlocal -a words_here\n", f)
	b.WriteString("\tfor word in \"${(@)words[2,CURRENT-1]}\"; do\n")
	fmt.Fprintf(b, "\t\tcase \"${command:+$command }$word\" in %s) command=\"${command:+$command }$word\" ;; esac\n", paths(all))
	b.WriteString("\tdone\n\tcase \"${command:+$command }${words[CURRENT-1]}\" in\n")
	eachValued(all, func(c Command, w Word) {
		if len(w.Values) == 0 {
			fmt.Fprintf(b, "\t%s) _files; return ;;\n", key(c.Path, w.Text))
			return
		}
		fmt.Fprintf(b, "\t%s) compadd -- %s; return ;;\n", key(c.Path, w.Text), strings.Join(w.Values, " "))
	})
	b.WriteString("\tesac\n\tcase $command in\n")
	for _, c := range all {
		fmt.Fprintf(b, "\t%s) words_here=(\n", key(c.Path))
		for _, w := range c.words() {
			fmt.Fprintf(b, "\t\t%s\n", quote(strings.ReplaceAll(w.Text, ":", `\:`)+":"+w.Help))
		}
		b.WriteString("\t) ;;\n")
	}
	fmt.Fprintf(b, "\tesac\n\t_describe %s words_here || _files\n}\n%s \"$@\"\n", program, f)
}

// fish writes a line for each word, with the command that it belongs to as its condition.
func fish(b *bytes.Buffer, program string, all []Command) {
	f := "_" + function(program)
	fmt.Fprintf(b, "# Completions of %s for fish: put this file into ~/.config/fish/completions.\n", program)
	fmt.Fprintf(b, "function %s\n\tset -l command\n\tfor word in (commandline -opc)[2..]\n", f)
	fmt.Fprintf(b, "\t\tif contains -- (string join ' ' $command $word) %s\n\t\t\tset -a command $word\n\t\tend\n\tend\n", strings.ReplaceAll(paths(all), "'|'", "' '"))
	b.WriteString("\ttest \"$command\" = \"$argv[1]\"\nend\n")
	for _, c := range all {
		condition := fmt.Sprintf("complete -c %s -n %s", program, fishQuote(f+" "+fishQuote(strings.Join(c.Path, " "))))
		for _, w := range c.words() {
			fmt.Fprintf(b, "%s %s -d %s\n", condition, fishWord(w), fishQuote(w.Help))
		}
	}
}

// fishWord is a word as options of fish's complete.
func fishWord(w Word) string {
	var option string
	switch {
	case strings.HasPrefix(w.Text, "--"):
		option = "-l " + w.Text[2:]
	case strings.HasPrefix(w.Text, "-"):
		option = "-s " + w.Text[1:]
	default:
		return "-f -a " + fishQuote(w.Text)
	}
	if len(w.Values) > 0 {
		return option + " -x -a " + fishQuote(strings.Join(w.Values, " "))
	}
	if w.Takes != "" {
		option += " -r"
	}
	return option
}

// fishQuote makes a text one word of fish, which escapes within quotes.
func fishQuote(text string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(text) + "'"
}
