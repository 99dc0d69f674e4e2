package chaos

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func TestPlan(t *testing.T) {
	linked := []bool{false, true, true, true}
	one, same, other := plan(7, 100, linked), plan(7, 100, linked), plan(8, 100, linked)
	if !reflect.DeepEqual(one, same) || reflect.DeepEqual(one, other) {
		t.Error("a plan depends on its seed alone")
	}
	kills, busy, whats := 0, 0, map[string]int{}
	for _, r := range one {
		met := map[int]bool{}
		for _, a := range r.acts {
			if met[a.victim] {
				t.Errorf("two acts on one process in a round: %v", r.acts)
			}
			met[a.victim] = true
			kills += a.kills
			whats[a.what]++
			if a.bytes > 0 {
				busy++
			}
			if a.bytes > 0 && (a.what != actKill || !linked[a.victim]) {
				t.Errorf("%s of process %d after %d bytes", a.what, a.victim, a.bytes)
			}
			if link := linkOf(a.what); link != whole && !linked[a.victim] {
				t.Errorf("%s of a process without a proxy", a.what)
			}
		}
	}
	if busy == 0 || busy >= whats[actKill] {
		t.Errorf("%d of %d kills are of busy processes", busy, whats[actKill])
	}
	if kills != 100 || whats[actKill] == 0 || whats[actPause] == 0 {
		t.Errorf("%d kills, want 100; %v", kills, whats)
	}
	for _, r := range plan(7, 40, []bool{false}) {
		for _, a := range r.acts {
			if a.victim != 0 || a.what != actKill && a.what != actPause {
				t.Errorf("one process: %+v", a)
			}
		}
	}
}

// Every bug has its place in the source.
func TestBugsCanBePlanted(t *testing.T) {
	for _, b := range bugList() {
		folder := t.TempDir()
		tree, err := filepath.Abs("..")
		if err != nil {
			t.Fatal(err)
		}
		overlay, err := plant(tree, b.name, folder)
		if err != nil {
			t.Error(err)
			continue
		}
		wrong, err := os.ReadFile(filepath.Join(folder, "wrong.go"))
		if err != nil || !strings.Contains(string(wrong), b.wrong) || filepath.Dir(overlay) != folder {
			t.Errorf("%s: %v", b.name, err)
		}
	}
	if overlay, err := plant(t.TempDir(), "", t.TempDir()); overlay != "" || err != nil {
		t.Errorf("no bug: %s, %v", overlay, err)
	}
	if _, err := plant(t.TempDir(), bugNames()[0], t.TempDir()); err == nil {
		t.Error("a bug was planted where there is no source")
	}
}
