package memory

import (
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/dateline-news/dateline/pkg/schema"
)

// The forms of an encoded memory. It begins with its version.
//
//	2: entries
//	3: policy, hosts, articles, entries
//
// Nearly all feeds have a memory of entries alone, which is written as version 2.
// An entry has 24 bytes: region and fold. The policy is one byte; hosts and articles
// are counted before the first. A host is its length, in a byte, and its name; an
// article has 25 bytes: the hash of its guid, its id, and the number of its host,
// of which 0 is the feed's own.
const (
	entriesAlone = 2
	version      = 3
	entrySize    = 24
	articleSize  = 25
)

// policies are numbered as they are encoded.
func policies() []schema.IdentityPolicy {
	return []schema.IdentityPolicy{"", schema.PolicyLink, schema.PolicyGUID, schema.PolicyHeadline}
}

// Encode returns the bytes that Decode reads.
func (m Memory) Encode() []byte {
	data := make([]byte, 0, 1+len(m.entries)*entrySize+len(m.articles)*(articleSize+1))
	if m.policy == "" && len(m.articles) == 0 {
		data = append(data, entriesAlone)
	} else {
		data = append(data, version, byte(max(0, slices.Index(policies(), m.policy))))
		data = m.appendArticles(data)
	}
	for _, e := range m.entries {
		data = append(data, e.region[:]...)
		data = binary.BigEndian.AppendUint64(data, uint64(e.fold))
	}
	return data
}

func (m Memory) appendArticles(data []byte) []byte {
	hosts := []string{""}
	for _, k := range m.articles {
		if !slices.Contains(hosts, k.Host) {
			hosts = append(hosts, k.Host)
		}
	}
	data = append(data, byte(len(hosts)-1))
	for _, host := range hosts[1:] {
		data = append(append(data, byte(len(host))), host...)
	}
	data = binary.BigEndian.AppendUint16(data, uint16(len(m.articles)))
	for _, k := range m.articles {
		data = binary.BigEndian.AppendUint64(data, k.guid)
		data = append(append(data, k.ID[:]...), byte(slices.Index(hosts, k.Host)))
	}
	return data
}

// Decode reads what Encode wrote. No bytes at all are an empty memory.
func Decode(data []byte) (m Memory, err error) {
	if len(data) == 0 {
		return Memory{}, nil
	}
	r := reader{rest: data[1:]}
	switch data[0] {
	case entriesAlone:
	case version:
		m.policy = r.policy()
		m.articles = r.articles(r.hosts())
	default:
		return Memory{}, fmt.Errorf("%w: version %d, want %d or %d", ErrFormat, data[0], entriesAlone, version)
	}
	if r.bad {
		return Memory{}, fmt.Errorf("%w: %d bytes whose policy, hosts or articles are damaged", ErrFormat, len(data))
	}
	if len(r.rest)%entrySize != 0 || len(r.rest) > Max*entrySize {
		return Memory{}, fmt.Errorf("%w: %d bytes of entries, want at most %d of %d", ErrFormat, len(r.rest), Max, entrySize)
	}
	m.entries = make([]entry, 0, len(r.rest)/entrySize)
	for e := range slices.Chunk(r.rest, entrySize) {
		m.entries = append(m.entries, entry{region: region(e[:16]), fold: Fold(binary.BigEndian.Uint64(e[16:]))})
	}
	return m, nil
}

// reader takes values from bytes. It is bad once they did not suffice, or made no
// sense, and gives zeros then.
type reader struct {
	rest []byte
	bad  bool
}

func (r *reader) take(n int) []byte {
	if r.bad || len(r.rest) < n {
		r.bad = true
		return make([]byte, n)
	}
	taken := r.rest[:n]
	r.rest = r.rest[n:]
	return taken
}

func (r *reader) policy() schema.IdentityPolicy {
	n := int(r.take(1)[0])
	if n >= len(policies()) {
		r.bad = true
		return ""
	}
	return policies()[n]
}

func (r *reader) hosts() []string {
	hosts := []string{""}
	n := int(r.take(1)[0])
	r.bad = r.bad || n > maxHosts
	for len(hosts) <= n && !r.bad {
		hosts = append(hosts, string(r.take(int(r.take(1)[0]))))
	}
	return hosts
}

func (r *reader) articles(hosts []string) []known {
	n := int(binary.BigEndian.Uint16(r.take(2)))
	r.bad = r.bad || n > MaxArticles
	var all []known
	for len(all) < n && !r.bad {
		k := known{guid: binary.BigEndian.Uint64(r.take(8))}
		k.ID = [16]byte(r.take(16))
		host := int(r.take(1)[0])
		if r.bad = r.bad || host >= len(hosts); !r.bad {
			k.Host = hosts[host]
		}
		all = append(all, k)
	}
	return all
}
