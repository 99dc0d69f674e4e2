package quotes_test

import (
	"slices"
	"strings"
	"testing"
)

// "The minister" is somebody only where the text says who that is, and of nobody
// else.
func TestRoles(t *testing.T) {
	const said, nobody = "We will go there now, (Maria Zork, said)", "We will go there now, (, said)"
	for name, test := range map[string]struct{ text, want string }{
		"title":            {"Minister {P Maria Zork} left. “We will go there now,” the minister said.", said},
		"apposition":       {"{P Maria Zork}, the new lake minister, left. “We will go there now,” the minister said.", said},
		"apposition first": {"The minister, {P Maria Zork}, left. “We will go there now,” the minister said.", said},
		"inverted":         {"Minister {P Maria Zork} left. “We will go there now,” said the minister.", said},
		"inverted, more":   {"Minister {P Maria Zork} left. “We will go there now,” said the minister on Monday.", said},
		"said later":       {"“We will go there now,” the minister said. It was Minister {P Maria Zork}.", said},
		"not said":         {"{P Maria Zork} left. “We will go there now,” the minister said.", nobody},
		"another role":     {"Minister {P Maria Zork} left. “We will go there now,” the mayor said.", nobody},
		"two":              {"Minister {P Maria Zork} and Minister {P Ivan Blix} left. “We will go there now,” the minister said.", nobody},
		"the same twice":   {"Minister {P Maria Zork} left. Minister {P Zork} sat. “We will go there now,” the minister said.", said},
		"former":           {"The former minister {P Maria Zork} left. “We will go there now,” the minister said.", nobody},
		"deputy":           {"Deputy minister {P Maria Zork} left. “We will go there now,” the minister said.", nobody},
		"a minister":       {"Minister {P Maria Zork} left. “We will go there now,” a minister said.", nobody},
		"other sentence":   {"{P Maria Zork}, so. The minister left. “We will go there now,” the minister said.", nobody},
		"somebody else":    {"Minister {P Maria Zork} left. “We will go there now,” said the minister's friend.", nobody},
	} {
		t.Run(name, func(t *testing.T) {
			if got := found(t, marked(t, test.text)); !slices.Equal(got, []string{test.want}) {
				t.Errorf("got %q\nwant %q", got, test.want)
			}
		})
	}
}

// Time must grow with the text alone.
func TestHostileRoles(t *testing.T) {
	for _, pattern := range []string{"minister ", "Maria Zork, ", "the minister, ", "former ", "minister, Maria Zork "} {
		e := marked(t, "Minister {P Maria Zork}.", strings.Repeat(pattern, (1<<18)/len(pattern)))
		found(t, e)
	}
}
