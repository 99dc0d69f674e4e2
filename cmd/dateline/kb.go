package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/dateline-news/dateline/pkg/bus/boot"
	"github.com/dateline-news/dateline/services/enricher/kb"
	"github.com/dateline-news/dateline/services/enricher/kb/dump"
	"github.com/dateline-news/dateline/services/enricher/kb/pack"
)

// kbCommand is the commands on knowledge bases.
type kbCommand struct {
	Build kbBuild `cmd:"" help:"Build a knowledge base from a dump of Wikidata or from tables."`
	Show  kbShow  `cmd:"" help:"Show what a name may mean."`
	Info  kbInfo  `cmd:"" help:"Show what is in a knowledge base."`
}

// kbBuild builds a base.
type kbBuild struct {
	Inputs       []string `arg:"" name:"file" help:"A JSON dump of Wikidata, or a table with tabs: name, item (Q42), type (person, organization, location), and if known country (ISO code) and prior. Plain or in gzip, bzip2 or zstd; - is standard input." env:"-"`
	Out          string   `help:"File to write. There is the whole file, or what was there before." required:"" placeholder:"FILE"`
	Languages    []string `help:"Languages whose names are taken from a dump; the first that an entity has names it." default:"en" placeholder:"CODE"`
	MinSitelinks int      `help:"How many pages of Wikimedia there must be about an entity of a dump." default:"3" placeholder:"N"`
	Types        []string `help:"Types to take: person, organization, location." default:"person,organization,location" placeholder:"TYPE"`
}

