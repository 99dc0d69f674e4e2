package recognizertest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"
)

// Contract runs the tests that every model server must pass against the one at an
// address. A token may be empty.
func Contract(t *testing.T, url, token string) {
	t.Helper()
	c := client{url: url, token: token, http: http.Client{
		Timeout:       time.Minute,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	for name, texts := range questions() {
		t.Run(name, func(t *testing.T) {
			a, err := c.ask("en", texts)
			if err != nil {
				t.Fatal(err)
			}
			if err := keeps(a, texts); err != nil {
				t.Error(err)
			}
		})
	}
	t.Run("the same again", func(t *testing.T) { c.repeats(t) })
	t.Run("many at once", func(t *testing.T) { c.many(t) })
	t.Run("a language that it may not know", func(t *testing.T) {
		texts := []string{"Кот сидит на окне.", ""}
		a, err := c.ask("ru", texts)
		if err == nil {
			err = keeps(a, texts)
		}
		if err != nil {
			t.Error(err)
		}
	})
	t.Run("no question", func(t *testing.T) {
		for _, body := range []string{"", "{", "[]", `{"texts": 7}`} {
			if status, _, err := c.post([]byte(body)); err != nil || status < 400 || status > 499 {
				t.Errorf("%q: status %d, want one of 400 to 499 (%v)", body, status, err)
			}
		}
	})
	if token != "" {
		t.Run("without the token", func(t *testing.T) {
			stranger := c
			stranger.token = ""
			if status, _, err := stranger.post(question("en", []string{"Oslo"})); err != nil || status != 401 && status != 403 {
				t.Errorf("status %d, want 401 or 403 (%v)", status, err)
			}
		})
	}
}

// questions are the texts of requests that must be answered, by what they try.
func questions() map[string][]string {
	return map[string][]string{
		"one text":             {"António Guterres of the United Nations flew to Oslo."},
		"an article":           {"Zoë Müller leaves Nestlé", "She goes to Łódź.", "It rained.", "“I go,” said Zoë Müller on Friday."},
		"no text":              {},
		"empty texts":          {"", "Oslo", ""},
		"white space":          {" \t\n ", "\u00a0"},
		"long characters":      {"🛫🛬 Zoë Müller 🛫 Łódź 👩‍👩‍👧 Kyiv", "Ångström", "e\u0301 Oslo"},
		"right to left":        {"זואי מולר טסה ל־Oslo אתמול"},
		"what JSON escapes":    {"\"Oslo\" \\ Kyiv \u2028 <b>Nestlé</b> \u0001 & \u007f"},
		"line ends":            {"Oslo\r\nKyiv\nŁódź\n"},
		"many texts":           strings.Split(strings.Repeat("Oslo and Kyiv.|", 300), "|"),
		"a long text":          {strings.Repeat("Zoë Müller of Nestlé flew to Oslo. ", 300)},
		"a long word":          {strings.Repeat("Łódź", 5000)},
		"characters of no use": {"\ufeff\ufffd\U0010ffff Oslo"},
	}
}

// client asks a server.
type client struct {
	url, token string
	http       http.Client
}

func question(language string, texts []string) []byte {
	body, err := json.Marshal(map[string]any{"language": language, "texts": texts})
	if err != nil {
		return nil // It cannot be: these are strings.
	}
	return body
}

func (c client) post(body []byte) (status int, answer []byte, err error) {
	r, err := http.NewRequest(http.MethodPost, c.url, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	if c.token != "" {
		r.Header.Set("Authorization", "Bearer "+c.token)
	}
	response, err := c.http.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = response.Body.Close() }()
	answer, err = io.ReadAll(io.LimitReader(response.Body, 64<<20))
	return response.StatusCode, answer, err
}

func (c client) ask(language string, texts []string) (Answer, error) {
	var a Answer
	status, body, err := c.post(question(language, texts))
	switch {
	case err != nil:
		return a, err
	case status != http.StatusOK:
		return a, fmt.Errorf("status %d: %.200s", status, body)
	}
	if err := json.Unmarshal(body, &a); err != nil {
		return a, fmt.Errorf("%w: %.200s", err, body)
	}
	return a, nil
}

// keeps reports where an answer to texts breaks the contract.
func keeps(a Answer, texts []string) error {
	switch {
	case a.Model.Name == "" || a.Model.Version == "":
		return fmt.Errorf("model %q, version %q: want both", a.Model.Name, a.Model.Version)
	case a.Offsets != "" && a.Offsets != "bytes" && a.Offsets != "characters":
		return fmt.Errorf("offsets %q: want bytes or characters", a.Offsets)
	case len(a.Spans) != len(texts):
		return fmt.Errorf("%d lists of spans for %d texts", len(a.Spans), len(texts))
	}
	for i, spans := range a.Spans {
		for _, s := range spans {
			if err := points(s, texts[i], a.Offsets == "characters"); err != nil {
				return fmt.Errorf("text %d: %w", i, err)
			}
		}
	}
	return nil
}

// points reports a span that is none of a text.
func points(s Span, text string, characters bool) error {
	length := len(text)
	if characters {
		length = utf8.RuneCountInString(text)
	}
	if s.Start < 0 || s.Start >= s.End || s.End > length || s.Type == "" {
		return fmt.Errorf("%+v: want a type, and 0 <= start < end <= %d", s, length)
	}
	var part string
	if characters {
		part = string([]rune(text)[s.Start:s.End])
	} else {
		part = text[s.Start:s.End]
	}
	switch {
	case !utf8.ValidString(part):
		return fmt.Errorf("%+v: cuts a character", s)
	case s.Text != "" && s.Text != part:
		return fmt.Errorf("%+v: its text is %q", s, part)
	}
	return nil
}

// repeats checks that a question has one answer.
func (c client) repeats(t *testing.T) {
	texts := questions()["an article"]
	var first []byte
	for range 3 {
		_, body, err := c.post(question("en", texts))
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = body
		}
		if !bytes.Equal(first, body) {
			t.Errorf("got  %s\nwant %s", body, first)
		}
	}
}

// many checks that each of many questions at once gets its own answer.
func (c client) many(t *testing.T) {
	var all sync.WaitGroup
	for n := range 16 {
		all.Go(func() {
			texts := make([]string, n+1)
			for i := range texts {
				texts[i] = strings.Repeat("é", i) + " Oslo"
			}
			a, err := c.ask("en", texts)
			if err == nil {
				err = keeps(a, texts)
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}
