// Package folder keeps articles as files in the dated format, one a file:
// DAY/NNN_<16 hex>.txt, where DAY is the article's date, NNN counts the day's
// articles from 000 and the 16 hex digits begin the article's id. A manifest
// says what each file holds and where it is from.
package folder

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/dateline-news/dateline/pkg/schema"
)

// ManifestName is the manifest's file name: JSON, a line an entry, in the order
// of File.
const ManifestName = "manifest.jsonl"

// Entry is what the manifest says of a file.
type Entry struct {
	// File is its path in the folder, with slashes.
	File string `json:"file"`
	// SHA256 is of its bytes, in hex.
	SHA256 string `json:"sha256"`
	// ID and Revision are the article's.
	ID       string `json:"id"`
	Revision int    `json:"revision"`
	// URL and Language are what the dated format has no place for.
	URL      string `json:"url,omitempty"`
	Language string `json:"language,omitempty"`
	// Sequence is where the article was read from in its stream.
	Sequence uint64 `json:"sequence,omitempty"`
}

// Folder is a folder that is written. It is for one goroutine at a time. It
// holds its manifest, some 300 bytes an article.
type Folder struct {
	root    *os.Root
	journal *journal
	entries map[string]Entry // by article id
	days    map[string]int   // the number of the next file of a day
}

// ErrManifest says that a manifest cannot be read.
var ErrManifest = errors.New("not a manifest")

// Open opens a folder to write, which is made when it is not there. What its
// manifest names stays.
func Open(dir string) (*Folder, error) {
	// #nosec G301 -- for others to read, as the umask allows
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("open folder: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open folder: %w", err)
	}
	f := &Folder{root: root, journal: &journal{root: root}, entries: map[string]Entry{}, days: map[string]int{}}
	known, err := readManifest(root.FS())
	if err != nil {
		_ = root.Close() // nothing was written
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	for _, e := range known {
		f.know(e)
	}
	if err := f.recover(); err != nil {
		_ = root.Close() // nothing was written
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	return f, nil
}

// maxNumber is more than a day has articles: a manifest that names it must not have
// the next file called what is no name any more.
const maxNumber = 100_000_000

func (f *Folder) know(e Entry) {
	f.entries[e.ID] = e
	day, number, _, ok := parseName(e.File)
	if ok && number < maxNumber {
		f.days[day] = max(f.days[day], number+1)
	}
}

// stateName is the file in which whoever fills a folder notes how far it is.
const stateName = ".state.json"

// State reads what SetState has noted last into v. It reports false when there is
// nothing that can be read, which is no error: all can be written again.
func (f *Folder) State(v any) bool {
	data, err := fs.ReadFile(f.root.FS(), stateName)
	return err == nil && json.Unmarshal(data, v) == nil
}

// SetState notes how far the folder is filled. It is for after Flush.
func (f *Folder) SetState(v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("state: %w", err)
	}
	return f.write(stateName, append(data, '\n'))
}

// Len is how many articles the folder holds.
func (f *Folder) Len() int { return len(f.entries) }

// ErrNoFile says that an article can be no file of the folder.
var ErrNoFile = errors.New("article has no id or date that makes a file name")

// Put writes the newest revision of an article over an older one. A withdrawn
// article is taken out. seq is where it was read from.
func (f *Folder) Put(a schema.Article, seq uint64) error {
	known, found := f.entries[a.ID]
	switch {
	case !isID(a.ID) || !isDay(a.Date):
		return fmt.Errorf("article %.40q of %.20q: %w", a.ID, a.Date, ErrNoFile)
	case found && known.Revision > a.Revision:
		return nil
	case a.Event == schema.EventWithdrawn:
		return f.remove(a.ID)
	}
	text, err := a.Dated()
	if err != nil {
		return fmt.Errorf("article %s: %w", a.ID, err)
	}
	name := known.File
	if !found {
		name = fmt.Sprintf("%s/%03d_%s.txt", a.Date, f.days[a.Date], a.ID[:16])
	}
	if err := f.journal.note(name); err != nil {
		return err
	}
	if err := f.write(name, text); err != nil {
		return err
	}
	sum := sha256.Sum256(text)
	f.know(Entry{
		File: name, SHA256: hex.EncodeToString(sum[:]), ID: a.ID, Revision: a.Revision,
		URL: a.URL, Language: a.Language, Sequence: seq,
	})
	return nil
}

