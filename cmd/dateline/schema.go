package main

import (
	"fmt"

	"github.com/dateline-news/dateline/internal/asyncapi"
	"github.com/dateline-news/dateline/pkg/bus/boot"
	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/pkg/schema/jsonschema"
)

// schemaCommand prints the contract, which is in the program: no server is asked.
type schemaCommand struct {
	Ls       schemaLsCommand       `cmd:"" help:"List the JSON Schemas of the messages."`
	Show     schemaShowCommand     `cmd:"" help:"Print one JSON Schema."`
	AsyncAPI schemaAsyncAPICommand `cmd:"" name:"asyncapi" help:"Print the AsyncAPI 3.0 document: subjects, messages, headers, streams."`
}

type schemaLsCommand struct{}

// Run is called by kong.
func (schemaLsCommand) Run(t terminal) error {
	list := newTable(t.Out)
	list.row("NAME", "ADDRESS")
	for _, name := range jsonschema.Names() {
		list.row(name, schema.SchemaURL(name))
	}
	return list.flush()
}

type schemaShowCommand struct {
	Name string `arg:"" help:"Name of the schema, as ls lists it."`
}

// Run is called by kong.
func (c schemaShowCommand) Run(t terminal) error {
	data, err := jsonschema.Schema(c.Name)
	if err != nil {
		return boot.ConfigError(fmt.Errorf("no schema %.40q; see: dateline schema ls", c.Name))
	}
	_, err = fmt.Fprintf(t.Out, "%s\n", data)
	return err
}

type schemaAsyncAPICommand struct {
	Root schema.Root `help:"First token of every subject." default:"news"`
}

// Run is called by kong.
func (c schemaAsyncAPICommand) Run(t terminal) error {
	if err := c.Root.Validate(); err != nil {
		return err
	}
	o := topology.DefaultOptions()
	o.Root = c.Root
	data, err := asyncapi.Document(o)
	if err != nil {
		return err
	}
	_, err = t.Out.Write(data)
	return err
}
