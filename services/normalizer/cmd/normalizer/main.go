// Command normalizer turns items into dated articles.
package main

import (
	"os"

	"github.com/dateline-news/dateline/pkg/bus/boot"
	"github.com/dateline-news/dateline/services/normalizer"
)

func main() {
	os.Exit(boot.Main("normalizer", "Turns items into dated articles.", os.Args[1:], normalizer.Run))
}