func (f *Folder) remove(id string) error {
	e, found := f.entries[id]
	if !found {
		return nil
	}
	if err := f.journal.note(e.File); err != nil {
		return err
	}
	if err := f.root.Remove(path.Clean(e.File)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: %w", ErrWrite, err)
	}
	delete(f.entries, id)
	return nil
}

// ErrWrite says that a file cannot be written.
var ErrWrite = errors.New("cannot write")

// write writes a file in one piece: who reads it meanwhile, or after a crash,
// finds the old bytes or the new ones.
func (f *Folder) write(name string, data []byte) error {
	err := f.root.MkdirAll(path.Dir(name), 0o755)
	part := name + ".part"
	var file *os.File
	if err == nil {
		file, err = f.root.Create(part)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrWrite, err)
	}
	_, err = file.Write(data)
	if err = errors.Join(err, file.Sync(), file.Close()); err == nil {
		err = f.root.Rename(part, name)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrWrite, err)
	}
	return nil
}

// Flush writes the manifest.
func (f *Folder) Flush() error {
	var b bytes.Buffer
	out := json.NewEncoder(&b)
	out.SetEscapeHTML(false)
	entries := make([]Entry, 0, len(f.entries))
	for _, e := range f.entries {
		entries = append(entries, e)
	}
	slices.SortFunc(entries, func(a, b Entry) int { return strings.Compare(a.File, b.File) })
	for _, e := range entries {
		if err := out.Encode(e); err != nil {
			return fmt.Errorf("manifest: %w", err)
		}
	}
	if err := f.write(ManifestName, b.Bytes()); err != nil {
		return err
	}
	return f.journal.clear()
}

// Close closes the folder without writing the manifest.
func (f *Folder) Close() error { return errors.Join(f.journal.close(), f.root.Close()) }

// isID reports whether a text is an article's id.
func isID(id string) bool {
	return len(id) == 32 && strings.Trim(id, "0123456789abcdef") == ""
}

// isDay reports whether a text is a date as articles have it.
func isDay(date string) bool {
	_, err := time.Parse(time.DateOnly, date)
	return err == nil
}

var fileName = regexp.MustCompile(`^(?:(\d{4}-\d\d-\d\d)/)?(\d{3,9})_([0-9a-f]{16})\.txt$`)

// parseName takes the name of a file of one article apart; day may be empty.
func parseName(name string) (day string, number int, digits string, ok bool) {
	m := fileName.FindStringSubmatch(name)
	if m == nil {
		return "", 0, "", false
	}
	_, err := fmt.Sscan(m[2], &number)
	return m[1], number, m[3], err == nil
}

// isFile reports whether a name is one that an article's file can have: what a
// manifest names is written over.
func isFile(name string) bool {
	_, _, _, ok := parseName(name)
	return ok
}

// maxLine bounds a line of the manifest.
const maxLine = 1 << 20

// readManifest reads the manifest of a folder, nothing when it has none.
func readManifest(dir fs.FS) ([]Entry, error) {
	file, err := dir.Open(ManifestName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("manifest: %w", err)
	}
	defer func() { _ = file.Close() }() // it was only read
	var entries []Entry
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, maxLine)
	for n := 1; lines.Scan(); n++ {
		var e Entry
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil || !isFile(e.File) || !isID(e.ID) {
			return nil, fmt.Errorf("%s, line %d: %w", ManifestName, n, ErrManifest)
		}
		entries = append(entries, e)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("manifest: %w", err)
	}
	return entries, nil
}
