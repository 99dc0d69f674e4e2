package decode_test

import (
	"testing"

	"github.com/dateline-news/dateline/pkg/feed/decode"
)

// TestHabits decodes documents that declare a language but no charset.
func TestHabits(t *testing.T) {
	for language, test := range map[string]struct{ charset, text string }{
		"ru":    {"windows-1251", "Сегодня в новостях"},
		"uk-UA": {"windows-1251", "Сьогодні в новинах"},
		"cs":    {"windows-1250", "Příliš žluťoučký kůň"},
		"el":    {"iso-8859-7", "Τα νέα της ημέρας"},
		"he":    {"windows-1255", "חדשות היום"},
		"ar":    {"windows-1256", "أخبار اليوم"},
		"tr":    {"windows-1254", "Bugünün haberleri şöyle"},
		"th":    {"windows-874", "ข่าววันนี้ของประเทศ"},
		"ko":    {"euc-kr", "오늘의 뉴스입니다"},
		"ja-JP": {"shift_jis", "今日のニュースです"},
		"zh-CN": {"gb18030", "今天的新闻是这样的"},
		"zh_TW": {"big5", "今天的新聞是這樣的"},
		"fr":    {"windows-1252", "Les nouvelles de la journée"},
		"":      {"windows-1252", "Crème brûlée – “très bonne”"},
	} {
		t.Run(language, func(t *testing.T) {
			text := "<rss><channel><language>" + language + "</language><title>" + test.text + "</title></channel></rss>"
			got, err := decode.UTF8(in(t, test.charset, text), "text/xml", 0)
			if err != nil || got.Charset != test.charset || string(got.Bytes) != text {
				t.Errorf("got %q in %s, %v, want %q in %s", got.Bytes, got.Charset, err, text, test.charset)
			}
		})
	}
}

// TestNoHabit checks that bytes which fit no text of the language are damage.
func TestNoHabit(t *testing.T) {
	for name, doc := range map[string]string{
		"long runs":       "<rss><title>\xe0\xe1\xe2\xe3\xe4\xe5</title></rss>",
		"0xFF":            "<rss><title>a\xff</title></rss>",
		"not of language": "<rss><language>ja</language><title>\xfd\xfe\xff\xa0</title></rss>",
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := decode.UTF8([]byte(doc), "text/xml", 0); err != nil || got.Charset != "utf-8" {
				t.Errorf("got %q in %s, %v", got.Bytes, got.Charset, err)
			}
		})
	}
}
