package gum_test

import (
	"slices"
	"testing"
	"testing/fstest"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher/internal/corpus/gum"
)

const links = `{"id": "a", "text": "Ana Zork met the Zork Board. She, Ana, left Limaville.", "spans": [
 {"start": 0, "end": 8, "type": "PER", "entity": "1"},
 {"start": 13, "end": 27, "type": "ORG", "entity": "2", "salience": 4},
 {"start": 29, "end": 32, "type": "PER", "entity": "1"},
 {"start": 29, "end": 37, "type": "PER", "entity": "9"},
 {"start": 34, "end": 37, "type": "PER", "entity": "1"}]}
{"id": "b", "text": "Ana", "spans": [{"start": 0, "end": 3, "type": "LOC", "entity": "1"}]}
`

const labels = "-DOCSTART-\tO\n\nAna\tB-PER\nZork\tI-PER\nmet\tO\nthe\tO\nZork\tB-ORG\nBoard\tI-ORG\n.\tO\n\nShe\tO\n,\tO\nAna\tB-PER\n,\tO\n" +
	"absent\tB-PER\nleft\tO\nLimaville\tB-LOC\n.\tO\n-DOCSTART-\tO\nAna\tB-MISC\n"

func folder(links, labels string) fstest.MapFS {
	return fstest.MapFS{"links.jsonl": {Data: []byte(links)}, "train.conll": {Data: []byte(labels)}}
}

func TestRead(t *testing.T) {
	docs, err := gum.Read(folder(links, labels))
	if err != nil || len(docs) != 2 {
		t.Fatalf("%d documents, %v", len(docs), err)
	}
	want := []gum.Name{
		{0, 8, schema.Person, 0, 0}, {17, 27, schema.Organization, 1, 4}, {34, 37, schema.Person, 0, 0},
	}
	if !slices.Equal(docs[0].Names, want) {
		t.Errorf("got %v, want %v", docs[0].Names, want)
	}
	if len(docs[1].Names) != 0 {
		t.Errorf("got %v for a name that is no entity", docs[1].Names)
	}
	e, things := docs[0].Enriched(), docs[0].Things()
	if len(e.Entities) != 3 || len(things) != 3 {
		t.Fatalf("%d entities, %d mentions", len(e.Entities), len(things))
	}
	for i, entity := range e.Entities {
		if m := entity.Mentions[0]; things[m] != want[i].Thing || e.Body[0][m.Start:m.End] != m.Text || entity.Name != m.Text {
			t.Errorf("%d: %+v is of %d", i, m, things[m])
		}
	}
}

func TestReadSaysWhatIsWrong(t *testing.T) {
	for name, dir := range map[string]fstest.MapFS{
		"no links":      {"train.conll": {}},
		"no labels":     {"links.jsonl": {}},
		"bad line":      folder("{", labels),
		"too few texts": folder(links, "-DOCSTART-\tO\n"),
	} {
		if _, err := gum.Read(dir); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
