package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"maps"
	"os"
	"path"
	"slices"
	"time"
)

// file is a file of an archive.
type file struct {
	data       []byte
	executable bool
}

func (f file) mode() int64 {
	if f.executable {
		return 0o755
	}
	return 0o644
}

// add reads a file into those of an archive. What may be executed stays so.
func add(files map[string]file, from, name string) error {
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	files[name] = file{data: data, executable: info.Mode()&0o100 != 0}
	return nil
}

func extension(t target) string {
	if t.os == "windows" {
		return ".zip"
	}
	return ".tar.gz"
}

// pack makes the archive of a system: the same files give the same bytes.
func pack(t target, folder string, files map[string]file, at time.Time) ([]byte, error) {
	var b bytes.Buffer
	write := tarball
	if t.os == "windows" {
		write = zipped
	}
	if err := write(&b, folder, files, at); err != nil {
		return nil, fmt.Errorf("archive %s: %w", folder, err)
	}
	return b.Bytes(), nil
}

func tarball(w io.Writer, folder string, files map[string]file, at time.Time) error {
	compressed, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return err
	}
	out := tar.NewWriter(compressed)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		f := files[name]
		header := &tar.Header{Typeflag: tar.TypeReg, Name: path.Join(folder, name), Mode: f.mode(), Size: int64(len(f.data)), ModTime: at, Format: tar.FormatUSTAR}
		if err := out.WriteHeader(header); err != nil {
			return err
		}
		if _, err := out.Write(f.data); err != nil {
			return err
		}
	}
	if err := out.Close(); err != nil {
		return err
	}
	return compressed.Close()
}

func zipped(w io.Writer, folder string, files map[string]file, at time.Time) error {
	out := zip.NewWriter(w)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		header := &zip.FileHeader{Name: path.Join(folder, name), Method: zip.Deflate, Modified: at}
		header.SetMode(os.FileMode(files[name].mode()))
		f, err := out.CreateHeader(header)
		if err != nil {
			return err
		}
		if _, err := f.Write(files[name].data); err != nil {
			return err
		}
	}
	return out.Close()
}
