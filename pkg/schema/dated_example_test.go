package schema_test

import (
	"fmt"

	"github.com/dateline-news/dateline/pkg/schema"
)

func ExampleDated_Render() {
	doc, err := schema.Dated{
		Date:        "2024-03-18",
		Lead:        "Ferry crews stay ashore.",
		Body:        []string{"‘Until Friday,’ they said."},
		Attribution: &schema.Attribution{Section: "UK", Source: "The Harbour Post"},
		Headline:    "No boats this week",
	}.Render()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s\n", doc)
	// Output:
	//  date 2024-03-18 Ferry crews stay ashore.
	//
	// ‘Until Friday,’ they said.
	//
	// UK news summary from The Harbour Post.
	//
	// No boats this week
}

func ExampleParseDatedLenient() {
	d, fixes, err := schema.ParseDatedLenient([]byte("Date: 2024-03-18T09:30:00Z Crews stay ashore.\r\n\r\nNo boats\r\n"))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(d.Date, d.Headline)
	for _, fix := range fixes {
		fmt.Println("mended:", fix)
	}
	// Output:
	// 2024-03-18 No boats
	// mended: line ends
	// mended: final line feed
	// mended: header
	// mended: time of day
}
