// Command follow prints the headlines of enriched articles as they are made.
package main

import (
	"context"
	"fmt"
	"log"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
)

func main() {
	b, err := bus.Connect(context.Background(), bus.Options{URL: "nats://127.0.0.1:4222", Name: "follow"})
	if err != nil {
		log.Fatal(err)
	}
	for d, err := range b.Read(context.Background(), bus.ReadOptions{Stream: schema.StreamEnriched, Follow: true}) {
		if err != nil {
			log.Fatal(err)
		}
		if e, err := bus.Decode[schema.Enriched](d); err == nil {
			fmt.Println(e.Date, e.Source.Name, e.Headline)
		}
	}
}
