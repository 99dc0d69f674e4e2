package memory_test

import (
	"fmt"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/internal/memory"
)

// article is number n of those that a feed names, on one of three hosts.
func article(n int) memory.Named {
	return memory.Named{GUID: fmt.Sprint("tag:", n), Article: memory.Article{
		ID: [16]byte{byte(n >> 8), byte(n)}, Host: []string{"", "a.example", "b.example"}[n%3],
	}}
}

func articles(from, to int) []memory.Named {
	var all []memory.Named
	for n := from; n < to; n++ {
		all = append(all, article(n))
	}
	return all
}

// Policy and articles stay from document to document, through the encoding.
func TestArticlesAreRemembered(t *testing.T) {
	m, forgot := numbered(3).WithPolicy(schema.PolicyGUID).WithArticles(articles(0, 6), 100)
	if forgot != 0 {
		t.Errorf("forgot %d", forgot)
	}
	m = reload(t, reload(t, m).Compare(document(false, "other")).Next)
	if m.Len() != 1 || m.Policy() != schema.PolicyGUID {
		t.Errorf("%d items, policy %q", m.Len(), m.Policy())
	}
	for _, want := range articles(0, 6) {
		if got, ok := m.Article(want.GUID); !ok || got != want.Article {
			t.Errorf("%s: %+v, %v", want.GUID, got, ok)
		}
	}
	if got, ok := m.Article("tag:6"); ok {
		t.Errorf("one that was never there: %+v", got)
	}
}

// A memory without policy and articles is written as it was before there were any.
func TestPlainMemoryKeepsItsForm(t *testing.T) {
	for _, policy := range []schema.IdentityPolicy{"", schema.PolicyLink, schema.PolicyGUID, schema.PolicyHeadline} {
		m := reload(t, numbered(2).WithPolicy(policy))
		if got := m.Encode()[0]; m.Policy() != policy || m.Len() != 2 || (got == 2) != (policy == "") {
			t.Errorf("policy %q became %q in version %d", policy, m.Policy(), got)
		}
	}
}

func TestArticlesAreBounded(t *testing.T) {
	m, forgot := memory.Memory{}.WithArticles(articles(0, 4), 6)
	m, more := m.WithArticles(append(articles(4, 8), article(0)), 6)
	if forgot != 0 || more != 2 {
		t.Errorf("forgot %d and %d", forgot, more)
	}
	for n, want := range []bool{true, true, false, false, true, true, true, true} {
		if _, ok := m.Article(fmt.Sprint("tag:", n)); ok != want {
			t.Errorf("article %d: known %v, want %v", n, ok, want)
		}
	}
	m, forgot = m.WithArticles(articles(0, 3*memory.MaxArticles), 2*memory.MaxArticles)
	if forgot != 2*memory.MaxArticles {
		t.Errorf("forgot %d", forgot)
	}
	if full, _ := numbered(memory.Max).WithArticles(articles(0, memory.MaxArticles), memory.MaxArticles); len(full.Encode()) > 600<<10 {
		t.Errorf("%d bytes", len(full.Encode()))
	}
	if reload(t, m); len(m.Encode()) > 25*memory.MaxArticles+100 {
		t.Errorf("%d bytes", len(m.Encode()))
	}
}

// The newer of two articles under one guid counts.
func TestNewerArticleReplaces(t *testing.T) {
	m, _ := memory.Memory{}.WithArticles(articles(0, 2), 9)
	moved := memory.Named{GUID: "tag:1", Article: article(5).Article}
	m, forgot := m.WithArticles([]memory.Named{moved}, 9)
	if got, _ := m.Article("tag:1"); got != moved.Article || forgot != 0 {
		t.Errorf("got %+v, forgot %d", got, forgot)
	}
}

// A feed that links to ever new hosts fills the memory with no more than some.
func TestHostsAreBounded(t *testing.T) {
	var all []memory.Named
	for n := range 200 {
		all = append(all, memory.Named{GUID: fmt.Sprint(n), Article: memory.Article{Host: fmt.Sprintf("%d.example", n)}})
	}
	all = append(all, memory.Named{GUID: "long", Article: memory.Article{Host: string(make([]byte, 254))}})
	m, forgot := memory.Memory{}.WithArticles(all, memory.MaxArticles)
	m = reload(t, m)
	if _, last := m.Article("63"); forgot != 201-64 || !last {
		t.Errorf("forgot %d, the last known: %v", forgot, last)
	}
}
