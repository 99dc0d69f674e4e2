module github.com/dateline-news/dateline/chaos

go 1.26.0

require (
	github.com/dateline-news/dateline/pkg/bus v0.1.0
	github.com/dateline-news/dateline/pkg/feed v0.1.0
	github.com/dateline-news/dateline/pkg/schema v0.1.0
	github.com/dateline-news/dateline/services/enricher v0.1.0
	github.com/dateline-news/dateline/services/fetcher v0.1.0
	github.com/dateline-news/dateline/services/normalizer v0.1.0
)

require (
	github.com/cespare/xxhash/v2 v2.3.0 // indirect
	github.com/klauspost/compress v1.20.3 // indirect
	github.com/nats-io/nats.go v1.55.0 // indirect
	github.com/nats-io/nkeys v0.4.16 // indirect
	github.com/nats-io/nuid v1.0.1 // indirect
	go.opentelemetry.io/otel v1.47.0 // indirect
	go.opentelemetry.io/otel/trace v1.47.0 // indirect
	go.uber.org/multierr v1.10.0 // indirect
	go.uber.org/zap v1.28.0 // indirect
	golang.org/x/crypto v0.58.0 // indirect
	golang.org/x/net v0.62.0 // indirect
	golang.org/x/sys v0.49.0 // indirect
	golang.org/x/text v0.43.0 // indirect
)
