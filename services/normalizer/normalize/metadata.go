package normalize

import (
	"slices"
	"strings"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/normalizer/normalize/internal/text"
)

// The bounds of what comes with an article.
const (
	maxAuthors    = 32
	maxCategories = 64
	maxMedia      = 16
	maxMediaURL   = 2048 // bytes of an address
	maxCaption    = 512  // bytes of a caption or credit
	maxRights     = 1024 // bytes of a declaration
)

// metadata fills authors, categories, media and rights.
func (d *draft) metadata() {
	d.article.Authors = names(d.entry.Authors, maxAuthors)
	d.article.Categories = names(d.entry.Categories, maxCategories)
	d.article.Media = media(d.entry.Media)
	d.article.Rights = rights(d.entry.Rights)
}

// names are clean and each there once.
func names(declared []string, limit int) []string {
	var kept []string
	for _, name := range declared {
		name = short(name, maxName)
		if name != "" && len(kept) < limit && !slices.Contains(kept, name) {
			kept = append(kept, name)
		}
	}
	return kept
}

// media are those with a web address, each there once; pictures of one pixel
// count readers.
func media(declared []schema.Media) []schema.Media {
	var kept []schema.Media
	for _, m := range declared {
		known := func(k schema.Media) bool { return k.URL == m.URL }
		if len(kept) == maxMedia || !isWeb(m.URL) || m.Width == 1 || m.Height == 1 || slices.ContainsFunc(kept, known) {
			continue
		}
		m.Type = short(m.Type, maxName)
		m.Credit = short(m.Credit, maxCaption)
		m.Caption = short(m.Caption, maxCaption)
		m.Width, m.Height = max(0, m.Width), max(0, m.Height)
		kept = append(kept, m)
	}
	return kept
}

func isWeb(address string) bool {
	return len(address) <= maxMediaURL && schema.Clean(address) == address &&
		(strings.HasPrefix(address, "https://") || strings.HasPrefix(address, "http://"))
}

func rights(declared *schema.Rights) *schema.Rights {
	if declared == nil {
		return nil
	}
	r := schema.Rights{
		Text: short(declared.Text, maxRights), License: webOnly(declared.License), Holder: short(declared.Holder, maxName),
		RSL: webOnly(declared.RSL), TDMReserved: declared.TDMReserved, TDMPolicy: webOnly(declared.TDMPolicy),
	}
	if r == (schema.Rights{}) {
		return nil
	}
	return &r
}

// webOnly is an address of the web, or nothing.
func webOnly(address string) string {
	if isWeb(address) {
		return address
	}
	return ""
}

// short is a clean text of at most limit bytes.
func short(s string, limit int) string {
	return schema.Clean(text.Cut(schema.Clean(s), limit))
}
