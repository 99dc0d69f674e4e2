package topology

import (
	"fmt"

	"github.com/nats-io/nats.go/jetstream"
)

// setting is one value of a configuration that is compared.
type setting[T any] struct {
	name string
	of   func(T) any
}

// streamSettings are what dateline relies on. What an operator adds beyond them
// (placement, mirrors, a description) is left alone.
var streamSettings = []setting[jetstream.StreamConfig]{
	{"subjects", func(c jetstream.StreamConfig) any { return c.Subjects }},
	{"retention", func(c jetstream.StreamConfig) any { return c.Retention }},
	{"discard", func(c jetstream.StreamConfig) any { return c.Discard }},
	{"storage", func(c jetstream.StreamConfig) any { return c.Storage }},
	{"num_replicas", func(c jetstream.StreamConfig) any { return c.Replicas }},
	{"max_age", func(c jetstream.StreamConfig) any { return c.MaxAge }},
	{"max_bytes", func(c jetstream.StreamConfig) any { return unlimited(c.MaxBytes) }},
	{"max_msgs_per_subject", func(c jetstream.StreamConfig) any { return unlimited(c.MaxMsgsPerSubject) }},
	{"duplicate_window", func(c jetstream.StreamConfig) any { return max(c.Duplicates, defaultWindow) }},
	{"compression", func(c jetstream.StreamConfig) any { return c.Compression }},
	{"allow_direct", func(c jetstream.StreamConfig) any { return c.AllowDirect }},
	{"allow_atomic", func(c jetstream.StreamConfig) any { return c.AllowAtomicPublish }},
	{"allow_batched", func(c jetstream.StreamConfig) any { return c.AllowBatchPublish }},
	{"allow_rollup_hdrs", func(c jetstream.StreamConfig) any { return c.AllowRollup }},
	{"allow_msg_schedules", func(c jetstream.StreamConfig) any { return c.AllowMsgSchedules }},
}

var bucketSettings = []setting[jetstream.KeyValueConfig]{
	{"history", func(c jetstream.KeyValueConfig) any { return max(c.History, 1) }},
	{"storage", func(c jetstream.KeyValueConfig) any { return c.Storage }},
	{"ttl", func(c jetstream.KeyValueConfig) any { return c.TTL }},
	{"num_replicas", func(c jetstream.KeyValueConfig) any { return max(c.Replicas, 1) }},
}

var consumerSettings = []setting[jetstream.ConsumerConfig]{
	{"ack_policy", func(c jetstream.ConsumerConfig) any { return c.AckPolicy }},
	{"ack_wait", func(c jetstream.ConsumerConfig) any { return c.AckWait }},
	{"max_deliver", func(c jetstream.ConsumerConfig) any { return c.MaxDeliver }},
	{"max_ack_pending", func(c jetstream.ConsumerConfig) any { return c.MaxAckPending }},
	{"priority_policy", func(c jetstream.ConsumerConfig) any { return c.PriorityPolicy }},
	{"priority_groups", func(c jetstream.ConsumerConfig) any { return c.PriorityGroups }},
	{"priority_timeout", func(c jetstream.ConsumerConfig) any { return c.PinnedTTL }},
	{"filter_subject", func(c jetstream.ConsumerConfig) any { return c.FilterSubject }},
}

// defaultWindow is what the server puts for no duplicate window (2 minutes).
const defaultWindow = 120_000_000_000

// unlimited is a limit with the server's word for none, -1, as 0.
func unlimited(n int64) int64 { return max(n, 0) }

func differences[T any](settings []setting[T], is, want T) []string {
	var diff []string
	for _, s := range settings {
		a, b := fmt.Sprint(s.of(is)), fmt.Sprint(s.of(want))
		if a != b {
			diff = append(diff, fmt.Sprintf("%s: is %s, want %s", s.name, a, b))
		}
	}
	return diff
}

// merged is what the server holds with dateline's settings over it. The
// persistence mode cannot be changed, so the server's own stays.
func merged(is, want jetstream.StreamConfig) jetstream.StreamConfig {
	is.Subjects = want.Subjects
	is.Retention = want.Retention
	is.Discard = want.Discard
	is.Storage = want.Storage
	is.Replicas = want.Replicas
	is.MaxAge = want.MaxAge
	is.MaxBytes = want.MaxBytes
	is.MaxMsgsPerSubject = want.MaxMsgsPerSubject
	is.Duplicates = want.Duplicates
	is.Compression = want.Compression
	is.AllowDirect = want.AllowDirect
	is.AllowAtomicPublish = want.AllowAtomicPublish
	is.AllowBatchPublish = want.AllowBatchPublish
	is.AllowMsgSchedules = want.AllowMsgSchedules
	is.AllowRollup = want.AllowRollup
	return is
}
