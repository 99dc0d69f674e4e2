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

func ExampleHead() {
	header := `<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en-gb">
		<title>The &amp;lt;b&amp;gt;Example&amp;lt;/b&amp;gt;</title>
		<link rel="self" href="feed.xml"/><link rel="hub" href="https://hub.example/"/>
		<link rel="prev-archive" href="/2021.xml"/>`
	feed, err := parse.Head([]byte(header), schema.FormatAtom, "https://news.example/a/feed")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(feed.Title, feed.Language)
	fmt.Println(feed.Self, feed.Hubs)
	fmt.Println(feed.PrevArchive)
	// Output:
	// The Example en-GB
	// https://news.example/a/feed.xml [https://hub.example/]
	// https://news.example/2021.xml
}

// What was repaired is named, so that it can be shown to who makes the feed.
func ExampleItem_repairs() {
	document := `<rss version="2.0"><channel><title>The Example</title><item>
		<title>Two ships &amp;amp; a boat</title>
		<guid>https://news.example/2022/ships</guid>
		<pubDate>10.01.2022 18:30</pubDate>
		<full-text>They met at sea.</full-text>
	</item></channel></rss>`
	item, err := parse.One([]byte(document), schema.FormatRSS, "https://news.example/feed.xml")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(item.Repairs)
	// Output:
	// [title-markup guid-link full-text date-form]
}
