package folder

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// journalName is the file that names the files which are written or removed
// before the manifest says so, a line each.
const journalName = ".journal"

// journal notes what is about to be done, so that a folder whose process was
// killed can be made what its manifest says.
type journal struct {
	root *os.Root
	file *os.File // nil when nothing was done since the last manifest
}

// note says that a file is about to be written or removed. What is there may end
// within a line: that of a disk that was full, or of a power cut.
func (j *journal) note(name string) error {
	var err error
	if j.file == nil {
		j.file, err = j.root.OpenFile(journalName, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	}
	if err == nil {
		_, err = j.file.WriteString("\n" + name + "\n")
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrWrite, err)
	}
	return nil
}

// clear forgets all: the manifest is written.
func (j *journal) clear() error {
	err := j.close()
	if removed := j.root.Remove(journalName); !errors.Is(removed, fs.ErrNotExist) {
		err = errors.Join(err, removed)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrWrite, err)
	}
	return nil
}

func (j *journal) close() error {
	if j.file == nil {
		return nil
	}
	file := j.file
	j.file = nil
	return file.Close()
}

// names are those that were noted and are files of articles.
func (j *journal) names() ([]string, error) {
	file, err := j.root.Open(journalName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // it is only read
	var names []string
	within := false // a line that is too long for a name
	for lines := bufio.NewReader(file); ; {
		line, more, err := lines.ReadLine()
		if errors.Is(err, io.EOF) {
			return names, nil
		}
		if err != nil {
			return nil, err
		}
		if name := string(line); !more && !within && isFile(name) {
			names = append(names, name)
		}
		within = more
	}
}

// recover makes files and manifest agree after a kill between them: a file that
// the manifest does not name goes, and an entry is of what its file is now. What
// was lost by that is newer than the state, and comes again.
func (f *Folder) recover() error {
	names, err := f.journal.names()
	if err != nil || len(names) == 0 {
		return err
	}
	files := make(map[string]string, len(f.entries))
	for id, e := range f.entries {
		files[e.File] = id
	}
	for _, name := range names {
		if err := f.mend(name, files[name]); err != nil {
			return err
		}
	}
	return f.Flush()
}

// mend makes a file and its entry agree, which is that of an article's id, empty
// when there is none.
func (f *Folder) mend(name, id string) error {
	if err := f.root.Remove(name + ".part"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if id == "" {
		if err := f.root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	}
	data, err := f.root.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		delete(f.entries, id)
		return nil
	}
	if err != nil {
		return err
	}
	sum := sha256.Sum256(data)
	e := f.entries[id]
	e.SHA256 = hex.EncodeToString(sum[:])
	f.entries[id] = e
	return nil
}
