package topology

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/nats-io/nats.go/jetstream"
)

// Change is one thing that the server lacks or has otherwise.
type Change struct {
	// Kind is stream, bucket or consumer.
	Kind string
	// Name is its name; of a consumer, with its stream before it.
	Name string
	// Missing says that it is not there at all.
	Missing bool
	// Differences name settings as setting: is, want.
	Differences []string
}

func (c Change) String() string {
	if c.Missing {
		return fmt.Sprintf("%s %s: missing", c.Kind, c.Name)
	}
	return fmt.Sprintf("%s %s: %s", c.Kind, c.Name, strings.Join(c.Differences, "; "))
}

// Check compares what the server holds with the topology and changes nothing.
func (t Topology) Check(ctx context.Context, js jetstream.JetStream) ([]Change, error) {
	return t.walk(ctx, js, false)
}

// Ensure makes the server hold the topology: it creates what is missing,
// changes what differs where the server allows that, and leaves the rest. It
// returns what it did.
func (t Topology) Ensure(ctx context.Context, js jetstream.JetStream) ([]Change, error) {
	return t.walk(ctx, js, true)
}

func (t Topology) walk(ctx context.Context, js jetstream.JetStream, apply bool) ([]Change, error) {
	var changes []Change
	note := func(c *Change, err error) error {
		if c != nil {
			changes = append(changes, *c)
		}
		return err
	}
	for _, want := range t.Streams {
		if err := note(patiently(ctx, func() (*Change, error) { return stream(ctx, js, want, apply) })); err != nil {
			return changes, fmt.Errorf("stream %s: %w", want.Name, err)
		}
	}
	for _, want := range t.Buckets {
		if err := note(patiently(ctx, func() (*Change, error) { return bucket(ctx, js, want, apply) })); err != nil {
			return changes, fmt.Errorf("bucket %s: %w", want.Bucket, err)
		}
	}
	for _, want := range t.Consumers {
		if err := note(patiently(ctx, func() (*Change, error) { return consumer(ctx, js, want, apply) })); err != nil {
			return changes, fmt.Errorf("consumer %s of %s: %w", want.Config.Durable, want.Stream, err)
		}
	}
	return changes, nil
}

// asks is how often a server is asked that does not answer.
const asks = 3

// patiently takes a step again when its answer is lost, as it may be while the
// servers of a cluster find each other. What was done is there then, and fits.
func patiently(ctx context.Context, step func() (*Change, error)) (*Change, error) {
	var first *Change
	for ask := 1; ; ask++ {
		c, err := step()
		first = cmp.Or(first, c)
		if ask == asks || ctx.Err() != nil || !errors.Is(err, context.DeadlineExceeded) {
			return first, err
		}
	}
}

func stream(ctx context.Context, js jetstream.JetStream, want jetstream.StreamConfig, apply bool) (*Change, error) {
	s, err := js.Stream(ctx, want.Name)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		if apply {
			_, err = js.CreateStream(ctx, want)
		} else {
			err = nil
		}
		return &Change{Kind: "stream", Name: want.Name, Missing: true}, err
	}
	if err != nil {
		return nil, err
	}
	is := s.CachedInfo().Config
	diff := differences(streamSettings, is, want)
	if len(diff) == 0 {
		return nil, nil
	}
	if apply {
		_, err = js.UpdateStream(ctx, merged(is, want))
	}
	return &Change{Kind: "stream", Name: want.Name, Differences: diff}, err
}

func bucket(ctx context.Context, js jetstream.JetStream, want jetstream.KeyValueConfig, apply bool) (*Change, error) {
	kv, err := js.KeyValue(ctx, want.Bucket)
	if errors.Is(err, jetstream.ErrBucketNotFound) {
		if apply {
			_, err = js.CreateKeyValue(ctx, want)
		} else {
			err = nil
		}
		return &Change{Kind: "bucket", Name: want.Bucket, Missing: true}, err
	}
	if err != nil {
		return nil, err
	}
	status, err := kv.Status(ctx)
	if err != nil {
		return nil, err
	}
	diff := differences(bucketSettings, status.Config(), want)
	if len(diff) == 0 {
		return nil, nil
	}
	if apply {
		err = updateBucket(ctx, js, status.Config(), want)
	}
	return &Change{Kind: "bucket", Name: want.Bucket, Differences: diff}, err
}

// updateBucket changes a bucket. The server moves none from memory to disk; what
// is in memory may be lost, so that one is made anew.
func updateBucket(ctx context.Context, js jetstream.JetStream, is, want jetstream.KeyValueConfig) error {
	if is.Storage == jetstream.MemoryStorage && want.Storage != is.Storage {
		if err := js.DeleteKeyValue(ctx, want.Bucket); err != nil {
			return err
		}
		_, err := js.CreateKeyValue(ctx, want)
		return err
	}
	_, err := js.UpdateKeyValue(ctx, want)
	return err
}

func consumer(ctx context.Context, js jetstream.JetStream, want Consumer, apply bool) (*Change, error) {
	name := want.Stream + "/" + want.Config.Durable
	c, err := js.Consumer(ctx, want.Stream, want.Config.Durable)
	missing := errors.Is(err, jetstream.ErrConsumerNotFound) || errors.Is(err, jetstream.ErrStreamNotFound)
	if missing {
		if apply {
			_, err = js.CreateConsumer(ctx, want.Stream, want.Config)
		} else {
			err = nil
		}
		return &Change{Kind: "consumer", Name: name, Missing: true}, err
	}
	if err != nil {
		return nil, err
	}
	diff := differences(consumerSettings, c.CachedInfo().Config, want.Config)
	if len(diff) == 0 {
		return nil, nil
	}
	if apply {
		_, err = js.UpdateConsumer(ctx, want.Stream, want.Config)
	}
	return &Change{Kind: "consumer", Name: name, Differences: diff}, err
}
