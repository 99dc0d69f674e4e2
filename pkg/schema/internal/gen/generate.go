package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/dateline-news/dateline/pkg/schema"
)

const (
	dialect = "https://json-schema.org/draft/2020-12/schema"
	base    = "https://dateline.news/schema/v1/"
)

// messages returns the type of each message by the name of its schema.
func messages() map[string]reflect.Type {
	return map[string]reflect.Type{
		"item":      reflect.TypeFor[schema.Item](),
		"article":   reflect.TypeFor[schema.Article](),
		"enriched":  reflect.TypeFor[schema.Enriched](),
		"pointer":   reflect.TypeFor[schema.Pointer](),
		"story":     reflect.TypeFor[schema.Story](),
		"feed":      reflect.TypeFor[schema.Feed](),
		"pollstate": reflect.TypeFor[schema.PollState](),
		"job":       reflect.TypeFor[schema.Job](),
		"step":      reflect.TypeFor[schema.Step](),
		"health":    reflect.TypeFor[schema.Health](),
	}
}

// node is a JSON Schema, or a part of one.
type node struct {
	Dialect         string     `json:"$schema,omitempty"`
	ID              string     `json:"$id,omitempty"`
	Ref             string     `json:"$ref,omitempty"`
	Title           string     `json:"title,omitempty"`
	Description     string     `json:"description,omitempty"`
	Type            string     `json:"type,omitempty"`
	Format          string     `json:"format,omitempty"`
	ContentEncoding string     `json:"contentEncoding,omitempty"`
	Enum            []string   `json:"enum,omitempty"`
	Minimum         *int       `json:"minimum,omitempty"`
	Items           *node      `json:"items,omitempty"`
	Properties      properties `json:"properties,omitempty"`
	// Additional is the values of a map. An object leaves it open.
	Additional *node      `json:"additionalProperties,omitempty"`
	Required   []string   `json:"required,omitempty"`
	Defs       properties `json:"$defs,omitempty"`
}

// properties are schemas by name, in the order of the fields.
type properties []property

type property struct {
	name   string
	schema *node
}

// MarshalJSON writes an object whose keys keep their order.
func (p properties) MarshalJSON() ([]byte, error) {
	out := []byte{'{'}
	for i, property := range p {
		if i > 0 {
			out = append(out, ',')
		}
		value, err := marshal(property.schema)
		if err != nil {
			return nil, err
		}
		out = fmt.Appendf(out, "%q:%s", property.name, value)
	}
	return append(out, '}'), nil
}

// generate returns the schema files of the messages by file name. Comments are
// read from the package in the folder pkg.
func generate(pkg string) (map[string][]byte, error) {
	src, err := readSource(pkg)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for name, t := range messages() {
		data, err := document(src, name, t)
		if err != nil {
			return nil, fmt.Errorf("schema %s: %w", name, err)
		}
		files[name+".json"] = data
	}
	return files, nil
}

// document returns the schema of one message.
func document(src source, name string, t reflect.Type) ([]byte, error) {
	g := generator{source: src, pkg: t.PkgPath()}
	root, err := g.object(t)
	if err != nil {
		return nil, err
	}
	root.Dialect, root.ID, root.Title = dialect, base+name+".json", t.Name()
	root.Defs = g.defs
	data, err := marshal(root)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := json.Indent(&out, data, "", "  "); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// marshal is json.Marshal without the escapes for HTML.
func marshal(v any) ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return out.Bytes(), err
}

// generator makes one schema, and collects the types that it refers to.
type generator struct {
	source
	pkg  string
	defs properties
}

// object returns the schema of a struct.
func (g *generator) object(t reflect.Type) (*node, error) {
	out := &node{Description: g.types[t.Name()], Type: "object"}
	return out, g.addFields(out, t)
}

// addFields adds the fields of a struct, and those of what it embeds, as
// encoding/json writes them.
func (g *generator) addFields(out *node, t reflect.Type) error {
	for field := range t.Fields() {
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		if field.Anonymous && name == "" {
			if err := g.addFields(out, field.Type); err != nil {
				return err
			}
			continue
		}
		if name == "" || name == "-" {
			return fmt.Errorf("field %s.%s has no JSON name", t.Name(), field.Name)
		}
		value, err := g.value(field.Type)
		if err != nil {
			return fmt.Errorf("field %s.%s: %w", t.Name(), field.Name, err)
		}
		value.Description = g.fields[t.Name()+"."+field.Name]
		out.Properties = append(out.Properties, property{name, value})
		if !strings.HasPrefix(options, "omit") {
			out.Required = append(out.Required, name)
		}
	}
	return nil
}

// value returns the schema of a field of type t.
func (g *generator) value(t reflect.Type) (*node, error) {
	switch {
	case t == reflect.TypeFor[time.Time]():
		return &node{Type: "string", Format: "date-time"}, nil
	case t == reflect.TypeFor[[]byte]():
		return &node{Type: "string", ContentEncoding: "base64"}, nil
	}
	switch t.Kind() {
	case reflect.Pointer:
		return g.value(t.Elem())
	case reflect.Struct:
		return g.reference(t)
	case reflect.Slice:
		items, err := g.value(t.Elem())
		return &node{Type: "array", Items: items}, err
	case reflect.Map:
		values, err := g.value(t.Elem())
		return &node{Type: "object", Additional: values}, err
	default:
		return g.scalar(t)
	}
}

// scalar returns the schema of a string, which is one of the constants of its
// type when the type is ours, or of a number.
func (g *generator) scalar(t reflect.Type) (*node, error) {
	switch t.Kind() {
	case reflect.String:
		values := g.enums[t.Name()]
		if t.PkgPath() == g.pkg && len(values) == 0 {
			return nil, fmt.Errorf("type %s has no constants", t.Name())
		}
		return &node{Type: "string", Enum: values}, nil
	case reflect.Bool:
		return &node{Type: "boolean"}, nil
	case reflect.Int:
		return &node{Type: "integer"}, nil
	case reflect.Uint64:
		return &node{Type: "integer", Minimum: new(int)}, nil
	case reflect.Float64:
		return &node{Type: "number"}, nil
	default:
		return nil, fmt.Errorf("no schema for the type %s", t)
	}
}

// reference returns a reference to the schema of a struct in $defs.
func (g *generator) reference(t reflect.Type) (*node, error) {
	name := t.Name()
	known := func(p property) bool { return p.name == name }
	if !slices.ContainsFunc(g.defs, known) {
		at := len(g.defs)
		g.defs = append(g.defs, property{name: name}) // so that a type may hold itself
		def, err := g.object(t)
		if err != nil {
			return nil, err
		}
		g.defs[at].schema = def
	}
	return &node{Ref: "#/$defs/" + name}, nil
}
