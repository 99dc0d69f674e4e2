module github.com/dateline-news/dateline

go 1.26.0

require (
	github.com/dateline-news/dateline/pkg/bus v0.1.0
	github.com/dateline-news/dateline/pkg/feed v0.1.0
	github.com/dateline-news/dateline/pkg/schema v0.1.0
	github.com/dateline-news/dateline/services/enricher v0.1.0
	github.com/dateline-news/dateline/services/fetcher v0.1.0
	github.com/dateline-news/dateline/services/normalizer v0.1.0
	github.com/google/go-cmp v0.7.0
	golang.org/x/text v0.43.0
)

require (
	github.com/alecthomas/kong v1.17.0 // indirect
	go.uber.org/multierr v1.10.0 // indirect
	go.uber.org/zap v1.28.0 // indirect
	golang.org/x/sync v0.24.0 // indirect
)
