package stories

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/normalizer/fingerprint"
)

// Article is what counts of a message of the stream ARTICLES.
type Article struct {
	// ID, Revision and Source are the article's; Source is a subject token.
	ID       ID
	Revision int
	Source   string
	// Seq is its sequence in the stream, and Stored when it was stored.
	Seq    uint64
	Stored time.Time
	// Fetched is its order stamp.
	Fetched time.Time
	// Withdrawn says that it was taken back.
	Withdrawn bool
	// Signature is nil when it is too short, or signed in another way.
	Signature *fingerprint.Signature
}

// ID is the id of an article as bytes.
type ID [16]byte

// String is the id in hex.
func (i ID) String() string { return hex.EncodeToString(i[:]) }

// ErrArticle says that a message is no article with an id.
var ErrArticle = errors.New("stories: not an article")

// parseID reads an id in hex.
func parseID(text string) (id ID, err error) {
	if len(text) != 2*len(id) {
		return id, ErrArticle
	}
	if _, err := hex.Decode(id[:], []byte(text)); err != nil {
		return id, ErrArticle
	}
	return id, nil
}

// message is what is read of a message of the stream ARTICLES.
type message struct {
	ID          string       `json:"id"`
	Revision    int          `json:"revision"`
	Event       schema.Event `json:"event"`
	Fingerprint string       `json:"fingerprint"`
	Source      struct {
		Token string `json:"token"`
	} `json:"source"`
	Provenance struct {
		FetchedAt time.Time         `json:"fetched_at"`
		Versions  map[string]string `json:"versions"`
	} `json:"provenance"`
}

// Decode takes from a message of ARTICLES what counts.
func Decode(data []byte, seq uint64, stored time.Time) (Article, error) {
	var m message
	if err := json.Unmarshal(data, &m); err != nil {
		return Article{}, fmt.Errorf("%w: %w", ErrArticle, err)
	}
	id, err := parseID(m.ID)
	if err != nil {
		return Article{}, err
	}
	a := Article{
		ID: id, Revision: m.Revision, Source: m.Source.Token, Seq: seq, Stored: stored,
		Fetched: m.Provenance.FetchedAt, Withdrawn: m.Event == schema.EventWithdrawn,
	}
	if !a.Withdrawn && m.Provenance.Versions["fingerprint"] == fingerprint.Version {
		a.Signature, _ = fingerprint.Parse(m.Fingerprint) // one that cannot be read is none
	}
	return a, nil
}
