// Package topology is the pipeline's streams, buckets and consumers as data,
// and the code that makes the server hold them.
package topology

import (
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/dateline-news/dateline/pkg/schema"
)

// Options are what an operator may choose.
type Options struct {
	// Root is the first token of the subjects, and part of every name unless it
	// is schema.DefaultRoot.
	Root schema.Root
	// Replicas is how many servers of a cluster hold each stream: 1, 3 or 5.
	Replicas int
	// Store is how many bytes all streams together may take on a server. A stream
	// that is full pushes back; only OPS, MENTIONS and STORIES drop their oldest.
	Store int64
	// Fast lets the server store mentions, which can be made again, without
	// waiting for the disk. One replica only, and for good.
	Fast bool
}

// DefaultOptions are those of one server.
func DefaultOptions() Options {
	return Options{Root: schema.DefaultRoot, Replicas: 1, Store: 10 << 30, Fast: true}
}

// Topology is what the server must hold.
type Topology struct {
	Streams   []jetstream.StreamConfig
	Buckets   []jetstream.KeyValueConfig
	Consumers []Consumer
}

// Consumer is a durable consumer of a stream.
type Consumer struct {
	// Stream is the name of the stream on the server.
	Stream string
	Config jetstream.ConsumerConfig
}

// The durable consumers of the services.
const (
	ConsumerPoller     = "poller"
	ConsumerWalker     = "walker"
	ConsumerPager      = "pager"
	ConsumerNormalizer = "normalizer"
	ConsumerEnricher   = "enricher"
	ConsumerStories    = "stories"
)

const day = 24 * time.Hour

// New is the topology of a pipeline.
func New(o Options) Topology {
	t := Topology{
		Streams: []jetstream.StreamConfig{
			o.polls(),
			o.stream(schema.StreamFound, []string{"found.>"}, 0, 5, func(c *jetstream.StreamConfig) {
				c.Retention = jetstream.WorkQueuePolicy
				c.Duplicates = day
				c.AllowAtomicPublish = true
			}),
			o.stream(schema.StreamItems, []string{"item.>"}, 30*day, 35, func(c *jetstream.StreamConfig) {
				c.Duplicates = day
				c.AllowAtomicPublish = true
			}),
			o.stream(schema.StreamArticles, []string{"article.>"}, 90*day, 22, revisions),
			o.stream(schema.StreamEnriched, []string{"enriched.>"}, 90*day, 25, revisions),
			o.stream(schema.StreamMentions, []string{"mention.>"}, 90*day, 4, o.mentions),
			o.stream(schema.StreamDead, []string{"dead.>"}, 30*day, 3, func(c *jetstream.StreamConfig) { c.Duplicates = day }),
			o.stream(schema.StreamOps, []string{"ops.>"}, 7*day, 1, events),
			o.stream(schema.StreamStories, []string{"story.>"}, 90*day, 1, tales),
			o.stream(schema.StreamReplay, []string{"replay.>"}, 7*day, 4, func(c *jetstream.StreamConfig) {
				c.Duplicates = day
				c.AllowAtomicPublish = true
			}),
		},
		Buckets: []jetstream.KeyValueConfig{
			o.bucket(schema.BucketFeeds, "The registry: what to poll and how."),
			o.bucket(schema.BucketFeedMemory, "What each feed has shown."),
			o.bucket(schema.BucketJobs, "Walks, replays and backfills with their progress."),
			o.bucket(schema.BucketPush, "Subscriptions of feeds at their hubs (WebSub)."),
			o.passing(schema.BucketHosts, "Who may ask a host, and when.", hostsAge),
		},
	}
	t.Consumers = []Consumer{
		o.consumer(schema.StreamPolls, ConsumerPoller, "poll.due.*"),
		o.pager(),
		o.consumer(schema.StreamPolls, ConsumerWalker, "walk.due.*"),
		o.consumer(schema.StreamItems, ConsumerNormalizer, "item.>"),
		o.consumer(schema.StreamArticles, ConsumerEnricher, "article.>"),
		o.stories(),
	}
	return t
}

// ackWait is how soon a message that a killed worker held is with another.
// Workers renew their claim, so it does not bound the work.
const ackWait = 10 * time.Second

// maxInHand bounds what all workers of a stage together have in hand, and
// maxWaiting what they have in hand or have given back until a time. Were that
// as small, the items that wait for one slow host would keep all others out.
const (
	maxInHand  = 1000
	maxWaiting = 20_000
)

// polls holds one message a feed, and one a walk. It has no limits, because a limit would drop
// a feed's schedule silently; it is a work queue, because only there the fence
// against a late poller holds.
func (o Options) polls() jetstream.StreamConfig {
	return jetstream.StreamConfig{
		Name:              o.Root.Stream(schema.StreamPolls),
		Description:       "The next poll of each feed, the polls that are due, and the next step of each walk.",
		Subjects:          o.scheduled("poll", "walk"),
		Retention:         jetstream.WorkQueuePolicy,
		Storage:           jetstream.FileStorage,
		Replicas:          o.Replicas,
		AllowMsgSchedules: true,
		AllowRollup:       true,
		AllowDirect:       true,
	}
}

// scheduled are the subjects of messages of these kinds that the server delivers
// when their time has come: those that wait, and those that are due.
func (o Options) scheduled(kinds ...string) []string {
	var subjects []string
	for _, kind := range kinds {
		subjects = append(subjects, string(o.Root)+"."+kind+".at.*", string(o.Root)+"."+kind+".due.*")
	}
	return subjects
}

