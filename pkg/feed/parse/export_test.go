package parse

import "github.com/dateline-news/dateline/pkg/schema"

// OneWhole is One without lifting anything out of the document.
func OneWhole(document []byte, format schema.Format, base string) (Item, error) {
	e, err := readItem(document, format, base, false)
	if err != nil {
		return Item{}, err
	}
	i := e.build()
	if i.empty() {
		return Item{}, ErrEmptyItem
	}
	return i, nil
}
