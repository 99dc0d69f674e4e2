package main

import (
	"archive/zip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"
)

// errModels says that a file is not one of lingua's.
var errModels = errors.New("not a model of lingua")

// read reads the models of a language. They say how often a sequence is among
// those that begin as it does; the shares wanted are of all.
func read(dir string, longest int) ([]gram, error) {
	names := []string{"unigrams", "bigrams", "trigrams", "quadrigrams", "fivegrams"}
	if longest < 1 || longest > len(names) {
		return nil, fmt.Errorf("sequences of %d letters: want 1 to %d", longest, len(names))
	}
	var all []gram
	before := map[string]float64{"": 0}
	for _, name := range names[:longest] {
		part, err := readPart(filepath.Join(dir, name+".pb.bin.zip"))
		if err != nil {
			return nil, err
		}
		logs := make(map[string]float64, len(part))
		for text, probability := range part {
			letters := []rune(text)
			if log, known := before[string(letters[:len(letters)-1])]; known {
				logs[text] = log + math.Log(probability)
				all = append(all, gram{text, logs[text]})
			}
		}
		before = logs
	}
	return all, nil
}

// readPart reads the sequences of one length, with their probabilities. A
// message has, in fields 4, sets of those that are equally probable: the
// probability in field 1, then the sequences.
func readPart(path string) (map[string]float64, error) {
	data, err := unzip(path)
	if err != nil {
		return nil, err
	}
	grams := map[string]float64{}
	err = fields(data, func(number int, set []byte) error {
		if number != 4 {
			return nil
		}
		probability := 0.0
		return fields(set, func(number int, value []byte) error {
			switch {
			case number != 1 && len(value) > 0:
				grams[string(value)] = probability
			case number == 1 && len(value) == 8:
				probability = math.Float64frombits(binary.LittleEndian.Uint64(value))
			default:
				return errModels
			}
			return nil
		})
	})
	return grams, err
}

// unzip reads the one file of an archive.
func unzip(path string) ([]byte, error) {
	archive, err := zip.OpenReader(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = archive.Close() }() // it is only read
	if len(archive.File) != 1 {
		return nil, fmt.Errorf("%s: %w", path, errModels)
	}
	file, err := archive.File[0].Open()
	if err != nil {
		return nil, err
	}
	return io.ReadAll(file)
}

// fields calls f for the fields of a message of Protocol Buffers that have a
// length or eight bytes.
func fields(data []byte, f func(number int, value []byte) error) error {
	for len(data) > 0 {
		key, n := binary.Uvarint(data)
		if n <= 0 {
			return errModels
		}
		value, rest, err := field(data[n:], key&7)
		if err != nil {
			return err
		}
		if data = rest; key&7 == 0 {
			continue
		}
		if err := f(int(key>>3), value); err != nil {
			return err
		}
	}
	return nil
}

// field is the value of a field, of a kind, and what follows it.
func field(data []byte, kind uint64) (value, rest []byte, err error) {
	size, start := uint64(8), 0
	switch kind {
	case 0, 2:
		if size, start = binary.Uvarint(data); start <= 0 {
			return nil, nil, errModels
		}
		if kind == 0 { // the number is all there is
			size = 0
		}
	case 1:
	default:
		return nil, nil, errModels
	}
	if size > uint64(len(data)-start) {
		return nil, nil, errModels
	}
	return data[start : start+int(size)], data[start+int(size):], nil
}
