package usage

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// Exit is an exit code and what it means.
type Exit struct {
	Code    int
	Meaning string
}

// Book is what the manual pages of a program have in common.
type Book struct {
	Program string
	Version string
	Exits   []Exit
	All     []Command
}

// Page is the name of the page of a command, such as dateline-feeds-add.
func (book Book) Page(c Command) string {
	return strings.Join(append([]string{book.Program}, c.Path...), "-")
}

// Man is the manual page of a command, section 1, in the macros of man(7).
func (book Book) Man(c Command) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, ".TH %s 1 \"\" %s\n", roff(strings.ToUpper(book.Page(c))), roffQuote(book.Program+" "+book.Version))
	fmt.Fprintf(&b, ".SH NAME\n%s \\- %s\n", roff(book.Page(c)), roff(strings.TrimSuffix(c.Help, ".")))
	fmt.Fprintf(&b, ".SH SYNOPSIS\n.B %s\n", roff(c.Name(book.Program)))
	for _, a := range c.Arguments {
		fmt.Fprintf(&b, "%s\n", roff(a.Text))
	}
	if len(c.Commands) > 0 {
		b.WriteString("\\fIcommand\\fR\n")
	}
	b.WriteString("[\\fIflags\\fR]\n")
	section(&b, "COMMANDS", c.Commands)
	section(&b, "ARGUMENTS", c.Arguments)
	section(&b, "FLAGS", c.Flags)
	b.WriteString(".SH FILES AND ENVIRONMENT\nA flag wins over its variable, and that over the file of \\fB\\-\\-config\\fR, where a setting is named as its flag.\n")
	b.WriteString(".SH EXIT STATUS\n")
	for _, e := range book.Exits {
		fmt.Fprintf(&b, ".TP\n%d\n%s\n", e.Code, roff(e.Meaning))
	}
	book.seeAlso(&b, c)
	return b.Bytes()
}

func section(b *bytes.Buffer, name string, words []Word) {
	if len(words) == 0 {
		return
	}
	fmt.Fprintf(b, ".SH %s\n", name)
	for _, w := range words {
		title := `\fB` + roff(w.Text) + `\fR`
		if w.Takes != "" {
			title += `=\fI` + roff(strings.Trim(w.Takes, `"`)) + `\fR`
		}
		text := w.Help
		if len(w.Values) > 0 && !strings.Contains(text, w.Values[0]) {
			text += " One of: " + strings.Join(w.Values, ", ") + "."
		}
		if w.Env != "" {
			text += " ($" + w.Env + ")"
		}
		fmt.Fprintf(b, ".TP\n%s\n%s\n", title, roff(text))
	}
}

// seeAlso names the page above, and those below.
func (book Book) seeAlso(b *bytes.Buffer, c Command) {
	var pages []string
	for _, other := range book.All {
		above := len(c.Path) > 0 && slices.Equal(other.Path, c.Path[:len(c.Path)-1])
		below := len(other.Path) == len(c.Path)+1 && slices.Equal(other.Path[:len(c.Path)], c.Path)
		if above || below {
			pages = append(pages, `\fB`+roff(book.Page(other))+`\fR(1)`)
		}
	}
	if len(pages) > 0 {
		fmt.Fprintf(b, ".SH SEE ALSO\n%s\n", strings.Join(pages, ",\n"))
	}
}

// roff escapes a text: no part of it is a macro or an escape.
func roff(text string) string {
	text = strings.NewReplacer(`\`, `\e`, "-", `\-`, "\n", " ").Replace(text)
	if strings.HasPrefix(text, ".") || strings.HasPrefix(text, "'") {
		text = `\&` + text
	}
	return text
}

func roffQuote(text string) string { return `"` + strings.ReplaceAll(roff(text), `"`, `\(dq`) + `"` }
