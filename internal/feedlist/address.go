package feedlist

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/dateline-news/dateline/pkg/schema"
)

// IsAddress reports whether an argument is meant as an address, not as a file.
func IsAddress(arg string) bool {
	scheme, rest, found := strings.Cut(strings.TrimSpace(arg), ":")
	if !found {
		return false
	}
	return strings.EqualFold(scheme, "feed") || strings.HasPrefix(rest, "//")
}

// cleanURL is the address under which a feed is registered: as written, but
// without the feed scheme of readers and browsers, and with its spaces escaped.
func cleanURL(written string) (string, error) {
	address := strings.ReplaceAll(withoutFeedScheme(strings.TrimSpace(written)), " ", "%20")
	if len(address) > MaxURL {
		return "", fmt.Errorf("address %s: longer than %d bytes", shown(address), MaxURL)
	}
	if !utf8.ValidString(address) {
		return "", fmt.Errorf("address %s: not UTF-8", shown(address))
	}
	u, err := url.Parse(address)
	if err != nil {
		return "", fmt.Errorf("address %s: %w", shown(address), cause(err))
	}
	switch {
	case schema.Clean(address) != address: // lists are written as clean lines, and would bring back another address
		return "", fmt.Errorf("address %s: holds characters that are not shown, or not in their usual form (NFC): escape them as in %%C3%%A9", shown(address))
	case u.Scheme != "http" && u.Scheme != "https":
		return "", fmt.Errorf("address %s: does not begin with https:// or http://", shown(address))
	case u.Hostname() == "":
		return "", fmt.Errorf("address %s: has no host", shown(address))
	case u.User != nil:
		// The address of its feed stands in every article, for all to read.
		return "", fmt.Errorf("address of %s: holds a user name, which every message would carry: leave it out", shown(u.Host))
	}
	return address, nil
}

// withoutFeedScheme turns feed:https://host/path and feed://host/path into what
// they stand for.
func withoutFeedScheme(address string) string {
	const scheme = "feed:"
	if len(address) < len(scheme) || !strings.EqualFold(address[:len(scheme)], scheme) {
		return address
	}
	rest := address[len(scheme):]
	if strings.HasPrefix(rest, "//") {
		return "https:" + rest
	}
	return rest
}

// shown is an address for an error: one line, quoted, of readable length.
func shown(address string) string {
	const most = 80
	scheme, rest, _ := strings.Cut(address, "://")
	if end := strings.IndexAny(rest+"/", "/?#"); strings.Contains(rest[:end], "@") { // a user, and maybe a password
		address = scheme + "://" + rest[strings.LastIndexByte(rest[:end], '@')+1:]
	}
	if len(address) > most {
		return fmt.Sprintf("%q...", address[:most])
	}
	return fmt.Sprintf("%q", address)
}

// cause is what url.Parse found, without the address, which may be long and
// unprintable.
func cause(err error) error {
	var parse *url.Error
	if errors.As(err, &parse) {
		return parse.Err
	}
	return err
}

// label is a title, a folder's name or another short text as a clean line of at
// most MaxText bytes.
func label(written string) string {
	text := schema.Clean(written)
	if len(text) <= MaxText {
		return text
	}
	end := MaxText
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return strings.TrimSpace(text[:end])
}
