package parse

import (
	"bytes"
	"encoding/json"
	"strings"
)

// reshaping is a JSON Feed whose members are given the shapes that gofeed insists
// on.
type reshaping struct {
	document []byte
	reshaped bool // a member did not have its shape
}

// repairJSON gives the members of a JSON Feed the shapes that gofeed insists
// on: one tag or author as a string, a list of names, a number for a text. What
// is not JSON comes back as it is, for gofeed to refuse.
func repairJSON(document []byte) reshaping {
	r := reshaping{document: bytes.TrimPrefix(document, []byte("\ufeff"))}
	d := json.NewDecoder(bytes.NewReader(r.document))
	d.UseNumber()
	var feed map[string]any
	if d.Decode(&feed) != nil || feed == nil {
		return r
	}
	r.strings(feed, "version", "title", "home_page_url", "feed_url", "description", "user_comment",
		"next_url", "icon", "favicon", "language")
	r.people(feed)
	items := objects(feed["items"])
	for _, item := range items {
		r.item(item)
	}
	feed["items"] = items
	repaired, err := json.Marshal(feed)
	if err != nil {
		return reshaping{document: r.document}
	}
	r.document = repaired
	return r
}

func (r *reshaping) item(item map[string]any) {
	r.strings(item, "url", "external_url", "title", "content_html", "content_text", "summary",
		"image", "banner_image", "date_published", "date_modified", "language")
	r.people(item)
	r.list(item["tags"])
	set(item, "tags", labels(item["tags"]))
	r.list(item["attachments"])
	attachments := objects(item["attachments"])
	for _, a := range attachments {
		r.strings(a, "url", "mime_type", "title")
	}
	set(item, "attachments", attachments)
}

// set stores a list, or drops the member when the list is empty.
func set[T any](object map[string]any, name string, list []T) {
	if len(list) == 0 {
		delete(object, name)
		return
	}
	object[name] = list
}

// list notes a value that is to be a list.
func (r *reshaping) list(value any) {
	if _, ok := value.([]any); !ok && value != nil {
		r.reshaped = true
	}
}

// strings makes texts of those members of the names that are there.
func (r *reshaping) strings(object map[string]any, names ...string) {
	for _, name := range names {
		value, ok := object[name]
		if _, isText := value.(string); ok && !isText {
			object[name] = str(value)
			r.reshaped = r.reshaped || value != nil
		}
	}
}

// people makes one list of author and authors.
func (r *reshaping) people(object map[string]any) {
	var people []map[string]any
	for _, member := range []string{"authors", "author"} {
		for _, value := range list(object[member]) {
			person, ok := value.(map[string]any)
			if !ok {
				person = map[string]any{"name": value}
				r.reshaped = r.reshaped || value != nil
			}
			r.strings(person, "name", "url", "avatar")
			if name, _ := person["name"].(string); name != "" {
				people = append(people, person)
			}
		}
	}
	delete(object, "author")
	set(object, "authors", people)
}

// str returns a text, a number as it is written, or the address of an object
// that has one.
func str(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case map[string]any:
		s, _ := v["url"].(string)
		return s
	case []any:
		if len(v) > 0 {
			s, _ := v[0].(string)
			return s
		}
	}
	return ""
}

// labels returns the texts of a list, or of one text the parts between commas.
func labels(value any) []string {
	if s, ok := value.(string); ok {
		return strings.Split(s, ",")
	}
	var found []string
	for _, v := range list(value) {
		if s := str(v); s != "" {
			found = append(found, s)
		}
	}
	return found
}

// objects returns the objects of a list, or the one object.
func objects(value any) []map[string]any {
	var found []map[string]any
	for _, v := range list(value) {
		if object, ok := v.(map[string]any); ok {
			found = append(found, object)
		}
	}
	return found
}

// list returns a list, a list of the one value, or nothing.
func list(value any) []any {
	switch v := value.(type) {
	case nil:
		return nil
	case []any:
		return v
	}
	return []any{value}
}
