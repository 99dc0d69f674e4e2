package archive

import (
	"path"
	"strings"
)

// ParseRecord and AppendRecord read and write a line.
var (
	ParseRecord  = parseRecord
	AppendRecord = appendRecord
	Records      = records
)

// ParseManifest reads the manifest of a name, and returns where its files would be.
func ParseManifest(name string, data []byte) (m *Manifest, files []string, err error) {
	m, err = parseManifest(name, data)
	if err != nil {
		return nil, nil, err
	}
	kind, _, _ := strings.Cut(name, "/")
	for _, p := range m.Parts {
		for _, f := range p.Files {
			files = append(files, path.Join(folder(kind, m.Day), f.Name))
		}
	}
	return m, files, nil
}
