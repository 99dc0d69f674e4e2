package schema

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"strconv"
)

// FeedID is the id of a feed: the first 16 hex digits of the SHA-256 of its
// address as registered. Redirects do not change it.
func FeedID(url string) string {
	sum := sha256.Sum256([]byte(url))
	return hex.EncodeToString(sum[:8])
}

// ArticleID is the id of an article: 32 hex digits of the SHA-256 of its
// identity key; see IdentityKey.
func ArticleID(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:16])
}

// RegionHash is the hash of the bytes of one item in its feed, 64 hex digits.
func RegionHash(region []byte) string {
	sum := sha256.Sum256(region)
	return hex.EncodeToString(sum[:])
}

// ItemMessageID is the message id of an item. reading tells which readings of the
// feed are one: of a poll it is the sequence of the feed's memory that the poll
// began with. So the id is the same when a poll is done twice, or two at once, and
// another once the item was remembered: a text that goes back to an earlier
// wording is not taken for a duplicate.
func ItemMessageID(feedID string, reading uint64, regionHash string) string {
	return digest(feedID, strconv.FormatUint(reading, 10), regionHash)
}

// MentionMessageID is the message id of a mention pointer.
func MentionMessageID(p Pointer) string {
	return digest(p.ArticleID, strconv.Itoa(p.Revision), strconv.FormatUint(p.EnrichedSeq, 10), p.EntityID)
}

// RevisionID is the ce-id of an article's revision: its id, a colon, and the
// revision.
func RevisionID(articleID string, revision int) string {
	return articleID + ":" + strconv.Itoa(revision)
}

// Hash is the content hash: headline, lead, body and date. Two revisions with
// the same hash say the same.
func (a Article) Hash() string {
	return digest(append([]string{a.Headline, a.Lead, a.Date}, a.Body...)...)
}

// digest is 32 hex digits of the SHA-256 of the parts, each with its length
// before it, so that no two lists of parts are joined to the same bytes.
func digest(parts ...string) string {
	size := 0
	for _, p := range parts {
		size += 8 + len(p)
	}
	joined := make([]byte, 0, size)
	for _, p := range parts {
		joined = append(binary.BigEndian.AppendUint64(joined, uint64(len(p))), p...)
	}
	sum := sha256.Sum256(joined)
	return hex.EncodeToString(sum[:16])
}
