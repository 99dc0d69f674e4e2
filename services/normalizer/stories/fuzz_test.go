package stories_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/normalizer/fingerprint"
	"github.com/dateline-news/dateline/services/normalizer/stories"
)

// FuzzDecode holds that a message of articles is refused, or is an article that can be
// compared with others, whatever its revision, time and signature.
func FuzzDecode(f *testing.F) {
	whole := schema.Article{
		ID: id(1), Revision: 1, Source: schema.Source{Token: "paper1_example"}, Fingerprint: text(0, 99).String(),
		Provenance: schema.Provenance{FetchedAt: day, Versions: map[string]string{"fingerprint": fingerprint.Version}},
	}
	torn, gone, upper := whole, whole, whole
	torn.Fingerprint = torn.Fingerprint[:len(torn.Fingerprint)-4] + "\n\n\n\n"
	gone.Event = schema.EventWithdrawn
	upper.ID, upper.Revision = strings.ToUpper(upper.ID), -1
	for _, a := range []schema.Article{whole, torn, gone, upper, {}} {
		data, err := json.Marshal(a)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(`{"id":"../../etc/passwd"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := stories.Decode(data, 2, day)
		if err != nil {
			if !errors.Is(err, stories.ErrArticle) {
				t.Errorf("an error of no kind: %v", err)
			}
			return
		}
		if len(a.ID.String()) != 32 || a.Withdrawn && a.Signature != nil {
			t.Errorf("got %+v", a)
		}
		s := stories.New(stories.DefaultConfig())
		first := article(7, 1, 1, day)
		first.Signature = text(0, 99)
		for _, next := range []stories.Article{first, a, a} {
			if verdict, v := s.Take(next); v != nil && (verdict == "" || len(v.Members) < 2) {
				t.Errorf("%s: %+v", verdict, v)
			}
		}
	})
}
