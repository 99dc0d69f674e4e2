package backup

import (
	"path/filepath"
	"strings"
	"testing"
)

// FuzzManifest holds that what a manifest names is one token of a subject and one
// file in its folder, or it is refused.
func FuzzManifest(f *testing.F) {
	for _, text := range []string{
		`{"format":1,"root":"news","streams":[{"name":"ITEMS","file":"ITEMS.snapshot","bytes":1,"config":{}}]}`,
		`{"format":1,"root":"news","streams":[{"name":"ITEMS.>","file":"a"}]}`, `{"format":1,"root":"news","streams":[{"name":"A\r\nPUB x 0\r\n","file":"a"}]}`,
		`{"format":1,"root":"news","streams":[{"name":"ITEMS","file":"../a"}]}`, `{"format":1,"root":"news","streams":[{"name":"ITEMS","file":"."}]}`,
		`{"format":1,"root":"a.b","streams":[]}`, `{"format":2}`, `{"format":1,"root":"\u001b[2J"}`, `[`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := parse(data)
		if err != nil {
			if strings.ContainsAny(err.Error(), "\r\n\x1b") {
				t.Errorf("error %q", err)
			}
			return
		}
		if m.Root.Validate() != nil {
			t.Errorf("root %q", m.Root)
		}
		for _, s := range m.Streams {
			if s.Name == "" || strings.ContainsAny(s.Name, ".*> \t\r\n\x00") {
				t.Errorf("stream %q", s.Name)
			}
			if filepath.Dir(filepath.Join("/backup", s.File)) != "/backup" {
				t.Errorf("file %q", s.File)
			}
		}
	})
}
