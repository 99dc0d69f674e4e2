// Package demo is a handful of sample feeds and a site on loopback that serves
// them, so that dateline can be tried without a network. The feeds are of every
// format and three character sets; their news is invented, in our own words,
// and set in March 2026. Their links lead to hosts under .example, which do not
// exist, and nothing needs them: the text is in the feeds.
package demo

import (
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/dateline-news/dateline/pkg/schema"
)

//go:embed feeds/*.rss feeds/*.atom feeds/*.json feeds/*.rdf
var files embed.FS

// address is where the site stands when nothing else does, so that the feeds
// have the same ids whenever the demo is run again on the same data.
const address = "127.0.0.1:8086"

// sample is a feed of the demo.
type sample struct {
	file        string
	contentType string
	feed        schema.Feed
}

// samples are the feeds, with all but their addresses.
func samples() []sample {
	return []sample{
		{"world.rss", "application/rss+xml; charset=utf-8",
			schema.Feed{Title: "Meridian Courier - World", Section: "World", Source: "Meridian Courier", Language: "en"}},
		{"science.atom", "application/atom+xml",
			schema.Feed{Title: "Northern Science Review", Section: "Science", Source: "Northern Science Review", Language: "en-GB"}},
		{"ledger.json", "application/feed+json",
			schema.Feed{Title: "The Harbour Ledger", Section: "Business", Source: "The Harbour Ledger", Language: "en"}},
		{"pacific.rdf", "application/rdf+xml",
			schema.Feed{Title: "Pacific Bulletin", Section: "Pacific", Source: "Pacific Bulletin", Language: "en-NZ"}},
		{"donau.rss", "application/rss+xml; charset=ISO-8859-1",
			schema.Feed{Title: "Donau-Anzeiger", Source: "Donau-Anzeiger", Language: "de"}},
		{"vestnik.rss", "text/xml",
			schema.Feed{Title: "Степной вестник", Source: "Степной вестник", Language: "ru"}},
	}
}

// Server is the site of the demo.
type Server struct {
	http *http.Server
	base string
	stop func() bool
	done chan struct{}
}

// Serve starts the site on loopback. It runs until Close, or until ctx is done.
func Serve(ctx context.Context) (*Server, error) {
	handler, err := handler()
	if err != nil {
		return nil, err
	}
	l, err := listen(ctx)
	if err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	s := &Server{
		http: &http.Server{
			Handler:           handler,
			ReadHeaderTimeout: 5 * time.Second,
			IdleTimeout:       time.Minute,
			MaxHeaderBytes:    16 << 10,
		},
		base: "http://" + l.Addr().String() + "/",
		done: make(chan struct{}),
	}
	s.stop = context.AfterFunc(ctx, func() { _ = s.http.Close() })
	go func() {
		defer close(s.done)
		_ = s.http.Serve(l) // It returns when the server is closed.
	}()
	return s, nil
}

// Feeds are the feeds of the site, to be registered.
func (s *Server) Feeds() []schema.Feed {
	var feeds []schema.Feed
	for _, sample := range samples() {
		f := sample.feed
		f.URL = s.base + sample.file
		f.ID = schema.FeedID(f.URL)
		f.Folder = "Demo"
		feeds = append(feeds, f)
	}
	return feeds
}

// Close stops the site and waits until it has.
func (s *Server) Close() error {
	s.stop()
	err := s.http.Close()
	<-s.done
	return err
}

// listen takes the usual address, or any other when that is taken.
func listen(ctx context.Context) (net.Listener, error) {
	var config net.ListenConfig
	if l, err := config.Listen(ctx, "tcp", address); err == nil {
		return l, nil
	}
	return config.Listen(ctx, "tcp", "127.0.0.1:0")
}

// handler serves each feed with an entity tag and a date of change, and answers
// 304 to who has it.
func handler() (http.Handler, error) {
	changed := time.Date(2026, time.March, 12, 15, 0, 0, 0, time.UTC)
	mux := http.NewServeMux()
	for _, sample := range samples() {
		data, err := files.ReadFile("feeds/" + sample.file)
		if err != nil {
			return nil, fmt.Errorf("demo: %w", err)
		}
		sum := sha256.Sum256(data)
		tag := `"` + hex.EncodeToString(sum[:8]) + `"`
		mux.HandleFunc("GET /"+sample.file, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", sample.contentType)
			w.Header().Set("ETag", tag)
			http.ServeContent(w, r, sample.file, changed, bytes.NewReader(data))
		})
	}
	return mux, nil
}
