package parse_test

import (
	"fmt"

	"github.com/dateline-news/dateline/pkg/feed/parse"
	"github.com/dateline-news/dateline/pkg/schema"
)

func ExampleOne() {
	document := `<rss version="2.0"><channel><title>The Example</title><item>
		<title>&lt;b&gt;Two ships&lt;/b&gt; meet</title>
		<link>/2022/ships</link>
		<author>ada@news.example (Ada Byron)</author>
		<pubDate>Mon, 10 Jan 2022 18:30:00 GMT+2</pubDate>
	</item></channel></rss>`
	item, err := parse.One([]byte(document), schema.FormatRSS, "https://news.example/feed.xml")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(item.Title)
	fmt.Println(item.Link)
	fmt.Println(item.Authors)
	fmt.Println(item.Published.Time)
	// Output:
	// Two ships meet
	// https://news.example/2022/ships
	// [Ada Byron]
	// 2022-01-10 18:30:00 +0200 +0200
}
