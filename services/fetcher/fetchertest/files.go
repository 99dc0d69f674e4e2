package fetchertest

import (
	"bufio"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"slices"
	"strings"
)

// File is a document that is served as it is.
type File struct {
	// Name is its path in a folder, without a slash before it.
	Name string
	// ContentType is the Content-Type header to serve it with.
	ContentType string
}

// File serves a document under a path.
func (s *Site) File(path, contentType string, body []byte) {
	s.Handle(path, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		_, _ = w.Write(body) // fails when the client has gone
	}))
}

// Files serves files of a folder, each under a slash and its name.
func (s *Site) Files(folder fs.FS, files ...File) error {
	for _, f := range files {
		body, err := fs.ReadFile(folder, f.Name)
		if err != nil {
			return fmt.Errorf("fetchertest: %w", err)
		}
		s.File("/"+f.Name, f.ContentType, body)
	}
	return nil
}

// ReadManifest reads a list of files: lines of columns set apart by tabs, the
// first of which names them. The columns file and content_type are read.
func ReadManifest(r io.Reader) ([]File, error) {
	lines := bufio.NewScanner(r)
	lines.Scan() // without a line, no column is found
	names := strings.Split(lines.Text(), "\t")
	file, contentType := slices.Index(names, "file"), slices.Index(names, "content_type")
	if file < 0 || contentType < 0 {
		return nil, fmt.Errorf("manifest: want columns file and content_type, got %q", names)
	}
	var files []File
	for lines.Scan() {
		columns := strings.Split(lines.Text(), "\t")
		if len(columns) <= max(file, contentType) {
			return nil, fmt.Errorf("manifest: line %d has %d columns", len(files)+2, len(columns))
		}
		files = append(files, File{Name: columns[file], ContentType: columns[contentType]})
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("manifest: %w", err)
	}
	return files, nil
}