// stream is one that pushes back when it is full. percent is its part of Store.
func (o Options) stream(name string, kinds []string, age time.Duration, percent int64, set func(*jetstream.StreamConfig)) jetstream.StreamConfig {
	c := jetstream.StreamConfig{
		Name:        o.Root.Stream(name),
		Description: descriptions[name],
		Retention:   jetstream.LimitsPolicy,
		Discard:     jetstream.DiscardNew,
		Storage:     jetstream.FileStorage,
		Replicas:    o.Replicas,
		MaxAge:      age,
		MaxBytes:    o.Store / 100 * percent,
		Compression: o.compression(),
		AllowDirect: true,
	}
	for _, kind := range kinds {
		c.Subjects = append(c.Subjects, string(o.Root)+"."+kind)
	}
	set(&c)
	return c
}

// compression is off in a cluster: a replica that was killed replays its log, for
// which nats-server (2.15.2) cuts the last block of a stream. When that is
// compressed it may fail to, and the replica takes no messages any more.
func (o Options) compression() jetstream.StoreCompression {
	if o.Replicas > 1 {
		return jetstream.NoCompression
	}
	return jetstream.S2Compression
}

var descriptions = map[string]string{
	schema.StreamFound:    "Items that want their page.",
	schema.StreamItems:    "Items as the publishers wrote them.",
	schema.StreamArticles: "Dated articles, with their revisions.",
	schema.StreamEnriched: "Articles with their entities.",
	schema.StreamMentions: "Pointers to the articles that name an entity.",
	schema.StreamDead:     "Messages that could not be worked on, and why.",
	schema.StreamOps:      "What happened to feeds and to the pipeline.",
	schema.StreamStories:  "Near-duplicate articles of several publishers.",
	schema.StreamReplay:   "What replays and backfills have made.",
}

// revisions is a stream whose subjects end in an article's id.
func revisions(c *jetstream.StreamConfig) {
	c.MaxMsgsPerSubject = 16
	c.AllowAtomicPublish = true
}

// events tell what has happened: when there is no room for a new one, the oldest
// goes. They must not hold up what they tell of.
func events(c *jetstream.StreamConfig) { c.Discard = jetstream.DiscardOld }

// tales are stories. Each version holds all of its story, so an older one is of
// use only to who was about to read it. They are made again from the articles, and
// must not hold those up: when there is no room for a new one, the oldest goes.
func tales(c *jetstream.StreamConfig) {
	c.MaxMsgsPerSubject = 2
	c.Discard = jetstream.DiscardOld
}

// mentions are capped per entity, and may be stored late: they are made again.
func (o Options) mentions(c *jetstream.StreamConfig) {
	c.MaxMsgsPerSubject = 10_000
	c.Discard = jetstream.DiscardOld
	c.Duplicates = time.Hour
	c.AllowBatchPublish = true
	o.fast(c)
}

func (o Options) fast(c *jetstream.StreamConfig) {
	if o.Fast && o.Replicas == 1 {
		c.PersistMode = jetstream.AsyncPersistMode
	}
}

func (o Options) bucket(name, description string) jetstream.KeyValueConfig {
	return jetstream.KeyValueConfig{
		Bucket:      o.Root.Stream(name),
		Description: description,
		History:     1,
		Storage:     jetstream.FileStorage,
		Replicas:    o.Replicas,
	}
}

func (o Options) pager() Consumer {
	c := o.consumer(schema.StreamFound, ConsumerPager, "found.>")
	c.Config.MaxAckPending = maxWaiting
	return c
}

// takeover is how soon another worker takes the place of one that is alone at its
// work and asks for none any more.
const takeover = 5 * time.Second

// stories has one worker at a time: the server pins it, and pins another when
// it is gone.
func (o Options) stories() Consumer {
	c := o.consumer(schema.StreamArticles, ConsumerStories, "article.>")
	c.Config.PriorityPolicy = jetstream.PriorityPolicyPinned
	c.Config.PriorityGroups = []string{ConsumerStories}
	c.Config.PinnedTTL = takeover
	return c
}

// hostsAge is how long a host that nobody asks is remembered. It is longer than
// the longest cool-down, which is a day.
const hostsAge = 25 * time.Hour

// passing is a bucket whose keys go by themselves: losing them costs nothing that
// lasts. So a cluster, which knows of the bucket itself from its log, has it in
// memory. A server that is alone would not know of it any more once it was
// restarted, and no fetcher could work until someone has made it anew.
func (o Options) passing(name, description string, age time.Duration) jetstream.KeyValueConfig {
	c := o.bucket(name, description)
	if o.Replicas > 1 {
		c.Storage = jetstream.MemoryStorage
	}
	c.TTL = age
	return c
}

// consumer delivers without limit: the worker counts, and nothing is dropped.
func (o Options) consumer(stream, name, filter string) Consumer {
	return Consumer{
		Stream: o.Root.Stream(stream),
		Config: jetstream.ConsumerConfig{
			Durable:       name,
			AckPolicy:     jetstream.AckExplicitPolicy,
			AckWait:       ackWait,
			MaxDeliver:    -1,
			MaxAckPending: maxInHand,
			FilterSubject: string(o.Root) + "." + filter,
		},
	}
}
