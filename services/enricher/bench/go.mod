// The measure of the recognizer beside another: a module of its own, outside of
// go.work, so that the other is in no graph of ours.
module github.com/dateline-news/dateline/services/enricher/bench

go 1.26.0

replace (
	github.com/dateline-news/dateline/pkg/bus v0.1.0 => ../../../pkg/bus
	github.com/dateline-news/dateline/pkg/schema v0.1.0 => ../../../pkg/schema
	github.com/dateline-news/dateline/services/enricher v0.1.0 => ..
)

require (
	github.com/dateline-news/dateline/pkg/schema v0.1.0
	github.com/dateline-news/dateline/services/enricher v0.1.0
	github.com/jdkato/prose/v2 v2.0.0
)

require (
	github.com/deckarep/golang-set v1.7.1 // indirect
	github.com/mingrammer/commonregex v1.0.1 // indirect
	golang.org/x/text v0.43.0 // indirect
	gonum.org/v1/gonum v0.7.0 // indirect
	gopkg.in/neurosnap/sentences.v1 v1.0.6 // indirect
)
