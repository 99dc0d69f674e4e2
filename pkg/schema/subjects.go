package schema

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// DefaultRoot is the first token of every subject unless an operator sets another.
const DefaultRoot = "news"

// maxToken is the longest token that Token writes as it is.
const maxToken = 64

// Unknown is the subject token of something that is not known, such as the
// source of a message that cannot be decoded.
const Unknown = "_"

// Token turns any text into one token of a subject: lower case, the letters
// a to z, digits, - and _ as they are, every other byte as =XX. A token of more
// than 64 bytes becomes the first 32 hex digits of its SHA-256, and an empty
// text becomes Unknown. It is the only way for outside text to reach a subject.
func Token(text string) string {
	if text == "" {
		return Unknown
	}
	lower := strings.ToLower(text)
	escaped := strings.IndexFunc(lower, func(r rune) bool { return r >= utf8.RuneSelf || !isTokenByte(byte(r)) })
	if escaped < 0 && len(lower) <= maxToken {
		return lower
	}
	const hexDigits = "0123456789ABCDEF"
	token := make([]byte, 0, maxToken+3)
	for i := 0; i < len(lower); i++ {
		if c := lower[i]; isTokenByte(c) {
			token = append(token, c)
		} else {
			token = append(token, '=', hexDigits[c>>4], hexDigits[c&15])
		}
		if len(token) > maxToken {
			sum := sha256.Sum256([]byte(lower))
			return hex.EncodeToString(sum[:16])
		}
	}
	return string(token)
}

// isTokenByte reports whether Token writes c as it is.
func isTokenByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_'
}

// SourceToken is the subject token of a host name: without www., with its dots
// as _ (theguardian_com).
func SourceToken(host string) string {
	host = strings.TrimPrefix(strings.TrimSuffix(strings.ToLower(host), "."), "www.")
	return Token(strings.ReplaceAll(host, ".", "_"))
}

// LanguageToken is the subject token of a language: its primary subtag (pt of
// pt-BR), LanguageUndetermined when it is unknown.
func LanguageToken(tag string) string {
	primary, _, _ := strings.Cut(strings.ReplaceAll(tag, "_", "-"), "-")
	if primary == "" {
		return LanguageUndetermined
	}
	return Token(primary)
}

// Root is the first token of a pipeline's subjects. Pipelines with different
// roots share a NATS account without seeing each other.
type Root string

// ErrRoot says that a root is not one lower-case token.
var ErrRoot = errors.New("schema: a root is one token of a-z, 0-9, - and _, at most 32 bytes")

// Validate reports whether the root can begin a subject.
func (r Root) Validate() error {
	if r == "" || len(r) > 32 || strings.Contains(Token(string(r)), "=") || Token(string(r)) != string(r) {
		return fmt.Errorf("%w: got %q", ErrRoot, string(r))
	}
	return nil
}

// PollAt is the subject of a feed's next poll, a scheduled message.
func (r Root) PollAt(feedID string) string { return r.join("poll.at", Token(feedID)) }

// PollDue is the subject of a feed's poll when its time has come.
func (r Root) PollDue(feedID string) string { return r.join("poll.due", Token(feedID)) }

// WalkAt is the subject of the next step of a walk, a scheduled message.
func (r Root) WalkAt(job string) string { return r.join("walk.at", Token(job)) }

// WalkDue is the subject of a walk's step when its time has come.
func (r Root) WalkDue(job string) string { return r.join("walk.due", Token(job)) }

// Found is the subject of an item that wants its page.
func (r Root) Found(source string) string { return r.join("found", source) }

// Item is the subject of an item; source is a SourceToken.
func (r Root) Item(source string) string { return r.join("item", source) }

// Article is the subject of an article.
func (r Root) Article(a Article) string {
	return r.join("article", LanguageToken(a.Language), a.Source.Token, a.ID)
}

// ArticleAnyLanguage is the filter that every revision of an article is on,
// whatever its language.
func (r Root) ArticleAnyLanguage(source, id string) string {
	return r.join("article", "*", source, id)
}

