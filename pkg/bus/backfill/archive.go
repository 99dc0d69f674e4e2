package backfill

import (
	"strconv"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
)

// Messages of an archive come to the workers on subjects of the job's own, each with
// its sequence in a header: see schema.Backfill.From. The workers take them for what
// they stand for.

// inputStream is the contract's name of the stream that a job's consumer is on.
func inputStream(job schema.Job) string {
	if job.Backfill.From != "" {
		return schema.StreamReplay
	}
	return job.Stretch.Stream
}

// original makes of a message of the job's own the one that it stands for; nil when
// the job has none. The time at which that was stored is not known here.
func original(root schema.Root, job schema.Job) func(bus.Delivery) bus.Delivery {
	if job.Backfill.From == "" {
		return nil
	}
	prefix := root.ReplayInput(job.ID) + "."
	return func(d bus.Delivery) bus.Delivery {
		seq, err := strconv.ParseUint(d.Header.Get(schema.HeaderReplaySequence), 10, 64)
		if err != nil || len(d.Subject) <= len(prefix) {
			return d // somebody else put it there: the stage refuses what it cannot read
		}
		header := make(nats.Header, len(d.Header))
		for name, values := range d.Header {
			if name != schema.HeaderReplaySequence {
				header[name] = values
			}
		}
		d.Header, d.Sequence = header, seq
		d.Subject, d.Stream = string(root)+"."+d.Subject[len(prefix):], root.Stream(job.Stretch.Stream)
		return d
	}
}

// fedPosition is the position of a job whose messages are handed to it: those that
// were, less those that are not settled. It is at its end when all were handed over
// before its consumer said that it has none left, which may have been earlier: so
// either the last one is settled, or that was so at the report before this one.
func (p *part) fedPosition(job *schema.Job, info *jetstream.ConsumerInfo) (done uint64, ended bool) {
	fed := job.Backfill.Fed
	left := info.NumPending + uint64(max(info.NumAckPending, 0))
	done = max(job.Progress.Done, fed.Done-min(left, fed.Done))
	ended = fed.Marked && left == 0 && (p.marked || info.AckFloor.Stream >= fed.Output)
	if p.marked = fed.Marked; ended {
		done = job.Progress.Total
	}
	return done, ended
}
