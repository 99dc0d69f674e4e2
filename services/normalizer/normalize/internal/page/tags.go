package page

import "golang.org/x/net/html/atom"

// isRaw reports whether the text of an element is none to read.
func isRaw(tag atom.Atom) bool {
	switch tag {
	case atom.Iframe, atom.Noembed, atom.Noframes, atom.Noscript, atom.Style, atom.Textarea, atom.Xmp:
		return true
	}
	return false
}

// isBlock reports whether an element parts paragraphs.
func isBlock(tag atom.Atom) bool {
	switch tag {
	case atom.Address, atom.Article, atom.Aside, atom.Blockquote, atom.Body, atom.Center, atom.Dd, atom.Details,
		atom.Dir, atom.Div, atom.Dl, atom.Dt, atom.Fieldset, atom.Figure, atom.Footer, atom.H1, atom.H2, atom.H3,
		atom.H4, atom.H5, atom.H6, atom.Header, atom.Hgroup, atom.Hr, atom.Html, atom.Legend, atom.Li, atom.Main,
		atom.Menu, atom.Ol, atom.P, atom.Pre, atom.Section, atom.Summary, atom.Table, atom.Tbody, atom.Tfoot,
		atom.Thead, atom.Tr, atom.Ul, atom.Caption, atom.Dialog, atom.Figcaption, atom.Form, atom.Nav, atom.Title,
		atom.Td, atom.Th:
		return true
	}
	return false
}

// isInline reports whether an element is one that formats words.
func isInline(tag atom.Atom) bool {
	switch tag {
	case atom.A, atom.Abbr, atom.B, atom.Big, atom.Cite, atom.Code, atom.Em, atom.Font, atom.I, atom.Q,
		atom.S, atom.Small, atom.Span, atom.Strike, atom.Strong, atom.Sub, atom.Sup, atom.Time, atom.Tt, atom.U:
		return true
	}
	return false
}

// isFence reports whether an end tag within an element ends nothing outside of it.
func isFence(tag atom.Atom) bool {
	switch tag {
	case atom.Td, atom.Th, atom.Table, atom.Template, atom.Svg:
		return true
	}
	return false
}

// isOfTable reports whether an element is a part of a table.
func isOfTable(tag atom.Atom) bool {
	switch tag {
	case atom.Table, atom.Tbody, atom.Thead, atom.Tfoot, atom.Tr, atom.Td, atom.Th, atom.Body, atom.Html, atom.Template, atom.Svg:
		return true
	}
	return false
}

// isSilent reports whether an element holds no text of an article.
func isSilent(tag atom.Atom) bool {
	switch tag {
	case atom.Audio, atom.Button, atom.Canvas, atom.Datalist, atom.Dialog, atom.Embed, atom.Head, atom.Iframe, atom.Input,
		atom.Label, atom.Map, atom.Noscript, atom.Object, atom.Script, atom.Select, atom.Style, atom.Svg,
		atom.Template, atom.Textarea, atom.Title, atom.Video:
		return true
	}
	return isRaw(tag)
}

// isHeading reports whether an element is a heading, and of which rank.
func headingRank(tag atom.Atom) int {
	switch tag {
	case atom.H1:
		return 1
	case atom.H2:
		return 2
	case atom.H3:
		return 3
	case atom.H4:
		return 4
	case atom.H5, atom.H6:
		return 5
	}
	return 0
}
