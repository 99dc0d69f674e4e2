package enricher

import (
	"context"
	"fmt"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher/kb"
	"github.com/dateline-news/dateline/services/enricher/kb/pack"
	"github.com/dateline-news/dateline/services/enricher/recognizer"
	"github.com/dateline-news/dateline/services/enricher/recognizer/crf"
	"github.com/dateline-news/dateline/services/enricher/steps/coreference"
	"github.com/dateline-news/dateline/services/enricher/steps/gazetteer"
	"github.com/dateline-news/dateline/services/enricher/steps/link"
	"github.com/dateline-news/dateline/services/enricher/steps/names"
	"github.com/dateline-news/dateline/services/enricher/steps/places"
	"github.com/dateline-news/dateline/services/enricher/steps/quotes"
	"github.com/dateline-news/dateline/services/enricher/steps/salience"
)

// Step adds what it finds to an article.
//
// Steps run in the order of their list, and each sees what the ones before it
// found: it may add to that, correct it and take from it. It leaves the article
// part as it is, and keeps nothing of e when it returns. One step works on
// several articles at once, so it must be safe for concurrent use. It should be
// a function of its input: an article that is enriched again is to come out
// the same.
//
// Mentions and quotes must point into the text: text[Start:End] == Text, on
// boundaries of characters. Enrich refuses the article otherwise.
type Step interface {
	// Name is the name of the step, the same in every version.
	Name() string
	// Enrich adds to e. An error means that the article is not enriched; one that is
	// recognizer.ErrUnavailable, that it waits and is tried again, however long that
	// takes. Others are tried again a few times.
	Enrich(ctx context.Context, e *schema.Enriched) error
}

// Modeled is a Step that says what it runs on, for the models that an enriched
// article records. A step that is not Modeled has no version there.
type Modeled interface {
	Step
	// Model names the model or the data of the step, and its version.
	Model() schema.Model
}

// Selective is a Step that is not for every article.
type Selective interface {
	Step
	// Skip says why the step leaves an article as it is, such as "unsupported
	// language"; the enriched article records it. Empty means that it runs.
	Skip(a *schema.Article) (reason string)
}

// Starter is a Step that needs something outside of the process.
type Starter interface {
	Step
	// Start looks whether that is there. It is called before the first article.
	// recognizer.ErrUnavailable means that it is to be called again after a while;
	// another error ends the enricher.
	Start(ctx context.Context) error
}

// Steps is the list of steps that the settings ask for. A step of this
// repository is a folder in steps/ and a line here.
func Steps(c Config) ([]Step, error) {
	base, err := knowledge(c.KB)
	if err != nil {
		return nil, err
	}
	found, err := recognizerOf(c)
	if err != nil {
		return nil, err
	}
	listed, err := gazetteer.New(base)
	if err != nil {
		return nil, fmt.Errorf("step gazetteer: %w", err)
	}
	return []Step{
		names.New(found),
		listed,
		coreference.Step{},
		link.New(base),
		quotes.Step{},
		salience.Step{},
		places.New(),
	}, nil
}

// recognizerOf is the model server, if there is one, else the model of the program.
func recognizerOf(c Config) (recognizer.Recognizer, error) {
	if server, err := ModelServer(c); server != nil || err != nil {
		return server, err
	}
	own, err := crf.New()
	if err != nil {
		return nil, err
	}
	return own, nil
}

// knowledge is the knowledge base of the program, and that of the user at path, if
// there is one.
func knowledge(path string) (*kb.Set, error) {
	program, err := pack.Load()
	if err != nil || path == "" {
		return kb.NewSet(program), err
	}
	own, err := kb.Open(path)
	if err != nil {
		return nil, fmt.Errorf("--kb: %w", err)
	}
	return kb.NewSet(program, own), nil
}
