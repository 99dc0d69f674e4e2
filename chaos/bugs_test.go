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
	// slow says why days in fake time do not show it, where they cannot.
	slow string
}

func bugList() []bug {
	return []bug{
		{
			name: "validator-early", file: "services/fetcher/internal/poll/poll.go",
			right: "r.result.Groups = append(r.result.Groups, []bus.Message{message})",
			wrong: "r.result.Groups = append([][]bus.Message{{message}}, r.result.Groups...)",
			slow:  "a poll that was cut off comes again, with the validators that it had, long before the next one is due",
		},
		{
			name: "ack-early", file: "pkg/bus/run.go",
			right: "	defer l.alone.RUnlock()\n",
			wrong: "	defer l.alone.RUnlock()\n	_ = msg.Ack()\n",
		},
		{
			name: "guid-alone", file: "pkg/schema/address_key.go",
			right: "	if a, ok := readAddress(in.Link, \"\"); ok && in",
			wrong: "	if in.GUID != \"\" {\n		return identityKey(IdentityGUID, in.GUID), IdentityGUID\n	}\n	if a, ok := readAddress(in.Link, \"\"); ok && in",
		},
		{
			name: "no-dedupe", file: "services/normalizer/identity/identity.go",
			right: "	revision := revise(*previous, next)\n",
			wrong: "	revision := revise(*previous, next)\n	if revision.Revision > 0 {\n		return revision, Revised\n	}\n",
		},
		{
			name: "torn-as-whole", file: "services/fetcher/internal/poll/read.go",
			right: "r.wholePieces(&document), document.Torn, !document.Torn",
			wrong: "r.wholePieces(&document), false, true",
		},
		{
			name: "torn-item", file: "services/fetcher/internal/poll/read.go",
			right: "	if document.TornItem && r.encoded != nil {",
			wrong: "	if false {",
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
