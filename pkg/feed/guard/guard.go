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

// Limits bound the structure of a document. Start from DefaultLimits: a limit
// of 0 lets nothing of its kind through.
type Limits struct {
	// Depth is how deep elements may be nested.
	Depth int
	// Attributes is how many one element may have.
	Attributes int
	// Tokens is how many tags, comments and sections there may be; in JSON how
	// many values.
	Tokens int
	// Items is how many items and entries there may be.
	Items int
	// Namespaces is how many namespace declarations there may be.
	Namespaces int
	// NamespaceWork is the sum, over all elements, of the declarations in scope:
	// what a parser that copies them does.
	NamespaceWork int
	// Run is how many comments, CDATA sections and instructions may follow each
	// other without a tag between them.
	Run int
	// TextWork is the bytes that a parser copies when it joins the text of an
	// element piece by piece.
	TextWork int
	// Bases is how many xml:base may be in scope at once.
	Bases int
	// Address is how long the value of a namespace declaration or an xml:base
	// may be, in bytes: each is looked at again for each element.
	Address int
	// JSONDepth is how deep objects and arrays may be nested.
	JSONDepth int
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
