package bus

import (
	"context"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// lagEvery is how often a worker asks how far its consumer is: a request, however
// often the metrics are read, and one that every user of a consumer may make.
const lagEvery = 10 * time.Second

// watchLag keeps the lag of the stage's consumer until ctx ends. When the server
// does not answer it is not known, rather than what it was.
func (l *loop) watchLag(ctx context.Context, consumer jetstream.Consumer, every time.Duration) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	l.stats.setLag(lagOf(consumer.CachedInfo())) // it was asked for just now
	for {
		select {
		case <-ctx.Done():
			l.stats.setLag(nil)
			return
		case <-ticker.C:
		}
		info, err := consumer.Info(ctx)
		if err != nil {
			info = nil
		}
		l.stats.setLag(lagOf(info))
	}
}

func lagOf(info *jetstream.ConsumerInfo) *Lag {
	if info == nil {
		return nil
	}
	return &Lag{
		Stream: info.Stream, Consumer: info.Name,
		Pending: int64(info.NumPending), Unacked: int64(info.NumAckPending), Redelivered: int64(info.NumRedelivered),
	}
}
