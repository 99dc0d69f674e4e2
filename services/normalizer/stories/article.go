package stories

import (
	"encoding/hex"
	"errors"
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

// ErrID says that an article has no id of 32 hex digits.
var ErrID = errors.New("stories: no id of an article")

// parseID reads an id in hex.
func parseID(text string) (id ID, err error) {
	if len(text) != 2*len(id) {
		return id, ErrID
	}
	if _, err := hex.Decode(id[:], []byte(text)); err != nil {
		return id, ErrID
	}
	return id, nil
}

// NewArticle takes from a message what counts.
func NewArticle(a schema.Article, seq uint64, stored time.Time) (Article, error) {
	id, err := parseID(a.ID)
	if err != nil {
		return Article{}, err
	}
	out := Article{
		ID: id, Revision: a.Revision, Source: a.Source.Token, Seq: seq, Stored: stored,
		Fetched: a.Provenance.FetchedAt, Withdrawn: a.Event == schema.EventWithdrawn,
	}
	if a.Fingerprint != "" && a.Provenance.Versions["fingerprint"] == fingerprint.Version && !out.Withdrawn {
		out.Signature, _ = fingerprint.Parse(a.Fingerprint) // one that cannot be read is none
	}
	return out, nil
}
