package enricher_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher"
)

// FuzzEnrich holds that all steps take a message of articles, whoever has written it:
// what they find points into its text, the text stays, and each entity makes a token
// of a subject.
func FuzzEnrich(f *testing.F) {
	steps, err := enricher.Steps(enricher.DefaultConfig())
	if err != nil {
		f.Fatal(err)
	}
	for _, a := range []schema.Article{
		article(1, "Ferry from Oslo waits for the tide"),
		{Event: schema.EventWithdrawn},
		{Language: "de", Lead: "„Wir warten“, sagte Maria Huber in Wien.", Body: []string{"", " ", "Huber wartet."}},
		{Language: "../\x1b", Headline: "“" + strings.Repeat("(Reporting by ", 30), Body: []string{"\xff\u0301 (Reuters) - Oslo\u202e", "He said: “Oslo"}},
		{Language: "en", Headline: "News", Body: []string{"LONDON (AP) — Mr. Example said “no” and Mrs. Example, of Example Inc., said “yes”."}},
	} {
		data, err := json.Marshal(a)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var a schema.Article
		if json.Unmarshal(data, &a) != nil {
			return
		}
		hash := a.Hash()
		e, err := enricher.Enrich(t.Context(), steps, a)
		if err != nil {
			t.Fatal(err)
		}
		if e.Hash() != hash {
			t.Error("the text has changed")
		}
		for _, entity := range e.Entities {
			subject := schema.Root(schema.DefaultRoot).Mention(entity)
			if strings.Count(subject, ".") != 3 || strings.ContainsAny(subject, "*> \t\r\n") || entity.Name == "" {
				t.Errorf("subject %q of %+v", subject, entity)
			}
		}
		if _, err := json.Marshal(e); err != nil {
			t.Error(err)
		}
	})
}
