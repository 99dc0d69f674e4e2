package cut_test

import (
	"slices"
	"testing"

	"github.com/dateline-news/dateline/pkg/feed/cut"
)

// TestLostStart damages the start tags of items.
func TestLostStart(t *testing.T) {
	const (
		first = "<item><title>1</title></item>"
		next  = "<item><title>2</title></item>"
	)
	for name, test := range map[string]struct{ doc, region, want string }{
		"another name": {first + "<itm><title>x</title><link>y</link></item>" + next,
			"<itm><title>x</title><link>y</link></item>", "<item><itm></itm><title>x</title><link>y</link></item>"},
		"no tag": {first + "\n<i&tem>\n<title>x</title></item>" + next,
			"<i&tem>\n<title>x</title></item>", "<item><title>x</title></item>"},
		"of the first item": {"<image><title>i</title></image><it em><title>x</title></item>" + first + next,
			"<it em><title>x</title></item>", "<item><it em=\"\"></it><title>x</title></item>"},
		"the first item, text": {"<link>l</link>item><title>x</title></item>" + first + next,
			"item><title>x</title></item>", "<item><title>x</title></item>"},
		"gone, first item":    {"<link>l</link><title>x</title></item>" + first + next, "<title>x</title></item>", "<item><title>x</title></item>"},
		"gone":                {first + "<title>x</title></item>" + next, "<title>x</title></item>", "<item><title>x</title></item>"},
		"gone with the title": {first + "<ix</title><link>y</link></item>" + next, "<ix</title><link>y</link></item>", "<item><ix></ix><link>y</link></item>"},
		"no title":            {first + "<itm><description>x</description></item>" + next, "<itm><description>x</description></item>", "<item><itm></itm><description>x</description></item>"},
	} {
		t.Run(name, func(t *testing.T) {
			doc := []byte(rssHead + test.doc + rssTail)
			d, err := cut.Cut(doc)
			if err != nil || len(d.Items) != 3 {
				t.Fatalf("%d items %q, %v", len(d.Items), d.Items, err)
			}
			i := slices.IndexFunc(d.Items, func(item []byte) bool { return string(item) == test.region })
			if i < 0 {
				t.Fatalf("no %q in %q", test.region, d.Items)
			}
			head := string(d.Header)
			if got, want := string(d.One(i)), head+test.want+rssTail; got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
			checkPieces(t, doc, d)
		})
	}
}

// TestNoLostStart ends items that never started.
func TestNoLostStart(t *testing.T) {
	const item = "<item><title>1</title></item>"
	for name, doc := range map[string]string{
		"two ends":               rssHead + item + "</item>" + rssTail,
		"no element of an item":  rssHead + item + "<ttl>1</ttl></item>" + rssTail,
		"text alone":             rssHead + item + "text</item>" + rssTail,
		"an extension's title":   rssHead + item + "<media:title>x</media:title></item>" + rssTail,
		"the title of the feed":  rssHead + "<link>l</link></item>" + item + rssTail,
		"the links of the feed":  atomHead + "<link href='a'/><link href='b'/></entry><entry><title>1</title></entry></feed>",
		"behind the feed":        rssHead + item + rssTail + "<title>x</title></item>",
		"before the first item":  rssHead + "</item>" + item + rssTail,
		"ends without any start": rssHead + item + "</item></item></item>" + rssTail,
	} {
		t.Run(name, func(t *testing.T) {
			d, err := cut.Cut([]byte(doc))
			if err != nil || len(d.Items) != 1 {
				t.Errorf("%d items %q, %v", len(d.Items), d.Items, err)
			}
		})
	}
}

// TestTwoInOne loses what is between two items, and gives items that have
// something twice without any damage.
func TestTwoInOne(t *testing.T) {
	for name, test := range map[string]struct {
		doc   string
		items []string
	}{
		"in a text": {rssHead + "<item><title>a</title><link>b</link><category>xc</title><link>d</link></item>" + rssTail,
			[]string{"<item><title>a</title><link>b</link>", "<category>xc</title><link>d</link></item>"}},
		"in tags": {rssHead + "<item><title>a</title><link>b</link></itle>c</title>\n<link>d</link></item>" + rssTail,
			[]string{"<item><title>a</title><link>b</link>", "</itle>c</title>\n<link>d</link></item>"}},
		"text between": {rssHead + "<item><title>a</title><link>b</link> em><title>c & d</title></item>" + rssTail,
			[]string{"<item><title>a</title><link>b</link>", "em><title>c & d</title></item>"}},
		"without an end": {rssHead + "<item><link>a</link></p><link>b</link><item><link>c</link></item>" + rssTail,
			[]string{"<item><link>a</link>", "</p><link>b</link>", "<item><link>c</link></item>"}},
		"entries": {atomHead + "<entry><title>a</title><link/><title>b</titentry><title>c</title><link/></entry></feed>",
			[]string{"<entry><title>a</title><link/>", "<title>b</titentry><title>c</title><link/></entry>"}},
		"sound":              {rssHead + "<item><link>a</link><link>b</link></item>" + rssTail, []string{"<item><link>a</link><link>b</link></item>"}},
		"damaged elsewhere":  {rssHead + "<item><link>a</link><link>b</link><p>c & d</p></item>" + rssTail, []string{"<item><link>a</link><link>b</link><p>c & d</p></item>"}},
		"a break":            {rssHead + "<item><link>a</link><p>&</p><br></br><link>b</link></item>" + rssTail, []string{"<item><link>a</link><p>&</p><br></br><link>b</link></item>"}},
		"links of an entry":  {atomHead + "<entry><link/><x><link/></entry></feed>", []string{"<entry><link/><x><link/></entry>"}},
		"titles of elements": {rssHead + "<item><title>a</title>&<image><title>b</title></image></item>" + rssTail, []string{"<item><title>a</title>&<image><title>b</title></image></item>"}},
	} {
		t.Run(name, func(t *testing.T) {
			doc := []byte(test.doc)
			d := cutInto(t, doc, test.items)
			checkPieces(t, doc, d)
		})
	}
}

