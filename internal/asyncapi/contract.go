package asyncapi

import (
	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/pkg/schema"
)

// channel is subjects of one form.
type channel struct {
	name        string
	address     string
	description string
	stream      string   // the contract's name
	messages    []string // names of messages
	sent        []string // by these services
	received    []string // by these durables
}

// channels are all subjects of a pipeline.
func channels(root schema.Root) []channel {
	news := string(root) + "."
	return []channel{
		{"pollAt", news + "poll.at.{feed}", "The next poll of a feed, a message that the server delivers on poll.due when its time has come.",
			schema.StreamPolls, []string{"poll"}, []string{"fetcher"}, nil},
		{"pollDue", news + "poll.due.{feed}", "A poll whose time has come.", schema.StreamPolls, []string{"poll"}, []string{"server"}, []string{topology.ConsumerPoller}},
		{"walkAt", news + "walk.at.{job}", "The next step of a walk through the history of a feed, delivered on walk.due when its time has come.",
			schema.StreamPolls, []string{"walk"}, []string{"fetcher"}, nil},
		{"walkDue", news + "walk.due.{job}", "A step whose time has come.", schema.StreamPolls, []string{"walk"}, []string{"server"}, []string{topology.ConsumerWalker}},
		{"found", news + "found.{source}", "An item that wants its page.", schema.StreamFound, []string{"item"}, []string{"fetcher"}, []string{topology.ConsumerPager}},
		{"item", news + "item.{source}", "An item as its publisher wrote it: a feed of one.", schema.StreamItems, []string{"item"}, []string{"fetcher"}, []string{topology.ConsumerNormalizer}},
		{"article", news + "article.{lang}.{source}.{id}", "A revision of a dated article.", schema.StreamArticles,
			[]string{"articlePublished", "articleRevised", "articleWithdrawn"}, []string{"normalizer"}, []string{topology.ConsumerEnricher, topology.ConsumerStories}},
		{"enriched", news + "enriched.{lang}.{source}.{id}", "A revision of an article with its entities.", schema.StreamEnriched, []string{"articleEnriched"}, []string{"enricher"}, nil},
		{"mention", news + "mention.{type}.{entity}", "A pointer to an enriched article that names the entity.", schema.StreamMentions, []string{"entityMentioned"}, []string{"enricher"}, nil},
		{"story", news + "story.{id}", "A version of a story: near-duplicate articles.", schema.StreamStories, []string{"storyChanged"}, []string{"normalizer"}, nil},
		{"dead", news + "dead.{stage}.{source}", "What a stage has set aside, with its own bytes and the reason.", schema.StreamDead, []string{"deadLetter"},
			[]string{"fetcher", "normalizer", "enricher", "webhook"}, nil},
		{"ops", news + "ops.{kind}.{feed}", "What happened to a feed, or to the pipeline.", schema.StreamOps, []string{"health", "jobChanged"}, []string{"fetcher", "normalizer", "enricher", "replay"}, nil},
		{"replay", news + "replay.{job}.{rest}", "What a replay or backfill has made; the rest is the original's subject without its root.",
			schema.StreamReplay, []string{"replayed", "replayEnd"}, []string{"replay"}, nil},
	}
}

// tokenMeanings are what the tokens in subjects stand for.
func tokenMeanings() map[string]string {
	return map[string]string{
		"feed":   "Id of the feed: the first 16 hex digits of SHA-256 of its address; _ when unknown.",
		"job":    "Id of the job.",
		"source": "Host of the publisher without www., its dots as _ (theguardian_com); _ when unknown.",
		"lang":   "Primary BCP 47 tag of the language (en, pt); und when unknown.",
		"id":     "Id of the article or story: 32 hex digits.",
		"type":   "Type of the entity: person, organization or location.",
		"entity": "Wikidata id of the entity (q159) where there is one, else made of its name.",
		"stage":  "Stage that has set the message aside.",
		"kind":   "Kind of the event, such as failing.",
		"rest":   "Subject of the original without its root; several tokens.",
	}
}

// message is what is on a channel.
type message struct {
	name    string
	typ     string // its ce-type; empty for any
	schema  string // its JSON Schema; empty for any data
	summary string
	headers []string // dateline's own that it may have
}

// messages are all messages.
func messages() []message {
	replay := []string{schema.HeaderReplay}
	rights := []string{schema.HeaderLicense, schema.HeaderRSL, schema.HeaderTDM, schema.HeaderReplay}
	dead := []string{
		schema.HeaderDeadStage, schema.HeaderDeadReason, schema.HeaderDeadAttempts, schema.HeaderDeadStream, schema.HeaderDeadSequence,
		schema.HeaderDeadSubject, schema.HeaderReplay,
	}
	return []message{
		{"poll", schema.TypePollDue, "pollstate", "The state of a feed's polling.", nil},
		{"walk", schema.TypeWalkDue, "step", "A job that is to go on.", nil},
		{"item", schema.TypeItemFound, "item", "An item of a feed.", replay},
		{"articlePublished", schema.TypeArticlePublished, "article", "An article that is seen for the first time: revision 1.", rights},
		{"articleRevised", schema.TypeArticleRevised, "article", "An article whose text, date or extent has changed.", rights},
		{"articleWithdrawn", schema.TypeArticleWithdrawn, "article", "An article that its publisher has taken back, with its last text.", rights},
		{"articleEnriched", schema.TypeArticleEnriched, "enriched", "An article with its entities; its field event tells which of the three it is.", rights},
		{"entityMentioned", schema.TypeEntityMentioned, "pointer", "A pointer from an entity to an article.", replay},
		{"storyChanged", schema.TypeStoryChanged, "story", "A story, which each version replaces.", replay},
		{"health", schema.TypeHealth, "health", "An event of a feed or of a stage.", replay},
		{"jobChanged", schema.TypeJobChanged, "job", "A job with how far it is.", replay},
		{"deadLetter", "", "", "The original's bytes and headers.", dead},
		{"replayed", "", "", "The original's data and headers.", append([]string{schema.HeaderReplaySequence}, rights...)},
		{"replayEnd", schema.TypeReplayEnd, "", "The end of a replay: no data.", []string{schema.HeaderReplay, schema.HeaderReplayEnd}},
	}
}

