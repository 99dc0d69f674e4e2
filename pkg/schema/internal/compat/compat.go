// Package compat compares a JSON Schema of a message with the one that was released
// before. Within a version of the contract fields are only ever added: who reads
// messages by the old schema must be able to read the new ones.
package compat

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// node is a JSON Schema, as far as package jsonschema writes it.
type node struct {
	Ref             string           `json:"$ref"`
	Type            string           `json:"type"`
	Format          string           `json:"format"`
	ContentEncoding string           `json:"contentEncoding"`
	Enum            []string         `json:"enum"`
	Minimum         *float64         `json:"minimum"`
	Items           *node            `json:"items"`
	Properties      map[string]*node `json:"properties"`
	Additional      *node            `json:"additionalProperties"`
	Required        []string         `json:"required"`
	Defs            map[string]*node `json:"$defs"`
}

// Breaches are what a reader of the released schema would stumble over in messages
// of today's: one line each, with the path of the field.
func Breaches(released, today []byte) ([]string, error) {
	var was, is node
	if err := json.Unmarshal(released, &was); err != nil {
		return nil, fmt.Errorf("released schema: %w", err)
	}
	if err := json.Unmarshal(today, &is); err != nil {
		return nil, fmt.Errorf("today's schema: %w", err)
	}
	c := comparison{was: was.Defs, is: is.Defs, compared: map[[2]string]bool{}}
	c.compare("", &was, &is)
	return c.breaches, nil
}

// comparison is one of two documents.
type comparison struct {
	was, is  map[string]*node // the definitions of each
	compared map[[2]string]bool
	breaches []string
}

func (c *comparison) breach(path, format string, args ...any) {
	if path == "" {
		path = "(the message)"
	}
	c.breaches = append(c.breaches, path+": "+fmt.Sprintf(format, args...))
}

// compare compares what may be at one place of a message.
func (c *comparison) compare(path string, was, is *node) {
	if pair := [2]string{was.Ref, is.Ref}; was.Ref != "" && is.Ref != "" {
		if c.compared[pair] {
			return // a definition has its breaches told once, and may hold itself
		}
		c.compared[pair] = true
	}
	was, is = resolve(c.was, was), resolve(c.is, is)
	if a, b := was.kind(), is.kind(); a != b {
		c.breach(path, "was %s, is %s", a, b)
		return
	}
	c.values(path, was, is)
	c.properties(path, was, is)
	c.within(path+"[]", "the elements", was.Items, is.Items)
	c.within(path+".*", "the values", was.Additional, is.Additional)
}

// resolve follows a reference to a definition.
func resolve(defs map[string]*node, n *node) *node {
	if def := defs[strings.TrimPrefix(n.Ref, "#/$defs/")]; n.Ref != "" && def != nil {
		return def
	}
	return n
}

// kind is the type of a value in words, with how a string is to be read.
func (n *node) kind() string {
	words := []string{n.Type}
	for _, more := range []string{n.Format, n.ContentEncoding, n.Ref} {
		if more != "" {
			words = append(words, more)
		}
	}
	return strings.Join(words, " ")
}

// values compares which values there may be. More of an enumeration are no breach:
// readers take what they do not know for unknown.
func (c *comparison) values(path string, was, is *node) {
	for _, value := range was.Enum {
		if len(is.Enum) > 0 && !slices.Contains(is.Enum, value) {
			c.breach(path, "the value %q is gone", value)
		}
	}
	if len(was.Enum) == 0 && len(is.Enum) > 0 {
		c.breach(path, "it could be any text, and can be %s only", strings.Join(is.Enum, ", "))
	}
	if was.Minimum != nil && (is.Minimum == nil || *is.Minimum < *was.Minimum) {
		c.breach(path, "it was at least %g, and can be less", *was.Minimum)
	}
}

// properties compares the fields of an object.
func (c *comparison) properties(path string, was, is *node) {
	for _, name := range slices.Sorted(maps.Keys(was.Properties)) {
		at := strings.TrimPrefix(path+"."+name, ".")
		now, ok := is.Properties[name]
		if !ok {
			c.breach(at, "the field is gone")
			continue
		}
		if slices.Contains(was.Required, name) && !slices.Contains(is.Required, name) {
			c.breach(at, "it was always there, and may be missing")
		}
		c.compare(at, was.Properties[name], now)
	}
}

// within compares what is within an array or a map.
func (c *comparison) within(path, what string, was, is *node) {
	switch {
	case was == nil:
	case is == nil:
		c.breach(path, "%s can be anything", what)
	default:
		c.compare(path, was, is)
	}
}
