// Package stories finds articles that are near-duplicates of each other, one text
// in several publications or cut from it, and keeps them together as stories. It
// is pure: what it knows is a fold over the messages of the stream ARTICLES in
// their order, so that whoever reads the same stream gets the same stories.
//
// An article is compared with those whose signature meets its own in one of 64
// bands of two least hashes (locality-sensitive hashing), and joins the story of
// the one that it is most like. Stories are never merged.
package stories

import (
	"fmt"
	"time"
)

// Config is what an operator may set.
type Config struct {
	Window      time.Duration `help:"Time between the fetches of two articles that are compared." default:"72h"`
	Articles    int           `help:"Most articles that are held to compare with, about 1.5 kB each; the oldest go first." default:"100000"`
	Similarity  float64       `help:"Estimated similarity from which an article is a duplicate." default:"0.3"`
	Containment float64       `help:"Estimated part of the shorter article in the longer from which it is a cut." default:"0.5"`
	SameSource  float64       `help:"Estimated similarity from which an article is a duplicate of one by the same source, whose reports may share a template." default:"0.7"`
	Members     int           `help:"Most articles of a story; what is like them then begins another." default:"500"`
}

// DefaultConfig returns the documented defaults.
func DefaultConfig() Config {
	return Config{Window: 72 * time.Hour, Articles: 100_000, Similarity: 0.3, Containment: 0.5, SameSource: 0.7, Members: 500}
}

// Validate says which setting is wrong and what is wanted.
func (c Config) Validate() error {
	switch {
	case c.Window < time.Minute || c.Window > 30*24*time.Hour:
		return fmt.Errorf("--stories-window: got %s, want 1m to 720h", c.Window)
	case c.Articles < 1 || c.Articles > 10_000_000:
		return fmt.Errorf("--stories-articles: got %d, want 1 to 10000000", c.Articles)
	case !(c.Similarity >= 0.1 && c.Similarity <= 1):
		return fmt.Errorf("--stories-similarity: got %g, want 0.1 to 1", c.Similarity)
	case !(c.Containment >= 0.2 && c.Containment <= 1):
		return fmt.Errorf("--stories-containment: got %g, want 0.2 to 1", c.Containment)
	case !(c.SameSource >= 0.1 && c.SameSource <= 1):
		return fmt.Errorf("--stories-same-source: got %g, want 0.1 to 1", c.SameSource)
	case c.Members < 2 || c.Members > 1000:
		return fmt.Errorf("--stories-members: got %d, want 2 to 1000", c.Members)
	}
	return nil
}

// Horizon is how long an article is held after it was stored. It is a twelfth
// longer than the window, because articles are not stored in the order of their
// fetches.
func (c Config) Horizon() time.Duration { return c.Window + c.Window/12 }
