// Package robots obeys robots.txt (RFC 9309). Parse and Rules are pure; Checker
// gets the files, keeps what they say in a cache, and knows what to do when
// there are none.
//
// The rules are read and matched here, and not by a library: those for Go match
// wildcards anywhere in the path, prefer neither the longest rule nor Allow,
// compare escaped and plain characters as different, or give up a whole file
// for one bad line.
package robots

import (
	"bytes"
	"errors"
	"math"
	"strconv"
	"strings"
	"time"
)

const (
	// MaxBytes is how much of a file is read: what RFC 9309 asks at least.
	MaxBytes = 500 << 10
	// MaxDelay is the longest pause between two requests that a file can ask for.
	MaxDelay = 5 * time.Minute
)

// Rules are what a robots.txt says to one crawler. No rules allow everything.
type Rules struct {
	Rules []Rule `json:"rules,omitempty"`
	// Delay is the pause between two requests that is asked for, in nanoseconds;
	// 0 for none.
	Delay time.Duration `json:"delay,omitempty"`
}

// Rule allows or disallows the paths that match. As text, which it is in JSON,
// it is a plus or a minus and its path.
type Rule struct {
	Allow bool
	// Path is the start of the paths, in normal form. In it * stands for any
	// characters, and $ at its end for the end of the path.
	Path string
}

// MarshalText writes the rule as text.
func (r Rule) MarshalText() ([]byte, error) {
	if r.Allow {
		return []byte("+" + r.Path), nil
	}
	return []byte("-" + r.Path), nil
}

// UnmarshalText reads it.
func (r *Rule) UnmarshalText(text []byte) error {
	if len(text) == 0 || text[0] != '+' && text[0] != '-' {
		return errors.New("robots: a rule is a plus or a minus, and a path")
	}
	*r = Rule{Allow: text[0] == '+', Path: string(text[1:])}
	return nil
}

// nothing is allowed by these.
var nothing = Rules{Rules: []Rule{{Path: "/"}}}

// Allows says whether a path may be asked: the path of a URL with its query, as
// in a request. The longest rule that matches decides; of two as long, the one
// that allows.
func (r Rules) Allows(path string) bool {
	if path == "" {
		path = "/"
	}
	if path == "/robots.txt" {
		return true
	}
	path = normal(path, false)
	allowed, longest := true, -1
	for _, rule := range r.Rules {
		n := len(rule.Path)
		if n < longest || n == longest && !rule.Allow || !matches(rule.Path, path) {
			continue
		}
		allowed, longest = rule.Allow, n
	}
	return allowed
}

// matches finds the parts between the stars one after the other, each as early
// as it can be: what is left for the next is then the most. So it is linear.
func matches(pattern, path string) bool {
	pattern, toEnd := strings.CutSuffix(pattern, "$")
	start, rest, wild := strings.Cut(pattern, "*")
	path, ok := strings.CutPrefix(path, start)
	if !ok || !wild {
		return ok && (!toEnd || path == "")
	}
	for {
		part, next, more := strings.Cut(rest, "*")
		if !more {
			return toEnd && strings.HasSuffix(path, part) || !toEnd && strings.Contains(path, part)
		}
		at := strings.Index(path, part)
		if at < 0 {
			return false
		}
		path, rest = path[at+len(part):], next
	}
}

// Parse reads a robots.txt for the crawler of a product token. It takes what it
// understands and leaves out the rest; a file too long is read in part.
func Parse(file []byte, product string) Rules {
	file = bytes.TrimPrefix(file, []byte("\uFEFF"))
	if len(file) > MaxBytes {
		// A rule cut in two would be another rule.
		file = file[:bytes.LastIndexAny(file[:MaxBytes+1], "\r\n")+1]
	}
	p := parser{product: product}
	for line := range bytes.FieldsFuncSeq(file, func(r rune) bool { return r == '\n' || r == '\r' }) {
		text, _, _ := strings.Cut(string(line), "#")
		key, value, _ := strings.Cut(text, ":")
		p.line(strings.ToLower(strings.TrimSpace(key)), strings.TrimSpace(value))
	}
	if p.named {
		return p.ours
	}
	return p.all
}

// parser is what is known of a file up to a line.
type parser struct {
	product   string
	ours, all Rules // what is said to the product, and to every crawler
	named     bool  // there is a group for the product
	toUs      bool  // the current group is for it
	toAll     bool  // the current group is for every crawler
	inRules   bool  // and has rules, so that the next user-agent begins another
	size      int   // bytes of paths kept
}

func (p *parser) line(key, value string) {
	switch key {
	case "user-agent":
		if p.inRules {
			p.toUs, p.toAll, p.inRules = false, false, false
		}
		us := strings.EqualFold(token(value), p.product)
		p.toUs, p.named = p.toUs || us, p.named || us
		p.toAll = p.toAll || strings.HasPrefix(value, "*")
	case "allow", "disallow":
		p.inRules = true
		p.rule(key == "allow", value)
	case "crawl-delay":
		p.each(func(r *Rules) { r.Delay = max(r.Delay, delay(value)) })
	}
}

// token is the product token that a user-agent line begins with.
func token(value string) string {
	end := strings.IndexFunc(value, func(c rune) bool {
		return c != '-' && c != '_' && (c < 'a' || 'z' < c) && (c < 'A' || 'Z' < c)
	})
	if end < 0 {
		return value
	}
	return value[:end]
}

// rule adds a rule to the groups it is meant for. A path that begins with
// neither / nor * can match nothing.
func (p *parser) rule(allow bool, path string) {
	if !strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "*") {
		return
	}
	path = normal(path, true)
	p.each(func(r *Rules) {
		// Escaping makes paths longer; what is kept must fit into a message.
		if p.size += len(path); p.size <= MaxBytes {
			r.Rules = append(r.Rules, Rule{Allow: allow, Path: path})
		}
	})
}

func (p *parser) each(do func(*Rules)) {
	if p.toUs {
		do(&p.ours)
	}
	if p.toAll {
		do(&p.all)
	}
}

// delay reads a pause in seconds.
func delay(value string) time.Duration {
	n, err := strconv.ParseFloat(value, 64)
	if err != nil || !(n > 0) || math.IsInf(n, 0) {
		return 0
	}
	return time.Duration(min(n, MaxDelay.Seconds()) * float64(time.Second))
}
