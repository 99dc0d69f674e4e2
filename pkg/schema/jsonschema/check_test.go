package jsonschema_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// document is the part of JSON Schema that the schemas here use.
type document struct {
	Dialect         string              `json:"$schema"`
	ID              string              `json:"$id"`
	Ref             string              `json:"$ref"`
	Description     string              `json:"description"`
	Type            string              `json:"type"`
	Format          string              `json:"format"`
	ContentEncoding string              `json:"contentEncoding"`
	Enum            []string            `json:"enum"`
	Minimum         *float64            `json:"minimum"`
	Items           *document           `json:"items"`
	Properties      map[string]document `json:"properties"`
	Additional      *document           `json:"additionalProperties"`
	Required        []string            `json:"required"`
	Defs            map[string]document `json:"$defs"`
}

// check reports where the JSON in data does not satisfy the schema.
func (d document) check(data []byte) error {
	var value any
	if err := json.Unmarshal(data, &value); err != nil {
		return err
	}
	return d.value(d, "", value)
}

func (d document) value(s document, path string, value any) error {
	if name, ok := strings.CutPrefix(s.Ref, "#/$defs/"); ok {
		def, ok := d.Defs[name]
		if !ok {
			return fmt.Errorf("%s: no definition of %s", path, name)
		}
		s = def
	}
	ok := false
	switch value := value.(type) {
	case string:
		ok = s.Type == "string" && s.text(value)
	case bool:
		ok = s.Type == "boolean"
	case float64:
		ok = (s.Type == "number" || s.Type == "integer" && value == float64(int64(value))) &&
			(s.Minimum == nil || value >= *s.Minimum)
	case []any:
		return d.array(s, path, value)
	case map[string]any:
		return d.object(s, path, value)
	}
	if !ok {
		return fmt.Errorf("%s: %v is not what the schema asks for", path, value)
	}
	return nil
}

func (s document) text(value string) bool {
	var err error
	if s.Format == "date-time" {
		_, err = time.Parse(time.RFC3339Nano, value)
	}
	if s.ContentEncoding == "base64" {
		_, err = base64.StdEncoding.DecodeString(value)
	}
	return err == nil && (s.Enum == nil || slices.Contains(s.Enum, value))
}

func (d document) array(s document, path string, values []any) error {
	if s.Type != "array" {
		return fmt.Errorf("%s: an array", path)
	}
	for i, value := range values {
		if err := d.value(*s.Items, fmt.Sprintf("%s[%d]", path, i), value); err != nil {
			return err
		}
	}
	return nil
}

func (d document) object(s document, path string, values map[string]any) error {
	if s.Type != "object" {
		return fmt.Errorf("%s: an object", path)
	}
	for _, name := range s.Required {
		if _, ok := values[name]; !ok {
			return fmt.Errorf("%s: no %s", path, name)
		}
	}
	for name, value := range values {
		property, ok := s.Properties[name]
		if !ok && s.Additional != nil {
			property, ok = *s.Additional, true
		}
		if !ok {
			continue // readers ignore fields that they do not know
		}
		if err := d.value(property, path+"."+name, value); err != nil {
			return err
		}
	}
	return nil
}
