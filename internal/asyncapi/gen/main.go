// Command gen writes the AsyncAPI document of a pipeline with the default settings.
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/dateline-news/dateline/internal/asyncapi"
	"github.com/dateline-news/dateline/pkg/bus/topology"
)

func main() {
	out := flag.String("out", "asyncapi.json", "file to write")
	flag.Parse()
	data, err := asyncapi.Document(topology.DefaultOptions())
	if err == nil {
		err = os.WriteFile(*out, data, 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}
