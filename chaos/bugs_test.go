package chaos

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// bug is a mistake that the harness must catch: in one file, what is right and
// what is wrong.
type bug struct {
	name         string
	file         string
	right, wrong string
}

func bugList() []bug {
	return []bug{
		{
			"validator-early", "services/fetcher/internal/poll/poll.go",
			"r.result.Groups = append(r.result.Groups, []bus.Message{message})",
			"r.result.Groups = append([][]bus.Message{{message}}, r.result.Groups...)",
		},
		{
			"ack-early", "pkg/bus/run.go",
			"	defer l.alone.RUnlock()\n",
			"	defer l.alone.RUnlock()\n	_ = msg.Ack()\n",
		},
		{
			"guid-alone", "pkg/schema/address_key.go",
			"	if a, ok := readAddress(in.Link, \"\"); ok && in",
			"	if in.GUID != \"\" {\n		return identityKey(IdentityGUID, in.GUID), IdentityGUID\n	}\n	if a, ok := readAddress(in.Link, \"\"); ok && in",
		},
		{
			"no-dedupe", "services/normalizer/identity/identity.go",
			"	revision := revise(*previous, next)\n",
			"	revision := revise(*previous, next)\n	if revision.Revision > 0 {\n		return revision, Revised\n	}\n",
		},
		{
			"torn-as-whole", "services/fetcher/internal/poll/read.go",
			"r.wholePieces(&document), document.Torn, !document.Torn",
			"r.wholePieces(&document), false, true",
		},
		{
			"torn-item", "services/fetcher/internal/poll/read.go",
			"	if document.TornItem && r.encoded != nil {",
			"	if false {",
		},
	}
}

func bugNames() (names []string) {
	for _, b := range bugList() {
		names = append(names, b.name)
	}
	return names
}

// plant writes the file with the bug into folder, and an overlay for the compiler
// that puts it in the place of the right one. It returns the overlay, none for no
// bug.
func plant(tree, name, folder string) (overlay string, err error) {
	for _, b := range bugList() {
		if b.name != name {
			continue
		}
		right := filepath.Join(tree, filepath.FromSlash(b.file))
		source, err := os.ReadFile(right)
		if err != nil {
			return "", err
		}
		if n := strings.Count(string(source), b.right); n != 1 {
			return "", fmt.Errorf("bug %s: %s has its place %d times, want once", name, b.file, n)
		}
		wrong := filepath.Join(folder, "wrong.go")
		if err := os.WriteFile(wrong, []byte(strings.Replace(string(source), b.right, b.wrong, 1)), 0o600); err != nil {
			return "", err
		}
		data, err := json.Marshal(map[string]map[string]string{"Replace": {right: wrong}})
		if err != nil {
			return "", err
		}
		overlay = filepath.Join(folder, "overlay.json")
		return overlay, os.WriteFile(overlay, data, 0o600)
	}
	return "", nil
}

// plantAll runs the harness on a build with each bug, and fails unless it breaks a
// promise every time.
func (h *harness) plantAll(ctx context.Context) error {
	var missed []string
	for _, name := range bugNames() {
		h.bug = name
		err := h.runAll(ctx)
		switch {
		case err == nil:
			missed = append(missed, name)
			h.say("MISSED: %s", name)
		case errors.Is(err, errBreach):
			h.say("caught: %s", name)
		default:
			return fmt.Errorf("bug %s: %w", name, err)
		}
	}
	if len(missed) > 0 {
		return fmt.Errorf("not caught: %s", strings.Join(missed, ", "))
	}
	return nil
}
