package schema_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
)

var update = flag.Bool("update", false, "write the golden files anew")

// headers are the names of all headers, by what they are called in Go.
var headers = map[string]string{
	"HeaderSpecVersion": schema.HeaderSpecVersion, "HeaderID": schema.HeaderID, "HeaderSource": schema.HeaderSource,
	"HeaderType": schema.HeaderType, "HeaderSubject": schema.HeaderSubject, "HeaderTime": schema.HeaderTime,
	"HeaderDataContentType": schema.HeaderDataContentType, "HeaderDataSchema": schema.HeaderDataSchema,
	"HeaderCausationID": schema.HeaderCausationID, "HeaderRecordedTime": schema.HeaderRecordedTime,
	"HeaderSequence": schema.HeaderSequence, "HeaderPartitionKey": schema.HeaderPartitionKey,
	"HeaderTraceParent": schema.HeaderTraceParent, "HeaderTraceState": schema.HeaderTraceState,
	"HeaderReplay": schema.HeaderReplay, "HeaderReplaySequence": schema.HeaderReplaySequence, "HeaderReplayEnd": schema.HeaderReplayEnd,
	"HeaderDeadStage": schema.HeaderDeadStage, "HeaderDeadReason": schema.HeaderDeadReason, "HeaderDeadAttempts": schema.HeaderDeadAttempts,
	"HeaderDeadStream": schema.HeaderDeadStream, "HeaderDeadSequence": schema.HeaderDeadSequence, "HeaderDeadSubject": schema.HeaderDeadSubject,
	"HeaderLicense": schema.HeaderLicense, "HeaderRSL": schema.HeaderRSL, "HeaderTDM": schema.HeaderTDM,
}

var types = map[string]string{
	"TypePollDue": schema.TypePollDue, "TypeWalkDue": schema.TypeWalkDue, "TypeItemFound": schema.TypeItemFound, "TypeArticlePublished": schema.TypeArticlePublished,
	"TypeArticleRevised": schema.TypeArticleRevised, "TypeArticleWithdrawn": schema.TypeArticleWithdrawn,
	"TypeArticleEnriched": schema.TypeArticleEnriched, "TypeEntityMentioned": schema.TypeEntityMentioned,
	"TypeStoryChanged": schema.TypeStoryChanged, "TypeHealth": schema.TypeHealth, "TypeReplayEnd": schema.TypeReplayEnd, "TypeJobChanged": schema.TypeJobChanged,
}

var streams = map[string]string{
	"StreamPolls": schema.StreamPolls, "StreamFound": schema.StreamFound, "StreamItems": schema.StreamItems,
	"StreamArticles": schema.StreamArticles, "StreamEnriched": schema.StreamEnriched, "StreamMentions": schema.StreamMentions,
	"StreamDead": schema.StreamDead, "StreamOps": schema.StreamOps, "StreamStories": schema.StreamStories, "StreamReplay": schema.StreamReplay,
	"BucketFeeds": schema.BucketFeeds, "BucketFeedMemory": schema.BucketFeedMemory, "BucketJobs": schema.BucketJobs, "BucketHosts": schema.BucketHosts, "BucketPush": schema.BucketPush,
}

// subjects is one of each kind of subject, for a root.
func subjects(root schema.Root) map[string]string {
	a := schema.Article{ID: "0123456789abcdef0123456789abcdef", Language: "pt-BR", Source: schema.Source{Token: schema.SourceToken("www.example.org")}}
	return map[string]string{
		"PollAt":              root.PollAt("0123456789abcdef"),
		"PollDue":             root.PollDue("0123456789abcdef"),
		"WalkAt":              root.WalkAt(schema.WalkID("0123456789abcdef")),
		"WalkDue":             root.WalkDue(schema.WalkID("0123456789abcdef")),
		"Found":               root.Found(a.Source.Token),
		"Item":                root.Item(a.Source.Token),
		"Article":             root.Article(a),
		"ArticleAnyLanguage":  root.ArticleAnyLanguage(a.Source.Token, a.ID),
		"Enriched":            root.Enriched(a),
		"EnrichedAnyLanguage": root.EnrichedAnyLanguage(a.Source.Token, a.ID),
		"Mention":             root.Mention(schema.Entity{ID: "q159", Type: schema.Location}),
		"Story":               root.Story("0123456789abcdef0123456789abcdef"),
		"Dead":                root.Dead("normalizer", schema.Unknown),
		"Ops":                 root.Ops("failing", "0123456789abcdef"),
		"Replay":              root.Replay("job-1", "article.pt.example_org.0123456789abcdef0123456789abcdef"),
		"All":                 root.All("enriched"),
	}
}