// TestNamespace damages the namespace that the items of a feed are in.
func TestNamespace(t *testing.T) {
	const rdf = `xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"`
	for name, test := range map[string]struct{ root, item, want string }{
		"RDF":                    {`<rdf:RDF ` + rdf + ` xmlns="http://purl.org/rss/1.0/">`, "<item>a</item>", `<rdf:RDF ` + rdf + ` xmlns="http://purl.org/rss/1.0/">`},
		"RDF damaged":            {`<rdf:RDF ` + rdf + ` xmlns="http://pu&rl.org/rss/1.0/">`, "<item>a</item>", `<rdf:RDF ` + rdf + ` xmlns="http://purl.org/rss/1.0/">`},
		"RDF of 0.90":            {`<rdf:RDF ` + rdf + ` xmlns="http://my.netscape.com/rdf/simple/0.9/">`, "<item>a</item>", `<rdf:RDF ` + rdf + ` xmlns="http://my.netscape.com/rdf/simple/0.9/">`},
		"RDF is the default":     {`<RDF xmlns="http://www.w3.org/1999/02/22-rdf-syntax-ns#">`, "<item>a</item>", `<RDF xmlns="http://www.w3.org/1999/02/22-rdf-syntax-ns#">`},
		"RDF, items with prefix": {`<rdf:RDF xmlns="http://www.w3.org/1999/xhtml" xmlns:rss="http://purl.org/rss/1.0">`, "<rss:item>a</rss:item>", `<rdf:RDF xmlns="http://www.w3.org/1999/xhtml" xmlns:rss="http://purl.org/rss/1.0/">`},
		"Atom damaged":           {`<feed xmlns="http://www.w3.org/2005/Ato">`, "<entry>a</entry>", `<feed xmlns="http://www.w3.org/2005/Atom">`},
		"Atom 0.3":               {`<feed xmlns="http://purl.org/atom/ns#">`, "<entry>a</entry>", `<feed xmlns="http://purl.org/atom/ns#">`},
		"Atom with prefix":       {`<a:feed xmlns:a="urn:x" xmlns="http://www.w3.org/1999/xhtml">`, "<a:entry>a</a:entry>", `<a:feed xmlns:a="http://www.w3.org/2005/Atom" xmlns="http://www.w3.org/1999/xhtml">`},
		"RSS has none":           {`<rss xmlns="http://backend.userland.com/rss2">`, "<item>a</item>", `<rss xmlns="http://backend.userland.com/rss2">`},
	} {
		t.Run(name, func(t *testing.T) {
			channel := ""
			if test.item[1] == 'r' {
				channel = "<rss:channel/>"
			} else if test.root[1] != 'f' && test.root[1] != 'a' {
				channel = "<channel/>"
			}
			d, err := cut.Cut([]byte(test.root + channel + test.item))
			if err != nil || len(d.Items) != 1 {
				t.Fatalf("%d items, %v", len(d.Items), err)
			}
			if got := string(d.Header[:min(len(d.Header), len(test.want))]); got != test.want {
				t.Errorf("got  %s\nwant %s", d.Header, test.want)
			}
		})
	}
}

// TestSectionWithoutEnd damages the end of a CDATA section.
func TestSectionWithoutEnd(t *testing.T) {
	doc := rssHead + "<item><title><![CDATA[a]></title></item>\n<item><title><![CDATA[b]]></title></item>" + rssTail
	d, err := cut.Cut([]byte(doc))
	if err != nil || len(d.Items) != 2 {
		t.Fatalf("%d items %q, %v", len(d.Items), d.Items, err)
	}
	const want = rssHead + "\n<item><title>a]&gt;</title></item>" + rssTail
	if got := string(d.One(0)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
