package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nuid"
	"golang.org/x/sync/errgroup"

	"github.com/dateline-news/dateline/pkg/bus/embedded"
	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/pkg/schema"
)

// floorBatch is how many messages the floor stores in one act.
const floorBatch = 500

// runFloor is the process of the floor: a bare program on the same server with
// the same streams and the same durability, that stores the messages which the
// pipeline has made, and does nothing else. The three streams are written at
// the same time, each in atomic batches, one after the other.
func runFloor(ctx context.Context, args []string, _ io.Reader, out, _ io.Writer) error {
	flags := flag.NewFlagSet(partFloor, flag.ContinueOnError)
	items, capture := flags.Int("items", 1, ""), flags.String("capture", "", "")
	dir, profile := flags.String("dir", "", ""), flags.String("profile", "", "")
	if err := flags.Parse(args); err != nil {
		return err
	}
	server, err := embedded.Start(ctx, embedded.Options{Dir: *dir, Store: store})
	if err != nil {
		return err
	}
	defer server.Close()
	nc, err := nats.Connect("", nats.InProcessServer(server))
	if err != nil {
		return fmt.Errorf("floor: %w", err)
	}
	defer nc.Close()
	js, err := jetstream.New(nc)
	if err != nil {
		return fmt.Errorf("floor: %w", err)
	}
	if _, err := topology.New(topology.DefaultOptions()).Ensure(ctx, js); err != nil {
		return err
	}
	var enriched atomic.Int64
	result, err := measured(*profile, partFloor, int64(*items), enriched.Load, func() error {
		all, ctx := errgroup.WithContext(ctx)
		for _, name := range captured {
			var n atomic.Int64
			count := &n
			if name == schema.StreamEnriched {
				count = &enriched
			}
			all.Go(func() error { return storeAll(ctx, nc, filepath.Join(*capture, name), count) })
		}
		return all.Wait()
	})
	if err != nil {
		return err
	}
	if err := result.weigh(ctx, js, *dir, captured); err != nil {
		return err
	}
	for name, s := range result.Streams {
		if s.Messages != uint64(*items) {
			return fmt.Errorf("floor: %s has %d messages, want %d", name, s.Messages, *items)
		}
	}
	return json.NewEncoder(out).Encode(result)
}

// storeAll stores the messages of a file in batches, and counts them.
func storeAll(ctx context.Context, nc *nats.Conn, path string, count *atomic.Int64) error {
	messages, err := openCapture(path)
	if err != nil {
		return err
	}
	defer messages.Close()
	for {
		batch, err := messages.Next(floorBatch)
		if len(batch) > 0 {
			if err := storeBatch(ctx, nc, batch); err != nil {
				return err
			}
			count.Add(int64(len(batch)))
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("floor: %w", err)
		}
	}
}

// storeBatch publishes messages as one atomic batch (NATS ADR-50), and waits
// until they are on disk.
func storeBatch(ctx context.Context, nc *nats.Conn, batch []*nats.Msg) error {
	id := nuid.Next()
	for i, m := range batch {
		m.Header["Nats-Batch-Id"] = []string{id}
		m.Header["Nats-Batch-Sequence"] = []string{strconv.Itoa(i + 1)}
	}
	last := len(batch) - 1
	batch[last].Header["Nats-Batch-Commit"] = []string{"1"}
	for _, m := range batch[:last] {
		if err := nc.PublishMsg(m); err != nil {
			return fmt.Errorf("floor: %w", err)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	reply, err := nc.RequestMsgWithContext(ctx, batch[last])
	if err != nil {
		return fmt.Errorf("floor: %w", err)
	}
	var ack struct {
		Count int                 `json:"count"`
		Error *jetstream.APIError `json:"error"`
	}
	if err := json.Unmarshal(reply.Data, &ack); err != nil {
		return fmt.Errorf("floor: %w", err)
	}
	if ack.Error != nil {
		return fmt.Errorf("floor: %w", ack.Error)
	}
	if ack.Count != len(batch) {
		return fmt.Errorf("floor: stored %d of %d messages", ack.Count, len(batch))
	}
	return nil
}
