package main

import (
	"bytes"
	"net/url"

	readeck "codeberg.org/readeck/go-readability/v2"
	shiori "github.com/go-shiori/go-readability"
	distiller "github.com/markusmobius/go-domdistiller"
	"github.com/markusmobius/go-trafilatura"
	"golang.org/x/net/html"

	"github.com/dateline-news/dateline/services/normalizer/normalize/internal/text"
)

// extractor finds the lines of text of a page; without a text it finds none.
type extractor struct {
	name string
	find func(sample) []string
}

// others are the extractors that ours is measured beside. Each gives a tree,
// which the cutter of feeds cuts into lines for all of them.
func others() []extractor {
	return []extractor{
		{"go-trafilatura v1.12.2 + fallback", func(s sample) []string {
			address, _ := url.Parse(s.address)
			found, err := trafilatura.Extract(bytes.NewReader(s.html), trafilatura.Options{OriginalURL: address, EnableFallback: true, ExcludeComments: true})
			if err != nil {
				return nil
			}
			return lines(found.ContentNode)
		}},
		{"readeck go-readability v2.1.1", func(s sample) []string {
			address, _ := url.Parse(s.address)
			found, err := readeck.FromReader(bytes.NewReader(s.html), address)
			if err != nil {
				return nil
			}
			return lines(found.Node)
		}},
		{"go-shiori readability", func(s sample) []string {
			address, _ := url.Parse(s.address)
			found, err := shiori.FromReader(bytes.NewReader(s.html), address)
			if err != nil {
				return nil
			}
			return lines(found.Node)
		}},
		{"go-domdistiller v1.0.0", func(s sample) []string {
			address, _ := url.Parse(s.address)
			found, err := distiller.ApplyForReader(bytes.NewReader(s.html), &distiller.Options{OriginalURL: address})
			if err != nil {
				return nil
			}
			return lines(found.Node)
		}},
	}
}

// lines are the lines of a tree.
func lines(node *html.Node) []string {
	if node == nil {
		return nil
	}
	var out bytes.Buffer
	if err := html.Render(&out, node); err != nil {
		return nil
	}
	return text.Texts(text.Paragraphs(out.String()))
}
