package schema

import "strings"

// The headers of every message: CloudEvents 1.0 in the binary mode of its NATS
// binding, always in lower case because NATS clients compare the case.
const (
	HeaderSpecVersion     = "ce-specversion"
	HeaderID              = "ce-id"
	HeaderSource          = "ce-source"
	HeaderType            = "ce-type"
	HeaderSubject         = "ce-subject" // the article's id, or the feed's
	HeaderTime            = "ce-time"
	HeaderDataContentType = "ce-datacontenttype"
	HeaderDataSchema      = "ce-dataschema"
	HeaderCausationID     = "ce-causationid"  // the ce-id of the message that led to this one
	HeaderRecordedTime    = "ce-recordedtime" // when this message was made
	HeaderSequence        = "ce-sequence"     // the revision
	HeaderPartitionKey    = "ce-partitionkey" // what must stay in order: the article's id

	HeaderTraceParent = "traceparent" // W3C Trace Context
	HeaderTraceState  = "tracestate"
)

// The headers of dateline's own.
const (
	// HeaderReplay names the job of a replay or backfill.
	HeaderReplay = "dateline-replay"
	// HeaderReplaySequence is the sequence of the original of a replayed message.
	HeaderReplaySequence = "dateline-replay-sequence"
	// HeaderReplayEnd is set on the message that ends a replay, which has no data.
	HeaderReplayEnd = "dateline-replay-end"

	// HeaderLicense and HeaderRSL are the addresses of the licences that an article
	// declares, HeaderTDM is TDMReserved when it reserves text and data mining; see
	// Rights. Articles and enriched articles have them.
	HeaderLicense = "dateline-license"
	HeaderRSL     = "dateline-rsl"
	HeaderTDM     = "dateline-tdm"

	HeaderDeadStage    = "dateline-dead-stage"
	HeaderDeadReason   = "dateline-dead-reason"
	HeaderDeadAttempts = "dateline-dead-attempts"
	HeaderDeadStream   = "dateline-dead-stream"
	HeaderDeadSequence = "dateline-dead-sequence"
	HeaderDeadSubject  = "dateline-dead-subject"
)

// SpecVersion is the version of CloudEvents that the headers follow.
const SpecVersion = "1.0"

// ContentTypeJSON is the media type of every message's data.
const ContentTypeJSON = "application/json"

// The types of messages, the values of HeaderType.
const (
	TypePollDue          = "dev.dateline.poll.due.v1"
	TypeWalkDue          = "dev.dateline.walk.due.v1"
	TypeItemFound        = "dev.dateline.item.found.v1"
	TypeArticlePublished = "dev.dateline.article.published.v1"
	TypeArticleRevised   = "dev.dateline.article.revised.v1"
	TypeArticleWithdrawn = "dev.dateline.article.withdrawn.v1"
	TypeArticleEnriched  = "dev.dateline.article.enriched.v1"
	TypeEntityMentioned  = "dev.dateline.entity.mentioned.v1"
	TypeStoryChanged     = "dev.dateline.story.changed.v1"
	TypeHealth           = "dev.dateline.ops.health.v1"
	TypeReplayEnd        = "dev.dateline.replay.end.v1"
	TypeJobChanged       = "dev.dateline.ops.job.v1"
)

// TypeOf is the message type of an article's event.
func TypeOf(e Event) string {
	switch e {
	case EventRevised:
		return TypeArticleRevised
	case EventWithdrawn:
		return TypeArticleWithdrawn
	default:
		return TypeArticlePublished
	}
}

// SchemaURL is the address that HeaderDataSchema gives for a message: the $id of
// its JSON Schema in the folder jsonschema.
func SchemaURL(name string) string { return "https://dateline.news/schema/v1/" + name + ".json" }

// TDMReserved is the value of HeaderTDM.
const TDMReserved = "reserved"

// maxHeaderAddress bounds an address in a header.
const maxHeaderAddress = 512

// Headers are the rights as headers of a message, so that consumers can choose by
// them without reading it: nil when there is nothing to say. Addresses that a
// header cannot hold are in the message alone.
func (r *Rights) Headers() map[string]string {
	if r == nil {
		return nil
	}
	var headers map[string]string
	for name, value := range map[string]string{HeaderLicense: r.License, HeaderRSL: r.RSL, HeaderTDM: r.tdm()} {
		unfit := func(c rune) bool { return c <= ' ' || c > '~' }
		if value == "" || len(value) > maxHeaderAddress || strings.IndexFunc(value, unfit) >= 0 {
			continue
		}
		if headers == nil {
			headers = map[string]string{}
		}
		headers[name] = value
	}
	return headers
}

func (r *Rights) tdm() string {
	if r.TDMReserved {
		return TDMReserved
	}
	return ""
}
