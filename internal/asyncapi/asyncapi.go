// Package asyncapi writes dateline's contract as an AsyncAPI 3.0 document: what is on
// which subject, with which headers, in which stream, and who sends and receives it.
// It is made of what the services are made of too: the schemas of the messages, the
// names in package schema, and the topology.
package asyncapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/pkg/schema/jsonschema"
)

//go:generate go run ./gen -out ../../docs/asyncapi.json

// object is a JSON object, whose keys are sorted when it is written.
type object = map[string]any

// document is an AsyncAPI document.
type document struct {
	AsyncAPI           string `json:"asyncapi"`
	Info               object `json:"info"`
	DefaultContentType string `json:"defaultContentType"`
	Servers            object `json:"servers"`
	Channels           object `json:"channels"`
	Operations         object `json:"operations"`
	Components         object `json:"components"`
	Buckets            object `json:"x-jetstream-buckets"`
}

// Document is the contract of a pipeline whose topology has these options.
func Document(o topology.Options) ([]byte, error) {
	schemas, err := schemas()
	if err != nil {
		return nil, err
	}
	schemas["CloudEvent"] = envelope()
	top := topology.New(o)
	d := document{
		AsyncAPI: "3.0.0",
		Info: object{
			"title":   "dateline",
			"version": "1.0.0", // of the contract, v1: fields are only ever added
			"description": "News feeds as a replayable stream of dated articles with their entities, on NATS JetStream. " +
				"Messages are CloudEvents 1.0 in binary mode: attributes in headers, data in the payload.",
			"license": object{"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
		},
		DefaultContentType: schema.ContentTypeJSON,
		Servers: object{"local": object{
			"host": "127.0.0.1:4222", "protocol": "nats", "description": "The server that dateline up has built in.",
		}},
		Channels:   object{},
		Operations: object{},
		Components: object{"messages": object{}, "schemas": schemas},
		Buckets:    buckets(top, o.Root),
	}
	for _, m := range messages() {
		d.Components["messages"].(object)[m.name] = m.object()
	}
	for _, c := range channels(o.Root) {
		if err := d.add(c, top, o.Root); err != nil {
			return nil, err
		}
	}
	return encode(d)
}

func encode(d document) ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(d); err != nil {
		return nil, fmt.Errorf("asyncapi: %w", err)
	}
	return out.Bytes(), nil
}

// ref is a reference to another part of the document.
func ref(path ...string) object { return object{"$ref": "#/" + strings.Join(path, "/")} }

// add adds a channel with its operations.
func (d *document) add(c channel, top topology.Topology, root schema.Root) error {
	stream, err := jetstreamOf(top, root.Stream(c.stream))
	if err != nil {
		return err
	}
	messages, refs := object{}, []any{}
	for _, name := range c.messages {
		messages[name] = ref("components", "messages", name)
		refs = append(refs, ref("channels", c.name, "messages", name))
	}
	d.Channels[c.name] = object{
		"address": c.address, "description": c.description, "parameters": parameters(c.address),
		"messages": messages, "x-jetstream": stream,
	}
	for action, services := range map[string][]string{"send": c.sent, "receive": c.received} {
		for _, service := range services {
			d.Operations[service+"."+action+"."+c.name] = object{
				"action": action, "channel": ref("channels", c.name), "messages": refs, "x-service": service,
			}
		}
	}
	return nil
}

// parameters are the tokens in braces of an address.
func parameters(address string) object {
	all := object{}
	for part := range strings.SplitSeq(address, ".") {
		if name := strings.Trim(part, "{}"); name != part {
			all[name] = object{"description": tokenMeanings()[name]}
		}
	}
	return all
}

// jetstreamOf describes a stream and its durable consumers.
func jetstreamOf(top topology.Topology, name string) (object, error) {
	for _, s := range top.Streams {
		if s.Name != name {
			continue
		}
		o := object{
			"stream": s.Name, "description": s.Description, "subjects": s.Subjects, "storage": strings.ToLower(s.Storage.String()),
			"retention": strings.ToLower(s.Retention.String()), "discard": strings.ToLower(strings.TrimPrefix(s.Discard.String(), "Discard")),
			"max_age": s.MaxAge.String(), "duplicate_window": s.Duplicates.String(), "allow_direct": s.AllowDirect,
		}
		if s.MaxMsgsPerSubject > 0 {
			o["max_msgs_per_subject"] = s.MaxMsgsPerSubject
		}
		if durables := durables(top, name); len(durables) > 0 {
			o["consumers"] = durables
		}
		return o, nil
	}
	return nil, fmt.Errorf("asyncapi: the topology has no stream %s", name)
}

func durables(top topology.Topology, stream string) object {
	all := object{}
	for _, c := range top.Consumers {
		if c.Stream == stream {
			all[c.Config.Durable] = object{
				"filter_subject": c.Config.FilterSubject, "ack_policy": "explicit", "ack_wait": c.Config.AckWait.String(),
				"max_ack_pending": c.Config.MaxAckPending, "max_deliver": c.Config.MaxDeliver,
			}
		}
	}
	return all
}

// buckets describes the buckets, with the schema of their values where that is JSON.
func buckets(top topology.Topology, root schema.Root) object {
	values := map[string]string{root.Stream(schema.BucketFeeds): "feed", root.Stream(schema.BucketJobs): "job"}
	all := object{}
	for _, b := range top.Buckets {
		o := object{"description": b.Description}
		if b.TTL > 0 {
			o["ttl"] = b.TTL.String()
		}
		if name := values[b.Bucket]; name != "" {
			o["value"] = ref("components", "schemas", name)
		}
		all[b.Bucket] = o
	}
	return all
}

// schemas are the JSON Schemas of all messages, in one place: definitions, which
// several share, have the name of their Go type there, messages that of their file.
func schemas() (object, error) {
	all := object{}
	for _, name := range jsonschema.Names() {
		data, err := jsonschema.Schema(name)
		if err != nil {
			return nil, err
		}
		var s object
		if err := json.Unmarshal(bytes.ReplaceAll(data, []byte(`"#/$defs/`), []byte(`"#/components/schemas/`)), &s); err != nil {
			return nil, fmt.Errorf("asyncapi: schema %s: %w", name, err)
		}
		defs, _ := s["$defs"].(object)
		s["externalDocs"] = object{"url": s["$id"]}
		for _, key := range []string{"$defs", "$id", "$schema"} { // which have no place within a document
			delete(s, key)
		}
		all[name] = s
		for _, def := range slices.Sorted(maps.Keys(defs)) {
			if before, ok := all[def]; ok && !equal(before, defs[def]) {
				return nil, fmt.Errorf("asyncapi: two schemas are called %s", def)
			}
			all[def] = defs[def]
		}
	}
	return all, nil
}

// equal compares two values as they would be written.
func equal(a, b any) bool {
	one, errOne := json.Marshal(a)
	two, errTwo := json.Marshal(b)
	return errOne == nil && errTwo == nil && bytes.Equal(one, two)
}
