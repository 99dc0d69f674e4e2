package main

import (
	"encoding/csv"
	"fmt"
	"io/fs"
	"regexp"
	"strings"

	"github.com/dateline-news/dateline/services/enricher/kb"
)

// legislators reads the people of a YAML file of unitedstates/congress-legislators
// who have a Wikidata item. The files are machine-written, with a known
// indentation, so a reader of lines is enough.
func legislators(raw fs.FS, name string) ([]entity, error) {
	data, err := fs.ReadFile(raw, name)
	if err != nil {
		return nil, err
	}
	var found []entity
	for _, record := range strings.Split("\n"+string(data), "\n- id:")[1:] {
		fields := map[string]string{}
		for _, line := range strings.Split(record, "\n") {
			key, value, ok := strings.Cut(strings.TrimSpace(line), ": ")
			if _, seen := fields[key]; ok && !seen {
				fields[key] = strings.Trim(value, `'"`)
			}
		}
		if e, ok := legislator(fields); ok {
			found = append(found, e)
		}
	}
	return found, nil
}

func legislator(fields map[string]string) (entity, bool) {
	first, last := fields["first"], fields["last"]
	if fields["wikidata"] == "" || first == "" || last == "" {
		return entity{}, false
	}
	e := entity{kind: kb.Person, name: fields["official_full"], wikidata: fields["wikidata"]}
	if e.name == "" {
		e.name = first + " " + last
	}
	e.aliases = []string{first + " " + last, fields["wikipedia"]}
	if nickname := fields["nickname"]; nickname != "" {
		e.aliases = append(e.aliases, nickname+" "+last)
	}
	return e, true
}

// companyTail is what a company's name ends in that news leaves out.
var companyTail = regexp.MustCompile(`( \(The\)| \(Class [A-C]\)|,? Inc\.| Corporation| Company| Corp\.| plc| Ltd\.| Limited| & Co\.| & Company| Incorporated)+$`)

// companies reads the names of the S&P 500, save those that are kept by hand or
// dropped.
func (h *hand) companies(raw fs.FS) ([]entity, error) {
	file, err := raw.Open("sp500.csv")
	if err != nil {
		return nil, err
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("sp500.csv: %w", err)
	}
	seen := map[string]bool{}
	for _, e := range h.entities {
		seen[e.name] = true
	}
	var found []entity
	for _, row := range rows[1:] {
		full, short := companyNames(row[1])
		if seen[short] || seen[full] || h.drop[short] {
			continue
		}
		seen[short], seen[full] = true, true
		if name, ok := nameInNews(full, short); ok {
			found = append(found, entity{kind: kb.Organization, name: name, aliases: []string{full}})
		}
	}
	return found, nil
}

// companyNames are the name of a company as it is listed, without its class of
// shares, and as news writes it.
func companyNames(security string) (full, short string) {
	full, _, _ = strings.Cut(strings.TrimSuffix(security, " (The)"), " (Class")
	return full, companyTail.ReplaceAllString(security, "")
}

// nameInNews is the name that is safe to look for, if there is one. One word
// without its ending is, only if it is written as no word is (AbbVie, eBay): the
// others are Apple, Block, Target.
func nameInNews(full, short string) (string, bool) {
	if strings.Contains(short, " ") || oddlyWritten(short) {
		return short, true
	}
	return full, full != short
}

// oddlyWritten reports whether a capital or a digit stands after the first letter.
func oddlyWritten(word string) bool {
	return strings.ContainsAny(word[1:], "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789&-") && len(word) > 3
}