// Run is called by kong.
func (c *kbBuild) Run(ctx context.Context, t terminal) error {
	kinds, err := kindsOf(c.Types)
	if err != nil {
		return boot.ConfigError(err)
	}
	program, err := pack.Load()
	if err != nil {
		return err
	}
	b, err := kb.NewBuilder(filepath.Dir(c.Out))
	if err != nil {
		return boot.ConfigError(fmt.Errorf("--out: %w", err))
	}
	defer b.Close()
	o := dump.Options{Languages: c.Languages, MinSitelinks: c.MinSitelinks, Kinds: kinds, Countries: program.Countries()}
	p := newProgress(t, false)
	defer p.clear()
	for _, path := range c.Inputs {
		if err := addDump(ctx, t, p, b, path, o); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	if b.Entities() == 0 {
		return fmt.Errorf("no entities: see --types, --languages and --min-sitelinks")
	}
	p.draw(func(time.Duration) string { return "sorting names" })
	if err := b.WriteFile(c.Out); err != nil {
		return err
	}
	p.clear()
	base, err := kb.Open(c.Out)
	if err != nil {
		return err
	}
	info := base.Info()
	fmt.Fprintf(t.Err, "%s: %d entities, %d names, %s, in %s\n", c.Out, info.Entities, info.Names,
		byteSize(info.Bytes), p.elapsed().Round(time.Second))
	return nil
}

// kindsOf are the kinds of these types.
func kindsOf(types []string) ([]kb.Kind, error) {
	var kinds []kb.Kind
	for _, name := range types {
		known := false
		for k := kb.Country; k <= kb.Figure; k++ {
			if string(k.Type()) == name {
				kinds, known = append(kinds, k), true
			}
		}
		if !known {
			return nil, fmt.Errorf("--types: got %q, want person, organization or location", name)
		}
	}
	return kinds, nil
}

// addDump adds the entities of one file.
func addDump(ctx context.Context, t terminal, p *progress, b *kb.Builder, path string, o dump.Options) error {
	file, size, err := openInput(path)
	if err != nil {
		return err
	}
	defer file.Close()
	counted := &countingReader{r: file}
	text, err := dump.Decompress(counted)
	if err != nil {
		return err
	}
	defer text.Close()
	o.Progress = func(c dump.Counts) {
		p.draw(func(took time.Duration) string {
			return fmt.Sprintf("%s: %s, %d entities of %d lines", filepath.Base(path), bytesLine(counted.n, size, took), c.Kept, c.Lines)
		})
	}
	counts, err := dump.Read(ctx, text, o, func(e kb.Entity, names []kb.Name) error {
		return b.Add(e, names...)
	})
	p.clear()
	if err != nil {
		return err
	}
	fmt.Fprintf(t.Err, "%s: %d lines, %d entities taken, %d lines malformed\n", path, counts.Lines, counts.Kept, counts.Malformed)
	if counts.First != nil {
		fmt.Fprintf(t.Err, "  the first of them: %s\n", counts.First)
	}
	return nil
}

// openInput opens a file or standard input. size is 0 when it is not known.
func openInput(path string) (file io.ReadCloser, size int64, err error) {
	if path == "-" {
		return io.NopCloser(os.Stdin), 0, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	if stat, err := f.Stat(); err == nil && stat.Mode().IsRegular() {
		size = stat.Size()
	}
	return f, size, nil
}

// countingReader counts what is read.
type countingReader struct {
	r io.Reader
	n int64
}

// Read implements io.Reader.
func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// bytesLine tells how far a file is read, and how long the rest will take.
func bytesLine(done, size int64, took time.Duration) string {
	if size == 0 || done == 0 {
		return byteSize(done).String()
	}
	left := time.Duration(float64(took) / float64(done) * float64(size-done))
	return fmt.Sprintf("%s of %s, %d%%, %s left", byteSize(done), byteSize(size), done*100/size, left.Round(time.Second))
}

// kbShow shows candidates.
type kbShow struct {
	output
	Name []string `arg:"" help:"The name, such as Paris." env:"-"`
	KB   string   `name:"kb" help:"Knowledge base of the user, as the enricher has it, beside the one in the program." placeholder:"FILE"`
}

// candidate is what is shown of one.
type candidate struct {
	ID       string  `json:"id"`
	Kind     string  `json:"kind"`
	Name     string  `json:"name"`
	Country  string  `json:"country,omitempty"`
	Division string  `json:"division,omitempty"`
	Wikidata string  `json:"wikidata,omitempty"`
	GeoNames string  `json:"geonames,omitempty"`
	Lat      float64 `json:"lat,omitempty"`
	Lon      float64 `json:"lon,omitempty"`
	Prior    float64 `json:"prior"`
	Own      bool    `json:"own,omitempty"`
}

// Run is called by kong.
func (c *kbShow) Run(t terminal) error {
	program, err := pack.Load()
	if err != nil {
		return err
	}
	set := kb.NewSet(program)
	if c.KB != "" {
		own, err := kb.Open(c.KB)
		if err != nil {
			return boot.ConfigError(fmt.Errorf("--kb: %w", err))
		}
		set = kb.NewSet(program, own)
	}
	name := strings.Join(c.Name, " ")
	found := set.Find(nil, kb.Key(nil, name))
	slices.SortStableFunc(found, func(a, b kb.Candidate) int { return cmp.Compare(b.Prior, a.Prior) })
	if len(found) == 0 {
		return fmt.Errorf("%q is not in the knowledge base", name)
	}
	rows := newTable(t.Out)
	if !c.json() {
		rows.row("ID", "KIND", "NAME", "COUNTRY", "DIVISION", "GEONAMES", "PRIOR")
	}
	for i := range found {
		x := newCandidate(&found[i])
		if c.json() {
			if err := printJSON(t.Out, x); err != nil {
				return err
			}
			continue
		}
		rows.row(x.ID, x.Kind, x.Name, x.Country, x.Division, x.GeoNames, fmt.Sprintf("%.0f", x.Prior))
	}
	return rows.flush()
}

func newCandidate(c *kb.Candidate) candidate {
	x := candidate{
		ID: c.ID(), Kind: c.Kind.String(), Name: c.Name, Country: c.Country, Division: c.Admin,
		Wikidata: c.Wikidata(), GeoNames: c.GeoNames(), Prior: math.Round(c.Prior), Own: c.Own,
	}
	if c.Located() {
		x.Lat, x.Lon = math.Round(100*c.Lat)/100, math.Round(100*c.Lon)/100
	}
	return x
}

// kbInfo shows counts.
type kbInfo struct {
	File string `arg:"" optional:"" help:"The file; without it, the knowledge base in the program." env:"-"`
}

// Run is called by kong.
func (c *kbInfo) Run(t terminal) error {
	base, err := pack.Load()
	if c.File != "" {
		base, err = kb.Open(c.File)
	}
	if err != nil {
		return err
	}
	info := base.Info()
	rows := newTable(t.Out)
	rows.row("version", info.Version)
	rows.row("size", byteSize(info.Bytes))
	rows.row("names", info.Names)
	rows.row("entities", info.Entities)
	for k := kb.Country; k <= kb.Figure; k++ {
		if info.Kinds[k] > 0 {
			rows.row("  "+k.String(), info.Kinds[k])
		}
	}
	return rows.flush()
}
