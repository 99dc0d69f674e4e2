package memory_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"testing"

	"github.com/dateline-news/dateline/services/fetcher/internal/memory"
)

func foldOf(says string) memory.Fold {
	sum := sha256.Sum256([]byte(says))
	return memory.Fold(binary.BigEndian.Uint64(sum[:]))
}

// numbered is a memory of n items.
func numbered(n int) memory.Memory {
	d := memory.Document{Fold: func(i int) memory.Fold { return foldOf(fmt.Sprint(i)) }}
	for i := range n {
		d.Items = append(d.Items, fmt.Append(nil, i))
	}
	return memory.Memory{}.Compare(d).Next
}

func TestEncode(t *testing.T) {
	for _, n := range []int{0, 1, 25, memory.Max} {
		m := numbered(n)
		data := m.Encode()
		if len(data) != 1+24*n {
			t.Errorf("%d items: %d bytes", n, len(data))
		}
		got, err := memory.Decode(data)
		if err != nil || got.Len() != n || !bytes.Equal(got.Encode(), data) {
			t.Errorf("%d items: read %d, %v", n, got.Len(), err)
		}
	}
}

func TestHas(t *testing.T) {
	m := numbered(3)
	if !m.Has([]byte("0")) || !m.Has([]byte("2")) || m.Has([]byte("3")) || (memory.Memory{}).Has([]byte("0")) {
		t.Error("Has does not tell what is held")
	}
}

func TestDecode(t *testing.T) {
	for name, test := range map[string]struct {
		data []byte
		want error
	}{
		"nothing":         {nil, nil},
		"no items":        {[]byte{2}, nil},
		"another version": {append([]byte{1}, make([]byte, 24)...), memory.ErrFormat},
		"cut":             {make([]byte, 24)[:23], memory.ErrFormat},
		"cut entry":       {append([]byte{2}, make([]byte, 47)...), memory.ErrFormat},
		"too many":        {append([]byte{2}, make([]byte, 24*(memory.Max+1))...), memory.ErrFormat},
		"nothing else":    {[]byte{3, 0, 0, 0, 0}, nil},
		"no policy":       {[]byte{3}, memory.ErrFormat},
		"unknown policy":  {[]byte{3, 4, 0, 0, 0}, memory.ErrFormat},
		"no articles":     {[]byte{3, 1, 0, 0}, memory.ErrFormat},
		"too many hosts":  {[]byte{3, 1, 65}, memory.ErrFormat},
		"cut host":        {[]byte{3, 1, 1, 9, 'a'}, memory.ErrFormat},
		"many articles":   {append([]byte{3, 1, 0, 0xFF, 0xFF}, make([]byte, 25*0xFFFF)...), memory.ErrFormat},
		"cut article":     {append([]byte{3, 1, 0, 0, 1}, make([]byte, 24)...), memory.ErrFormat},
		"unknown host":    {append(append([]byte{3, 1, 0, 0, 1}, make([]byte, 24)...), 1), memory.ErrFormat},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := memory.Decode(test.data)
			if !errors.Is(err, test.want) || m.Len() != 0 {
				t.Errorf("%d items, %v, want %v", m.Len(), err, test.want)
			}
		})
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{2})
	f.Add(numbered(3).Encode())
	f.Add([]byte("1234567890123456789012345"))
	f.Add(append([]byte{3, 2, 1, 1, 'a', 0, 1}, make([]byte, 25+24)...))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := memory.Decode(data)
		if err != nil {
			if m.Len() != 0 {
				t.Errorf("%d items and %v", m.Len(), err)
			}
			return
		}
		encoded := m.Encode()
		if len(data) > 0 && data[0] == 2 && !bytes.Equal(encoded, data) {
			t.Errorf("%x became %x", data, encoded)
		}
		again, err := memory.Decode(encoded)
		if err != nil || !bytes.Equal(again.Encode(), encoded) || again.Policy() != m.Policy() || again.Len() != m.Len() {
			t.Errorf("%x became %x: %v", data, encoded, err)
		}
	})
}
