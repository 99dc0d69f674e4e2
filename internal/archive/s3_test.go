package archive_test

import (
	"errors"
	"os"
	"testing"
	"time"

	"github.com/dateline-news/dateline/internal/archive"
	"github.com/dateline-news/dateline/internal/store"
	"github.com/dateline-news/dateline/pkg/bus"
)

// An archive in a bucket is as one in a folder, after any kill.
func TestS3Archive(t *testing.T) {
	bucket := os.Getenv("DATELINE_TEST_S3")
	if bucket == "" {
		t.Skip("no server that speaks S3; make s3 starts one")
	}
	all := messages(8)
	o := options()
	o.PartBytes = 25
	for _, acts := range []int{0, 3, 5, 6, 8, 12, 1000} {
		location := "s3://" + bucket + "/" + t.Name() + time.Now().UTC().Format("-20060102-150405.000000000")
		s, err := store.Open(t.Context(), location, store.Write)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := killed(t, &mortal{Store: s, left: acts}, all, o); err != nil && !errors.Is(err, errKilled) {
			t.Fatal(err)
		}
		whatIsThereIsRight(t, s, all)
		write(t, s, all, o, bus.ReadOptions{})
		same(t, all, back(t, s, bus.ReadOptions{}))
		for err := range archive.NewReader(s).Check(t.Context(), "ARTICLES") {
			t.Error(err)
		}
	}
}
