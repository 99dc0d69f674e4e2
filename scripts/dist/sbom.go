package main

import (
	"debug/buildinfo"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"runtime/debug"
	"slices"
)

// The parts of a CycloneDX 1.6 document that we write.
type (
	bill struct {
		Format     string      `json:"bomFormat"`
		Spec       string      `json:"specVersion"`
		Version    int         `json:"version"`
		Metadata   metadata    `json:"metadata"`
		Components []component `json:"components"`
	}
	metadata struct {
		Component component `json:"component"`
	}
	component struct {
		Type    string `json:"type"`
		Ref     string `json:"bom-ref"`
		Name    string `json:"name"`
		Version string `json:"version,omitempty"`
		PURL    string `json:"purl,omitempty"`
	}
)

// ours is the path of our modules.
const ours = "github.com/dateline-news/dateline"

// billOf is the bill of materials of programs: the modules that the go command says are in them, and Go itself.
// It has no time and no number of its own, so that the same programs give the same bill.
func billOf(version string, paths ...string) ([]byte, error) {
	found := map[string]component{}
	for _, path := range paths {
		info, err := buildinfo.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("bill of materials: %w", err)
		}
		collect(found, info, version)
	}
	b := bill{Format: "CycloneDX", Spec: "1.6", Version: 1, Metadata: metadata{Component: module("application", ours, version)}}
	for _, ref := range slices.Sorted(maps.Keys(found)) {
		b.Components = append(b.Components, found[ref])
	}
	data, err := json.MarshalIndent(b, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("bill of materials: %w", err)
	}
	return append(data, '\n'), nil
}

// printBill prints the bill of materials of programs.
func printBill(w io.Writer, version string, paths []string) error {
	if len(paths) == 0 {
		return errors.New("-sbom: no programs are named")
	}
	data, err := billOf(version, paths...)
	if err != nil {
		return err
	}
	_, err = w.Write(data)
	return err
}

// collect adds what is in one program. Our own modules are built from this tree, whatever version their go.mod
// names, so they are of the release.
func collect(found map[string]component, info *debug.BuildInfo, version string) {
	std := component{Type: "library", Ref: "pkg:golang/std@" + info.GoVersion, Name: "std", Version: info.GoVersion, PURL: "pkg:golang/std@" + info.GoVersion}
	found[std.Ref] = std
	for _, dependency := range info.Deps {
		m := dependency
		if m.Replace != nil {
			m = m.Replace
		}
		c := module("library", m.Path, m.Version)
		if len(dependency.Path) > len(ours) && dependency.Path[:len(ours)+1] == ours+"/" {
			c = module("library", dependency.Path, version)
		}
		found[c.Ref] = c
	}
}

func module(kind, path, version string) component {
	purl := "pkg:golang/" + path + "@" + version
	return component{Type: kind, Ref: purl, Name: path, Version: version, PURL: purl}
}
