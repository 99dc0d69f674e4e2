package kb

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
)

// ErrFormat says that a file is no knowledge base, of another version, or not whole.
var ErrFormat = errors.New("no whole knowledge base")

// The file: a header, then the sections in this order, all little endian.
//
//	begins  slots of 4 bytes: a hash table of the words that names begin with
//	names   a vellum FST: the key of a name to its value, see manyPosts
//	posts   lists: a count, then postSize bytes a candidate
//	rows    rowSize bytes an entity
//	texts   of each entity its name and its division, each after its length
const (
	magic      = "datelkb\n"
	version    = 1
	headerSize = 64
	sections   = 5
	postSize   = 5
	rowSize    = 24
)

// manyPosts is set in the value of a name with several candidates: the other bits
// are where they stand in posts. Without it they are one candidate: its Written
// and, from bit 9, its entity.
const manyPosts = 1

// An entry of begins has a tag of 24 bits of the hash, this bit when a name begins
// with the word in lower case, and how many words the longest name has.
const (
	smallBit  = 0x80
	wordsMask = 0x0f
)

// header is what a file begins with: magic, version, checksum of all that follows,
// entities, a gap of 4 bytes, sizes of the sections.
type header struct {
	sum      uint32
	entities uint32
	sizes    [sections]uint64
}

func (h header) encode() []byte {
	data := append(make([]byte, 0, headerSize), magic...)
	data = binary.LittleEndian.AppendUint32(data, version)
	data = binary.LittleEndian.AppendUint32(data, h.sum)
	return append(data, h.body()...)
}

// body is the part of the header that the checksum is over.
func (h header) body() []byte {
	data := binary.LittleEndian.AppendUint32(nil, h.entities)
	data = binary.LittleEndian.AppendUint32(data, 0)
	for _, size := range h.sizes {
		data = binary.LittleEndian.AppendUint64(data, size)
	}
	return data
}

// decodeHeader reads the header, and checks that the file is whole.
func decodeHeader(data string) (header, error) {
	var h header
	switch {
	case len(data) < headerSize || data[:len(magic)] != magic:
		return h, fmt.Errorf("%w: it begins otherwise", ErrFormat)
	case uint32At(data, 8) != version:
		return h, fmt.Errorf("%w: version %d, want %d", ErrFormat, uint32At(data, 8), version)
	}
	h.sum, h.entities = uint32At(data, 12), uint32At(data, 16)
	total := uint64(headerSize)
	for i := range h.sizes {
		h.sizes[i] = uint64At(data, 24+8*i)
		if h.sizes[i] > uint64(len(data)) {
			return h, fmt.Errorf("%w: it has %d bytes, and a part of %d", ErrFormat, len(data), h.sizes[i])
		}
		total += h.sizes[i]
	}
	switch {
	case total != uint64(len(data)):
		return h, fmt.Errorf("%w: it has %d bytes, want %d", ErrFormat, len(data), total)
	case h.sizes[3] != uint64(h.entities)*rowSize || h.sizes[0]%4 != 0:
		return h, fmt.Errorf("%w: its parts do not fit each other", ErrFormat)
	case checksum(data[16:]) != h.sum:
		return h, fmt.Errorf("%w: its checksum is not that of its content", ErrFormat)
	}
	return h, nil
}

func castagnoli() *crc32.Table { return crc32.MakeTable(crc32.Castagnoli) }

// checksum is that of data, without a copy of all of it.
func checksum(data string) uint32 {
	var buf [16 << 10]byte
	var sum uint32
	for len(data) > 0 {
		n := copy(buf[:], data)
		sum = crc32.Update(sum, castagnoli(), buf[:n])
		data = data[n:]
	}
	return sum
}

// encodeRow is the row of e, whose texts stand at.
func encodeRow(e *Entity, at uint32) []byte {
	row := binary.LittleEndian.AppendUint32(make([]byte, 0, rowSize), at)
	row = binary.LittleEndian.AppendUint32(row, e.QID)
	row = binary.LittleEndian.AppendUint32(row, e.GeoNamesID)
	row = append(row, countryBytes(e.Country)...)
	flags := e.Parts << 1
	if e.Soft {
		flags |= 1
	}
	row = append(row, byte(e.Kind), flags)
	row = binary.LittleEndian.AppendUint16(row, uint16(degrees(e.Lat, 90)))
	row = binary.LittleEndian.AppendUint16(row, uint16(degrees(e.Lon, 180)))
	return binary.LittleEndian.AppendUint32(row, math.Float32bits(float32(e.Prior)))
}

// entity is the one at this row, and whether there is one.
func (b *Base) entity(at uint32) (Entity, bool) {
	if at >= b.header.entities {
		return Entity{}, false
	}
	row := b.rows[int(at)*rowSize:][:rowSize]
	e := Entity{
		QID: uint32At(row, 4), GeoNamesID: uint32At(row, 8), Kind: kindOf(row),
		Soft: row[15]&1 != 0, Parts: row[15] >> 1,
		Lat: fromDegrees(row[16:], 90), Lon: fromDegrees(row[18:], 180),
		Prior: float64(math.Float32frombits(uint32At(row, 20))),
	}
	if row[12] != 0 {
		e.Country = row[12:14]
	}
	texts := uint64(uint32At(row, 0))
	if texts > uint64(len(b.texts)) || e.Kind.Type() == "" {
		return Entity{}, false
	}
	var rest string
	e.Name, rest = counted(b.texts[texts:])
	e.Admin, _ = counted(rest)
	return e, e.Name != ""
}

func kindOf(row string) Kind { return Kind(row[14]) }

// counted is the text after its length, of one byte, and what is after it.
func counted(s string) (text, rest string) {
	if s == "" || len(s) <= int(s[0]) {
		return "", ""
	}
	return s[1 : 1+int(s[0])], s[1+int(s[0]):]
}

func countryBytes(code string) []byte {
	if len(code) != 2 {
		return []byte{0, 0}
	}
	return []byte(code)
}

// nowhere is the degrees of what has no place.
const nowhere = math.MinInt16

// degrees makes a number of 16 bits of -most to most, to 300 m of latitude.
func degrees(d, most float64) int16 {
	if math.IsNaN(d) || math.Abs(d) > most {
		return nowhere
	}
	return int16(math.Round(d / most * math.MaxInt16))
}

func fromDegrees(s string, most float64) float64 {
	d := int16(uint16(s[0]) | uint16(s[1])<<8)
	if d == nowhere {
		return math.NaN()
	}
	return float64(d) / math.MaxInt16 * most
}

func uint32At(s string, at int) uint32 {
	s = s[at : at+4]
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}

func uint64At(s string, at int) uint64 {
	return uint64(uint32At(s, at)) | uint64(uint32At(s, at+4))<<32
}

// hashOf is FNV-1a, whose result is mixed once more.
func hashOf(word []byte) uint64 {
	h := uint64(14695981039346656037)
	for _, c := range word {
		h = (h ^ uint64(c)) * 1099511628211
	}
	return h ^ h>>29
}

// tagOf is the part of a hash that an entry of begins keeps.
func tagOf(hash uint64) uint32 { return uint32(hash>>32) &^ 0xff }
