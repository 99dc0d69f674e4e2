package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// source is what reflection can't see of a package.
type source struct {
	types  map[string]string   // comment of a type, by its name
	fields map[string]string   // comment of a field, by Type.Field
	enums  map[string][]string // values of the string constants of a type, in order
}

// readSource reads the Go files of a folder, but for tests.
func readSource(dir string) (source, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return source{}, err
	}
	s := source{types: map[string]string{}, fields: map[string]string{}, enums: map[string][]string{}}
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
		if err != nil {
			return source{}, fmt.Errorf("read source: %w", err)
		}
		for _, decl := range file.Decls {
			if decl, ok := decl.(*ast.GenDecl); ok {
				s.add(decl)
			}
		}
	}
	return s, nil
}

// add notes the types and the constants of one declaration.
func (s source) add(decl *ast.GenDecl) {
	for _, spec := range decl.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			s.types[spec.Name.Name] = oneLine(decl.Doc)
			if fields, ok := spec.Type.(*ast.StructType); ok {
				s.addFields(spec.Name.Name, fields.Fields.List)
			}
		case *ast.ValueSpec:
			if decl.Tok == token.CONST {
				s.addConstants(spec)
			}
		}
	}
}

// addFields notes the comments of fields. A field without one shares that of the
// field above when it is named there, as in "Start and End are offsets".
func (s source) addFields(typeName string, fields []*ast.Field) {
	above := ""
	for _, field := range fields {
		doc := oneLine(field.Doc)
		for _, name := range field.Names {
			if doc == "" && slices.Contains(strings.FieldsFunc(above, notLetter), name.Name) {
				doc = above
			}
			s.fields[typeName+"."+name.Name] = doc
		}
		above = doc
	}
}

// addConstants notes string constants that have a type of this package.
func (s source) addConstants(spec *ast.ValueSpec) {
	typeName, ok := spec.Type.(*ast.Ident)
	if !ok {
		return
	}
	for _, value := range spec.Values {
		if lit, ok := value.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			text, _ := strconv.Unquote(lit.Value) // the parser has read it
			s.enums[typeName.Name] = append(s.enums[typeName.Name], text)
		}
	}
}

// oneLine returns a comment as one line.
func oneLine(comment *ast.CommentGroup) string {
	return strings.Join(strings.Fields(comment.Text()), " ")
}

func notLetter(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
}
