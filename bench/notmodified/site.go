package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/dateline-news/dateline/internal/benchmark"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/boot"
	"github.com/dateline-news/dateline/pkg/bus/embedded"
	"github.com/dateline-news/dateline/services/fetcher"
)

// runSite is the web site, in the part of a proxy: it stands for all hosts.
func runSite(_ context.Context, _ []string, in io.Reader, out, _ io.Writer) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("site: %w", err)
	}
	s := &site{}
	server := &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }() // until Close
	defer func() { _ = server.Close() }()      // what is open is of no use to anyone
	return answer(in, out, func(now *sample) {
		now.URL, now.Whole, now.NotModified = "http://"+listener.Addr().String(), s.whole.Load(), s.notModified.Load()
	})
}

// site has a feed of one item on each host, which never changes.
type site struct{ whole, notModified atomic.Int64 }

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("ETag", `"1f8e-61c2b0a5d2e40"`)
	w.Header().Set("Last-Modified", "Thu, 01 Jan 2026 12:00:00 GMT")
	if r.Header.Get("If-None-Match") != "" {
		w.WriteHeader(http.StatusNotModified)
		s.notModified.Add(1)
		return
	}
	w.Header().Set("Content-Type", "application/rss+xml")
	_, _ = fmt.Fprintf(w, feed, r.Host, r.Host, r.Host) // who hangs up comes again
	s.whole.Add(1)
}

const feed = `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>The %s Courier</title><link>http://%s/</link>
<item><title>Nothing has happened since</title><link>http://%s/2026/01/nothing</link>
<pubDate>Thu, 01 Jan 2026 12:00:00 GMT</pubDate>
<description>The town council has met and has parted again without a word to anybody.</description></item>
</channel></rss>
`

// store bounds the bytes on disk, as dateline does by default.
const store = 10 << 30

// runServer is the NATS server, as dateline runs it by default.
func runServer(ctx context.Context, args []string, in io.Reader, out, log io.Writer) error {
	return profiled(args[1], "server", func() error {
		logger, err := warnings(log)
		if err != nil {
			return err
		}
		sync, err := time.ParseDuration(args[2])
		if err != nil {
			return fmt.Errorf("sync: %w", err)
		}
		server, err := embedded.Start(ctx, embedded.Options{
			Dir: args[0], Listen: "127.0.0.1:0", Store: store, SyncInterval: sync, Logger: logger,
		})
		if err != nil {
			return err
		}
		defer server.Close()
		return answer(in, out, func(now *sample) { now.URL = server.URL() })
	})
}

// proxy is what feeds call the site by.
const proxy = "site"

// runWorker is a fetcher with its defaults.
func runWorker(ctx context.Context, args []string, in io.Reader, out, log io.Writer) error {
	return profiled(args[2], "worker", func() error {
		logger, err := warnings(log)
		if err != nil {
			return err
		}
		b, err := bus.Connect(ctx, bus.Options{URL: args[0], Name: "fetcher", Logger: logger})
		if err != nil {
			return err
		}
		defer b.Close()
		c := fetcher.DefaultConfig()
		c.Version, c.Proxy = boot.Version(), map[string]string{proxy: args[1]}
		ctx, stop := context.WithCancel(ctx)
		ended := make(chan error, 1)
		go func() { ended <- fetcher.Run(ctx, b, c) }()
		err = answer(in, out, func(*sample) {})
		stop()
		return errors.Join(err, <-ended)
	})
}

// profiled does the work of a part, with profiles of it where a directory is given.
func profiled(dir, name string, work func() error) error {
	finish, err := benchmark.Profile(dir, name)
	if err != nil {
		return err
	}
	return errors.Join(work(), finish())
}
