package feedlist

import (
	"strings"

	"github.com/dateline-news/dateline/pkg/schema"
)

func (l *list) text(data []byte) error {
	decoded, err := toUTF8(data)
	if err != nil {
		return l.at(1, err)
	}
	line := 0
	for text := range strings.Lines(string(decoded)) {
		line++
		text = strings.TrimSpace(text)
		if text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		address, title := text, ""
		if end := strings.IndexAny(text, " \t"); end > 0 {
			address, title = text[:end], label(text[end:])
		}
		if err := l.add(line, schema.Feed{URL: address, Title: title}); err != nil {
			return err
		}
	}
	return nil
}
