package enricher

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/language"

	"github.com/dateline-news/dateline/services/enricher/recognizer"
	"github.com/dateline-news/dateline/services/enricher/recognizer/remote"
)

// ModelServer is the recognizer that asks the model server of the settings, nil
// without one.
func ModelServer(c Config) (recognizer.Recognizer, error) {
	if err := c.validateRecognizer(); err != nil || c.Recognizer == "" {
		return nil, err
	}
	token, err := readToken(c.RecognizerTokenFile)
	if err != nil {
		return nil, fmt.Errorf("--recognizer-token-file: %w", err)
	}
	r := c.remote()
	r.Token = token
	return remote.New(r)
}

func (c Config) remote() remote.Config {
	return remote.Config{
		URL: c.Recognizer, Timeout: c.RecognizerTimeout, Concurrency: c.RecognizerConcurrency, Languages: c.RecognizerLanguages,
	}
}

// validateRecognizer checks the settings of the model server.
func (c Config) validateRecognizer() error {
	if c.Recognizer == "" {
		if c.RecognizerTokenFile != "" || len(c.RecognizerLanguages) > 0 {
			return errors.New("--recognizer: not set, but other settings of it are")
		}
		return nil
	}
	switch {
	case c.RecognizerTimeout <= 0 || c.RecognizerTimeout > c.Timeout/2:
		return fmt.Errorf("--recognizer-timeout: got %s, want up to half of --timeout (%s)", c.RecognizerTimeout, c.Timeout)
	case c.RecognizerConcurrency < 1 || c.RecognizerConcurrency > 1000:
		return fmt.Errorf("--recognizer-concurrency: got %d, want 1 to 1000", c.RecognizerConcurrency)
	}
	for _, tag := range c.RecognizerLanguages {
		if _, err := language.Parse(tag); err != nil {
			return fmt.Errorf("--recognizer-languages: %q is no language tag, such as en", tag)
		}
	}
	if err := c.remote().Validate(); err != nil {
		return fmt.Errorf("--recognizer: %w", err)
	}
	_, err := readToken(c.RecognizerTokenFile)
	if err != nil {
		return fmt.Errorf("--recognizer-token-file: %w", err)
	}
	return nil
}

// maxToken bounds the file of a token.
const maxToken = 8 << 10

// readToken reads a token from a file, without the white space around it: empty
// without a file. Its errors do not show it.
func readToken(name string) (string, error) {
	if name == "" {
		return "", nil
	}
	file, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer func() { _ = file.Close() }()
	data, err := io.ReadAll(io.LimitReader(file, maxToken+1))
	if err != nil {
		return "", err
	}
	token := strings.TrimSpace(string(data))
	unfit := func(c rune) bool { return c <= ' ' || c > unicode.MaxASCII || c == 0x7f }
	if token == "" || len(data) > maxToken || slices.ContainsFunc([]rune(token), unfit) {
		return "", fmt.Errorf("%s: want one token of printable ASCII, of up to %d bytes", name, maxToken)
	}
	return token, nil
}
