package jobs

import (
	"encoding/json"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
)

// entry is a record as the bucket gives it.
type entry struct {
	jetstream.KeyValueEntry
	key  string
	data []byte
}

func (e entry) Key() string   { return e.key }
func (e entry) Value() []byte { return e.data }

// FuzzRecord holds that a record of whatever bytes is refused, or is a job that can
// be stored again as it is, told of, moved on, and shown.
func FuzzRecord(f *testing.F) {
	for _, data := range []string{
		"", "null", "{}", "[]", `{"id":"a"}`, `{"id":"a","kind":"replay","state":"running"}`,
		`{"id":"b","kind":"history","state":"paused","walk":null}`,
		`{"id":"a","kind":"history","state":"running","updated":"9999-12-31T23:59:59Z","walk":{"documents":-1}}`,
		`{"id":"a","kind":"backfill","state":"queued","stretch":{"first":5,"last":1,"rate":-1},"progress":{"total":1},"backfill":{}}`,
		`{"id":"a","kind":"replay","state":"done","stretch":{},"replay":{},"progress":{"total":18446744073709551615,"done":18446744073709551615,"rate":1e308,"left":1e308}}`,
		`{"id":"a","kind":"replay","state":"x","stretch":{},"replay":{},"progress":{"total":18446744073709551615,"rate":5e-324}}`,
		`{"id":"a.>","kind":"history","state":"queued","counts":{"":1},"detail":"\u0000\ud800"}`,
	} {
		f.Add([]byte(data), uint64(7), int64(time.Second))
		f.Add([]byte(data), uint64(0), int64(-time.Hour))
		f.Add([]byte(data), uint64(math.MaxUint64), int64(1))
	}
	f.Fuzz(func(t *testing.T, data []byte, done uint64, took int64) {
		job, err := decode(entry{key: "a", data: data})
		if err != nil {
			return
		}
		stored, err := bus.Encode(job)
		if err != nil {
			t.Fatalf("%q cannot be stored again: %v", data, err)
		}
		if again, err := decode(entry{key: "a", data: stored}); err != nil || !same(again, job) {
			t.Errorf("%q is stored as %q: %v", data, stored, err)
		}
		if job.ID != "a" || !isWhole(job) {
			t.Errorf("%q was taken: %+v", data, job)
		}
		if job.Progress != nil {
			next := Advance(*job.Progress, time.Unix(0, 0), done, time.Unix(0, took))
			if next.Done != done || took > 0 && (!(next.Rate >= 0) || !(next.Left >= 0)) {
				t.Errorf("%+v became %+v", *job.Progress, next)
			}
			job.Progress = &next
		}
		moved := job
		moved.State, moved.Updated = schema.JobPaused, time.Unix(0, took)
		_ = WorthTelling(job, moved)
		m, err := Event("news", moved)
		if err != nil || m.Subject != "news.ops.job.a" || m.About != "a" {
			t.Errorf("%q is told on %q: %v", data, m.Subject, err)
		}
	})
}

// same reports whether two jobs are stored as the same bytes.
func same(a, b schema.Job) bool {
	one, err := json.Marshal(a)
	other, err2 := json.Marshal(b)
	return err == nil && err2 == nil && slices.Equal(one, other)
}
