// Package tagger labels the tokens of a text with a linear-chain CRF: what its
// features are, how a model lies in a file, and how the best labels are found.
// The recognizer runs it, the trainer makes its models.
package tagger

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// ErrModel says that a file is no model of this version of the format.
var ErrModel = errors.New("tagger: not a model")

// magic begins a model file. A change of the format or of any feature changes it.
const magic = "dateline-crf-1\n"

// Label is a label of BIO2.
type Label uint8

// Labels. The even ones but 0 go on with the name that the odd one before begins.
const (
	Outside Label = iota
	BeginPerson
	InPerson
	BeginOrganization
	InOrganization
	BeginLocation
	InLocation
	BeginOther
	InOther
	Labels = 9
)

// begins reports whether l begins a name, and goesOn whether it goes on with one.
func (l Label) begins() bool { return l&1 == 1 }

func (l Label) goesOn() bool { return l != Outside && l&1 == 0 }

// Follows reports whether l may follow before.
func (l Label) Follows(before Label) bool {
	return !l.goesOn() || before == l || before == l-1
}

// Info says what a model is.
type Info struct {
	Name      string   `json:"name"`
	Version   string   `json:"version"`
	Languages []string `json:"languages"` // primary tags of BCP 47
	// Scale is how many units of a weight are 1.
	Scale float64 `json:"scale"`
	// Eager is by how many units a word that may be a name is likelier to be one in
	// Title Case and in ALL CAPS than the weights say: there they miss too many.
	Eager int16 `json:"eager,omitempty"`
}

// Model is a loaded model. It is safe for concurrent use.
type Model struct {
	Info
	lexicon
	weights     table // of a feature: a signed byte for each label
	transitions [Labels][Labels]int32
}

// Load reads a model. It reads the tables where they lie: data must not change.
func Load(data []byte) (*Model, error) {
	rest, ok := bytes.CutPrefix(data, []byte(magic))
	if !ok || len(rest) < 4 {
		return nil, ErrModel
	}
	n := uint64(binary.LittleEndian.Uint32(rest))
	if rest = rest[4:]; n > uint64(len(rest)) {
		return nil, ErrModel
	}
	var m Model
	if err := json.Unmarshal(rest[:n], &m.Info); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrModel, err)
	}
	rest = rest[n:]
	if len(rest) < Labels*Labels*2 {
		return nil, ErrModel
	}
	for i := range Labels * Labels {
		from, to := i/Labels, i%Labels
		m.transitions[from][to] = int32(int16(binary.LittleEndian.Uint16(rest[i*2:])))
		if !Label(to).Follows(Label(from)) {
			m.transitions[from][to] = impossible
		}
	}
	rest = rest[Labels*Labels*2:]
	for _, t := range []*table{&m.clusters, &m.names, &m.weights} {
		var err error
		if *t, rest, err = openTable(rest); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrModel, err)
		}
	}
	if m.clusters.value != 4 || m.names.value != 2 || m.weights.value != Labels {
		return nil, ErrModel
	}
	return &m, nil
}

// Knows reports whether the model was made for a language, a BCP 47 tag.
func (m *Model) Knows(language string) bool {
	primary, _, _ := strings.Cut(language, "-")
	return slices.Contains(m.Languages, strings.ToLower(primary))
}

// Weights are what training finds, in units of which Info.Scale are 1.
type Weights struct {
	Transitions [Labels][Labels]int16
	Features    map[uint64][Labels]int8
}

// Encode writes a model as a file.
func Encode(info Info, l *Lexicon, w Weights) ([]byte, error) {
	head, err := json.Marshal(info)
	if err != nil {
		return nil, fmt.Errorf("model info: %w", err)
	}
	data := binary.LittleEndian.AppendUint32([]byte(magic), uint32(len(head)))
	data = append(data, head...)
	for _, row := range w.Transitions {
		for _, x := range row {
			data = binary.LittleEndian.AppendUint16(data, uint16(x))
		}
	}
	data = l.append(data)
	keys := sortedKeys(w.Features)
	return appendTable(data, 4, Labels, len(keys), func(i int) (uint64, []byte) {
		value := make([]byte, Labels)
		for j, x := range w.Features[keys[i]] {
			value[j] = byte(x)
		}
		return keys[i], value
	}), nil
}
