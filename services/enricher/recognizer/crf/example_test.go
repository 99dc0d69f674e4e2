package crf_test

import (
	"context"
	"fmt"

	"github.com/dateline-news/dateline/services/enricher/recognizer/crf"
)

func Example() {
	r, err := crf.New()
	if err != nil {
		fmt.Println(err)
		return
	}
	texts := []string{"Merkel in Paris for Talks", "Angela Merkel met Emmanuel Macron in Paris on Monday."}
	spans, err := r.Recognize(context.Background(), "en", texts)
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, text := range texts {
		for _, s := range spans[i] {
			fmt.Println(s.Type, text[s.Start:s.End])
		}
	}
	// Output:
	// person Merkel
	// location Paris
	// person Angela Merkel
	// person Emmanuel Macron
	// location Paris
}