// The names in this file are used by people and programs elsewhere. When this
// test fails, ask whether they will follow.
func TestContract(t *testing.T) {
	var out strings.Builder
	section := func(title string, names map[string]string) {
		fmt.Fprintf(&out, "# %s\n", title)
		for _, name := range slices.Sorted(maps.Keys(names)) {
			fmt.Fprintf(&out, "%s %s\n", name, names[name])
		}
		fmt.Fprintln(&out)
	}
	section("subjects", subjects(schema.DefaultRoot))
	section("subjects of another root", subjects("papers"))
	section("streams and buckets", streams)
	section("headers", headers)
	section("types", types)
	section("values", map[string]string{
		"SpecVersion": schema.SpecVersion, "ContentTypeJSON": schema.ContentTypeJSON, "SchemaURL": schema.SchemaURL("article"),
		"Events":      fmt.Sprint(schema.EventPublished, ",", schema.EventRevised, ",", schema.EventWithdrawn),
		"DateSources": fmt.Sprint(schema.DatePublished, ",", schema.DatePage, ",", schema.DateUpdated, ",", schema.DateURL, ",", schema.DateFirstSeen),
		"Extents":     fmt.Sprint(schema.ExtentFull, ",", schema.ExtentSummary, ",", schema.ExtentHeadline),
		"Formats":     fmt.Sprint(schema.FormatRSS, ",", schema.FormatAtom, ",", schema.FormatJSON, ",", schema.FormatSitemap),
		"EntityTypes": fmt.Sprint(schema.Person, ",", schema.Organization, ",", schema.Location),
		"Fields":      fmt.Sprint(schema.FieldHeadline, ",", schema.FieldLead, ",", schema.FieldBody),
		"StoryEvents": fmt.Sprint(schema.StoryJoined, ",", schema.StoryRevised, ",", schema.StoryLeft),
		"MemberKinds": fmt.Sprint(schema.MemberFirst, ",", schema.MemberDuplicate, ",", schema.MemberCut),
		"Unknown":     schema.Unknown, "LanguageUndetermined": schema.LanguageUndetermined,
	})
	golden(t, "testdata/contract.golden", out.String())
}

// golden compares text with a file, which -update writes anew.
func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Split(string(data), "\n")
	for i, line := range strings.Split(got, "\n") {
		if i >= len(want) || line != want[i] {
			t.Fatalf("%s, line %d is %q (go test -update writes it anew)", path, i+1, line)
		}
	}
	if len(got) != len(data) {
		t.Fatalf("%s has more lines (go test -update writes it anew)", path)
	}
}

// No two names of one kind have one value.
func TestNamesAreDistinct(t *testing.T) {
	for kind, names := range map[string]map[string]string{"headers": headers, "types": types, "streams": streams} {
		seen := map[string]string{}
		for name, value := range names {
			if other, ok := seen[strings.ToLower(value)]; ok {
				t.Errorf("%s: %s and %s are both %s", kind, name, other, value)
			}
			seen[strings.ToLower(value)] = name
		}
	}
}

// Every header, type and stream that the package declares is in the contract.
func TestTheContractIsComplete(t *testing.T) {
	for file, lists := range map[string][]map[string]string{"headers.go": {headers, types}, "subjects.go": {streams}} {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(source)) {
			name, _, ok := strings.Cut(strings.TrimSpace(line), " ")
			if !ok || !strings.Contains(line, "= \"") || name == "const" {
				continue
			}
			for _, prefix := range []string{"Header", "Type", "Stream", "Bucket"} {
				if strings.HasPrefix(name, prefix) && !slices.ContainsFunc(lists, func(l map[string]string) bool { return l[name] != "" }) {
					t.Errorf("%s of %s is missing", name, file)
				}
			}
		}
	}
}
