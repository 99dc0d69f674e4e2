package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/dateline-news/dateline/internal/entities"
	"github.com/dateline-news/dateline/internal/render"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/boot"
	"github.com/dateline-news/dateline/pkg/schema"
)

// entitiesCommand is about the people, organizations and places in the news.
type entitiesCommand struct {
	Top  entitiesTopCommand  `cmd:"" help:"List the entities that most articles name."`
	Show entitiesShowCommand `cmd:"" help:"Show one entity: its articles over time, and who is named with it."`
}

// entityChoice narrows the articles and entities that are looked at.
type entityChoice struct {
	Type     string  `help:"Only entities of this type: person, organization or location." enum:",person,organization,location" default:"" placeholder:"TYPE"`
	Until    instant `help:"End before what was stored at that time. Otherwise with the newest." placeholder:"TIME"`
	Language string  `help:"Only articles in this language, such as en." placeholder:"TAG"`
	Source   string  `help:"Only articles of this publisher, such as theguardian.com." placeholder:"HOST"`
}

// check refuses a stretch that ends before it begins.
func (c entityChoice) check(since instant) error {
	if !c.Until.IsZero() && c.Until.Before(since.Time) {
		return boot.ConfigError(errors.New("--until: is before --since"))
	}
	return nil
}

// language and source are the tokens that are asked for, or otherwise.
func (c entityChoice) language(otherwise string) string {
	if c.Language == "" {
		return otherwise
	}
	return schema.LanguageToken(c.Language)
}

func (c entityChoice) source(otherwise string) string {
	if c.Source == "" {
		return otherwise
	}
	return schema.SourceToken(c.Source)
}

// enriched is the filter of the articles that are asked for.
func (c entityChoice) enriched(root schema.Root) string {
	return string(root) + ".enriched." + c.language("*") + "." + c.source("*") + ".*"
}

// wants reports whether a pointer is to an article that is asked for.
func (c entityChoice) wants(p schema.Pointer) bool {
	return (c.Language == "" || schema.LanguageToken(p.Language) == c.language("")) && (c.Source == "" || p.Source == c.source(""))
}

// findEntities are the entities that the values of a flag or argument name, one
// for each: nil when there is none. Where there are several the error lists them.
func findEntities(ctx context.Context, b *bus.Bus, flag, typ string, texts ...string) ([]*entities.Entity, error) {
	for _, text := range texts {
		if strings.TrimSpace(text) == "" {
			return nil, boot.ConfigError(fmt.Errorf("%s: want a name or an id", flag))
		}
	}
	found, err := entities.Find(ctx, b, schema.EntityType(typ), texts...)
	if err != nil {
		return nil, err
	}
	one := make([]*entities.Entity, len(texts))
	for i, all := range found {
		if len(all) > 1 {
			return nil, ambiguous(flag, texts[i], all)
		}
		if len(all) == 1 {
			one[i] = &all[0]
		}
	}
	return one, nil
}

// ambiguous is the error that lists the entities of one name.
func ambiguous(flag, text string, all []entities.Entity) error {
	var list strings.Builder
	rows := newTable(&list)
	for _, e := range all {
		rows.row("  "+string(e.Type), e.ID, fmt.Sprint(e.Mentions, " mentions"), e.Name)
	}
	if err := rows.flush(); err != nil {
		return err
	}
	return boot.ConfigError(fmt.Errorf("%s %q: several entities have this name; give --type, or the id of one:\n%s",
		flag, render.Safe(text), strings.TrimSuffix(list.String(), "\n")))
}
