package cut_test

import (
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/feed/cut"
	"github.com/dateline-news/dateline/pkg/feed/decode"
)

// TestSound checks that an item stands in its document as it is just when a
// strict parser takes it.
func TestSound(t *testing.T) {
	for _, inner := range []string{
		"", "a", "&lt;&gt;&amp;&quot;&apos;", "&#65;&#8217;&#99999;", "&#x41;", "&#X41;", "&#039;", "&#39;", "&#x1F600;", "&#xD800;", "&#xFFFE;", "&#x;", "&#+5;", "&#1_0;", "<a/>", "<a />", "<a b='c' d=\"e\"/>", "<a:b c:d='e'>f</a:b>",
		"<![CDATA[<b>&c]]>", "<a>b</a>c<d><e>f</e></d>", "<a\n b='&amp;'\n>x</a>", "<a b='>'/>", "<!-- c -->", "<?d?>", "<a></a >",
		"&", "&;", "&nbsp;", "&#0;", "&#9;", "&#31;", "&#032;", "&#;", "&#a;", "&#12", "&#1234567;", "]]>", "a < b", "<a>", "</a>", "<a></b>", "<a><b></a></b>",
		"<a b/>", "<a b=c/>", "<a b='c'd='e'/>", "<a b='c>d</a>", "<a b='&'/>", "<a 1='b'/>", "<a b:c:d='e'/>", "<a :b='c'/>", "<a b:='c'/>",
		"<a:b:c/>", "<:a/>", "<a:/>", "<é/>", "<a é='b'/>", "<a b", "<a b = 'c'/>", "<a b='c'/ >", "<a/b>", "<a b='<'/>", "<a b='c' b='d'/>",
	} {
		t.Run(inner, func(t *testing.T) {
			item := "<item>" + inner + "</item>"
			d, err := cut.Cut([]byte(rssHead + item + rssTail))
			if err != nil || len(d.Items) != 1 {
				t.Fatalf("%d items, %v", len(d.Items), err)
			}
			one := d.One(0)
			sound := valid(d.Format, []byte(item)) == nil
			if asIs := strings.HasSuffix(string(one), item+rssTail); asIs != sound {
				t.Errorf("as it is: %v, sound: %v: %s", asIs, sound, one)
			}
			if err := valid(d.Format, one); err != nil {
				t.Errorf("%v: %s", err, one)
			}
		})
	}
}

func FuzzOne(f *testing.F) {
	f.Add("<title>a &amp; b</title><link href='c' rel=\"d\"/><![CDATA[e]]>&#8217;")
	f.Add("<a:b c=d e='f' &nbsp;>g</a:b><br>]]>&#x1;")
	f.Fuzz(func(t *testing.T, inner string) {
		text, err := decode.UTF8([]byte(rssHead+"<item>"+inner+"</item>"+rssTail), "text/xml; charset=utf-8", 0)
		if err != nil {
			return
		}
		d, err := cut.Cut(text.Bytes)
		if err != nil {
			t.Fatal(err)
		}
		for i := range d.Items {
			if err := valid(d.Format, d.One(i)); err != nil {
				t.Fatalf("%v: %s", err, d.One(i))
			}
		}
	})
}
