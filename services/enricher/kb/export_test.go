package kb

import "encoding/binary"

// Sealed is a file with this body and the header that belongs to it.
func Sealed(body []byte) string {
	data := append([]byte(magic), 0, 0, 0, 0, 0, 0, 0, 0)
	binary.LittleEndian.PutUint32(data[8:], version)
	binary.LittleEndian.PutUint32(data[12:], checksum(string(body)))
	return string(append(data, body...))
}

// SetMemory bounds the names in memory.
func (b *Builder) SetMemory(bytes int) { b.runs.most = bytes }

// Runs is how many sorted files there are.
func (b *Builder) Runs() int { return len(b.runs.files) }
