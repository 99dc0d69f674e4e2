package fetchertest_test

import (
	"fmt"
	"net/http"

	"github.com/dateline-news/dateline/services/fetcher/fetchertest"
)

func ExampleSite() {
	site, err := fetchertest.Start()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer site.Close()
	feed := site.Feed("/world.xml")
	feed.SetItems(fetchertest.Generate(fetchertest.Spec{Seed: 1, Count: 10})...)
	site.Fault("/world.xml", fetchertest.Times(1, fetchertest.Status(503)))

	defer http.DefaultClient.CloseIdleConnections()
	for range 2 {
		resp, err := http.Get(feed.URL())
		if err != nil {
			fmt.Println(err)
			return
		}
		resp.Body.Close()
		fmt.Println(resp.StatusCode, resp.Header.Get("Content-Type"))
	}
	fmt.Println(site.Count("/world.xml"), "requests")
	// Output:
	// 503 text/plain; charset=utf-8
	// 200 application/rss+xml; charset=utf-8
	// 2 requests
}
