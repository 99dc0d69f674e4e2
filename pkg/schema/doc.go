// Package schema is dateline's contract: the messages that its services
// exchange, the subjects they travel on, the headers they carry, the ids that
// make delivery exact, and the dated text format of an article.
//
// A program that reads dateline's streams needs this package alone. It depends
// on the standard library and golang.org/x/text only.
//
// Messages are JSON in UTF-8. Within v1 fields are only ever added, and a
// reader ignores fields that it does not know. Times are RFC 3339 in UTC
// unless a field says otherwise. JSON Schemas of the messages (draft 2020-12)
// are in the folder jsonschema.
package schema