// object is the message in the document.
func (m message) object() object {
	properties := object{}
	for _, name := range m.headers {
		properties[name] = object{"type": "string", "description": headerMeanings()[name]}
	}
	o := object{"name": m.name, "summary": m.summary}
	envelope := ref("components", "schemas", "CloudEvent")
	if m.typ == "" {
		o["headers"] = object{"type": "object", "properties": properties}
		o["contentType"] = "application/octet-stream"
		return o
	}
	properties[schema.HeaderType] = object{"const": m.typ}
	required := []string{schema.HeaderType}
	if m.schema != "" {
		properties[schema.HeaderDataSchema] = object{"const": schema.SchemaURL(m.schema)}
		required = append(required, schema.HeaderDataSchema)
		o["payload"] = ref("components", "schemas", m.schema)
	}
	o["title"], o["contentType"] = m.typ, schema.ContentTypeJSON
	o["headers"] = object{"type": "object", "allOf": []any{envelope, object{"properties": properties, "required": required}}}
	return o
}

// envelope is the headers that every message of a type has.
func envelope() object {
	text := func(name, format string) object {
		o := object{"type": "string", "description": headerMeanings()[name]}
		if format != "" {
			o["format"] = format
		}
		return o
	}
	properties := object{
		schema.HeaderSpecVersion:     object{"const": schema.SpecVersion, "description": headerMeanings()[schema.HeaderSpecVersion]},
		schema.HeaderDataContentType: object{"const": schema.ContentTypeJSON, "description": headerMeanings()[schema.HeaderDataContentType]},
		schema.HeaderSource:          text(schema.HeaderSource, "uri-reference"),
		schema.HeaderDataSchema:      text(schema.HeaderDataSchema, "uri"),
		schema.HeaderTime:            text(schema.HeaderTime, "date-time"),
		schema.HeaderRecordedTime:    text(schema.HeaderRecordedTime, "date-time"),
		schema.HeaderSequence:        object{"type": "string", "pattern": "^[1-9][0-9]*$", "description": headerMeanings()[schema.HeaderSequence]},
	}
	for _, name := range []string{
		schema.HeaderID, schema.HeaderType, schema.HeaderSubject, schema.HeaderCausationID, schema.HeaderPartitionKey, schema.HeaderTraceParent, schema.HeaderTraceState,
	} {
		properties[name] = text(name, "")
	}
	return object{
		"type": "object", "description": "The headers of every message: CloudEvents 1.0, binary mode of the NATS binding.", "properties": properties,
		"required": []string{
			schema.HeaderSpecVersion, schema.HeaderID, schema.HeaderSource, schema.HeaderType, schema.HeaderTime, schema.HeaderRecordedTime,
			schema.HeaderDataContentType, schema.HeaderTraceParent,
		},
	}
}

// headerMeanings are what the headers say.
func headerMeanings() map[string]string {
	return map[string]string{
		schema.HeaderSpecVersion:     "The version of CloudEvents.",
		schema.HeaderID:              "The message: of an article, its id, a colon and the revision.",
		schema.HeaderSource:          "The service that made it: /dateline/<service>.",
		schema.HeaderType:            "The type of the message.",
		schema.HeaderSubject:         "What it is about: the article's id, or the feed's.",
		schema.HeaderTime:            "When what it tells happened; the same when it is made again.",
		schema.HeaderDataContentType: "The media type of the data.",
		schema.HeaderDataSchema:      "The $id of the JSON Schema of the data.",
		schema.HeaderCausationID:     "The ce-id of the message that led to this one.",
		schema.HeaderRecordedTime:    "When the message was made.",
		schema.HeaderSequence:        "The revision.",
		schema.HeaderPartitionKey:    "What must stay in order: the same as ce-subject.",
		schema.HeaderTraceParent:     "W3C Trace Context.",
		schema.HeaderTraceState:      "W3C Trace Context.",
		schema.HeaderReplay:          "The job of the replay, backfill or walk that made it: it is no news.",
		schema.HeaderReplaySequence:  "The sequence of the original.",
		schema.HeaderReplayEnd:       "On the message that ends a replay: how many messages it had.",
		schema.HeaderLicense:         "The address of the licence that is declared.",
		schema.HeaderRSL:             "The address of the RSL licence that is declared.",
		schema.HeaderTDM:             "reserved, when text and data mining is.",
		schema.HeaderDeadStage:       "The stage that set the message aside.",
		schema.HeaderDeadReason:      "Why: printable ASCII, at most 1024 bytes.",
		schema.HeaderDeadAttempts:    "How often it was tried.",
		schema.HeaderDeadStream:      "The stream of the original.",
		schema.HeaderDeadSequence:    "The sequence of the original.",
		schema.HeaderDeadSubject:     "The subject of the original.",
	}
}
