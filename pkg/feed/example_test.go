package feed_test

import (
	"fmt"

	"github.com/dateline-news/dateline/pkg/feed"
)

// A damaged item costs nothing but itself, and each can be had as a feed.
func ExampleRead() {
	body := `
<?xml version="1.0"?>
<rss version="2.0"><channel><title>The Paper</title>
	<item><title>First</title><link>/1?a&b</link>
	<item><title>Second</title><link>/2</link></item>
</channel></rss>`
	d, _, err := feed.Read([]byte(body), "text/xml", feed.DefaultLimits())
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, item := range d.Items {
		fmt.Printf("%s\n  is %s\n", item, d.One(i))
	}
	// Output:
	// <item><title>First</title><link>/1?a&b</link>
	//   is <rss version="2.0"><channel><title>The Paper</title>
	// <item><title>First</title><link>/1?a&amp;b</link></item></channel></rss>
	// <item><title>Second</title><link>/2</link></item>
	//   is <rss version="2.0"><channel><title>The Paper</title>
	// <item><title>Second</title><link>/2</link></item></channel></rss>
}