// Enriched is the subject of an enriched article.
func (r Root) Enriched(a Article) string {
	return r.join("enriched", LanguageToken(a.Language), a.Source.Token, a.ID)
}

// EnrichedAnyLanguage is the filter that every enriched revision of an article
// is on, whatever its language.
func (r Root) EnrichedAnyLanguage(source, id string) string {
	return r.join("enriched", "*", source, id)
}

// EnrichedFilter is the filter of the enriched articles of a language and a source,
// of which each may be * for all.
func (r Root) EnrichedFilter(lang, source string) string {
	return r.join("enriched", lang, source, "*")
}

// Mention is the subject of the pointers to articles that name an entity.
func (r Root) Mention(e Entity) string { return r.join("mention", Token(string(e.Type)), Token(e.ID)) }

// Story is the subject of a story.
func (r Root) Story(id string) string { return r.join("story", Token(id)) }

// Dead is the subject of the messages that a stage has set aside; source may be
// Unknown.
func (r Root) Dead(stage, source string) string { return r.join("dead", Token(stage), source) }

// Ops is the subject of health events; feed may be Unknown.
func (r Root) Ops(kind, feed string) string { return r.join("ops", Token(kind), Token(feed)) }

// Job is the subject of the events of a job.
func (r Root) Job(id string) string { return r.Ops("job", id) }

// Replay is the subject under which a replay or backfill puts what it makes:
// the rest of the original subject follows the job.
func (r Root) Replay(job, rest string) string { return r.join("replay", Token(job), rest) }

// ReplayOf is the filter of all that a replay or backfill has made.
func (r Root) ReplayOf(job string) string { return r.Replay(job, ">") }

// ReplayInput is the subject under which a backfill's workers get what was read from
// an archive: the rest of the original subject follows it.
func (r Root) ReplayInput(job string) string { return r.Replay(job, "input") }

// All is the filter of all subjects of a kind, such as All("enriched").
func (r Root) All(kind string) string { return r.join(kind, ">") }

// Rest is a subject without its root, the root's dot included.
func (r Root) Rest(subject string) string { return strings.TrimPrefix(subject, string(r)+".") }

// Stream is the name of a stream or bucket of this pipeline: the contract's
// name for the default root, with the root before it otherwise.
func (r Root) Stream(name string) string {
	if r == DefaultRoot {
		return name
	}
	if name == strings.ToLower(name) {
		return string(r) + "_" + name
	}
	return strings.ToUpper(string(r)) + "_" + name
}

func (r Root) join(tokens ...string) string {
	return string(r) + "." + strings.Join(tokens, ".")
}

// The names of the streams and buckets; see Root.Stream.
const (
	StreamPolls    = "POLLS"
	StreamFound    = "FOUND"
	StreamItems    = "ITEMS"
	StreamArticles = "ARTICLES"
	StreamEnriched = "ENRICHED"
	StreamMentions = "MENTIONS"
	StreamDead     = "DEAD"
	StreamOps      = "OPS"
	StreamStories  = "STORIES"
	StreamReplay   = "REPLAY"

	BucketFeeds      = "feeds"
	BucketFeedMemory = "feedmemory"
	BucketJobs       = "jobs"
	BucketHosts      = "hosts"
	BucketPush       = "push"
)

// SourceOf is the source token within a subject of this pipeline: of an item or
// an article, Unknown for other subjects.
func (r Root) SourceOf(subject string) string {
	tokens := strings.Split(r.Rest(subject), ".")
	switch {
	case len(tokens) == 2 && (tokens[0] == "item" || tokens[0] == "found"):
		return tokens[1]
	case len(tokens) == 4 && (tokens[0] == "article" || tokens[0] == "enriched"):
		return tokens[2]
	default:
		return Unknown
	}
}

// KindOf is the second token of a subject of this pipeline, such as item or article.
func (r Root) KindOf(subject string) string {
	kind, _, _ := strings.Cut(r.Rest(subject), ".")
	return kind
}
