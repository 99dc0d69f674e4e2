// Package guard refuses documents that cost a parser more than they may, by
// their structure, before any parser sees them.
//
// A cap on bytes does not do it: 0.3 MB of nested namespace declarations keeps
// a parser busy for many seconds. A document that is merely damaged passes.
package guard

import (
	"bytes"
	"errors"
	"fmt"
)

// Limits bound the structure of a document; the tags of the fields are what the
// command line says of them. Start from DefaultLimits: a limit of 0 lets nothing
// of its kind through.
type Limits struct {
	Depth         int `help:"How deep elements may be nested." default:"64"`
	Attributes    int `help:"Attributes of one element." default:"64"`
	Tokens        int `help:"Tags, comments and sections; in JSON values." default:"400000"`
	Items         int `help:"Items or entries." default:"20000"`
	Namespaces    int `help:"Declarations of namespaces." default:"50000"`
	NamespaceWork int `help:"Sum, over all elements, of the namespaces in scope: what a parser that copies them does." default:"4000000"`
	Run           int `help:"Comments, CDATA sections and instructions without a tag between them." default:"1000"`
	TextWork      int `help:"Bytes that a parser copies when it joins a text piece by piece." default:"1073741824"`
	Bases         int `help:"Bases (xml:base) in scope at once." default:"8"`
	Address       int `help:"Bytes of a namespace or a base: each is looked at again for each element." default:"2048"`
	JSONDepth     int `name:"json-depth" help:"How deep JSON may be nested." default:"64"`
}

// DefaultLimits are far above what real feeds need.
func DefaultLimits() Limits {
	return Limits{
		Depth:         64,
		Attributes:    64,
		Tokens:        400_000,
		Items:         20_000,
		Namespaces:    50_000,
		NamespaceWork: 4_000_000,
		Run:           1_000,
		TextWork:      1 << 30,
		Bases:         8,
		Address:       2_048,
		JSONDepth:     64,
	}
}

// Validate names the first limit that lets nothing through.
func (l Limits) Validate() error {
	for _, limit := range []struct {
		name  string
		value int
	}{
		{"depth", l.Depth},
		{"attributes", l.Attributes},
		{"tokens", l.Tokens},
		{"items", l.Items},
		{"namespaces", l.Namespaces},
		{"namespace-work", l.NamespaceWork},
		{"run", l.Run},
		{"text-work", l.TextWork},
		{"bases", l.Bases},
		{"address", l.Address},
		{"json-depth", l.JSONDepth},
	} {
		if limit.value < 1 {
			return fmt.Errorf("%s: got %d, want at least 1", limit.name, limit.value)
		}
	}
	return nil
}

// ErrHostile says that a document would cost a parser more than it may, by
// intent or not. Every *Error is one.
var ErrHostile = errors.New("hostile document")

// Error says which bound a document does not keep.
type Error struct {
	// Bound is the name of the bound as in Limits, such as depth.
	Bound string
	// Limit is the limit, and Seen what there was when the check stopped.
	Limit, Seen int
}

// Error names the bound, the limit and what was seen.
func (e *Error) Error() string {
	return fmt.Sprintf("guard: %s above %d, at least %d seen", e.Bound, e.Limit, e.Seen)
}

// Unwrap says that the document is hostile.
func (e *Error) Unwrap() error { return ErrHostile }

// Check returns an *Error for the first bound that doc, an XML or JSON document
// in clean UTF-8, does not keep. It takes time linear to doc.
func Check(doc []byte, l Limits) error {
	var e *Error
	if b := bytes.TrimLeft(doc, " \t\r\n"); len(b) > 0 && (b[0] == '{' || b[0] == '[') {
		e = checkJSON(b, l)
	} else {
		e = checkXML(doc, l)
	}
	if e != nil {
		return e
	}
	return nil
}

// over returns an error when seen is above limit.
func over(bound string, limit, seen int) *Error {
	if seen <= limit {
		return nil
	}
	return &Error{Bound: bound, Limit: limit, Seen: seen}
}

// first returns the first error that is one.
func first(errs ...*Error) *Error {
	for _, e := range errs {
		if e != nil {
			return e
		}
	}
	return nil
}
