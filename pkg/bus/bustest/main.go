package bustest

import (
	"flag"
	"os"
	"testing"
)

// atOnce is how many tests with servers of their own run at once.
const atOnce = "6"

// Main runs the tests of a package that wait for servers more than they compute:
// of those that may run at once (t.Parallel) six do, where -parallel says nothing
// else. It is for TestMain, and does not return.
func Main(m *testing.M) {
	flag.Parse()
	chosen := false
	flag.Visit(func(f *flag.Flag) { chosen = chosen || f.Name == "test.parallel" })
	if !chosen {
		if err := flag.Set("test.parallel", atOnce); err != nil {
			panic(err) // the flag is the testing package's own
		}
	}
	os.Exit(m.Run())
}
