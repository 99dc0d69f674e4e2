# The checks of dateline. They need Go, git and make; what they need beyond,
# they build into bin/ from versions that tools/go.mod pins.

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)
FUZZTIME ?= 30s
CHAOS := go test -count=1 -timeout 5h -v -run TestChaos$$ ./chaos
LDFLAGS := -s -w -X github.com/dateline-news/dateline/pkg/bus/boot.version=$(VERSION)

.PHONY: check build fmt vet staticcheck hygiene arch measures manifests generated scan gosec vulncheck test race alone fuzz chaos chaos-bugs chaos-recovery chaos-cluster chaos-jobs chaos-clock sim sim-bugs soak s3 readers bench pages names cover bins dist sbom reproducible tidy release freeze

# check is all but the tests: go test work runs those.
check: build fmt vet staticcheck hygiene arch generated measures

build:
	go build work

fmt:
	@bad=$$(gofmt -l $$(git ls-files '*.go')); if [ -n "$$bad" ]; then echo "gofmt: $$bad"; exit 1; fi

vet:
	go vet work

staticcheck: bin/staticcheck
	bin/staticcheck work

# Each tool that tools/go.mod names.
bin/%: tools/go.mod tools/go.sum
	cd tools && GOWORK=off go build -o ../bin/$* $$(GOWORK=off go list tool | grep '/$*$$')

# scan looks for what is unsafe, and for dependencies with known vulnerabilities.
scan: gosec vulncheck

# gosec: SECURITY.md says why what is left out is left out. Not told the version of Go, it
# asks the go command for it at many an expression.
gosec: bin/gosec
	GOSECGOVERSION=$$(go env GOVERSION) bin/gosec -quiet -color=false -exclude-generated -exclude=G104,G304 $(addprefix -exclude-dir=,bench benchmark chaos bustest dist fetchertest gen gengaz langmodel) ./...

# vulncheck takes the database of vulnerabilities from where VULNDB says, a folder or an address.
vulncheck: bin/govulncheck
	scripts/vulncheck.sh $(VULNDB)

# hygiene: every go.mod is tidy, without replaces, and asks one version of its siblings.
hygiene:
	scripts/mod.sh check

# arch: who may import whom. The test cache does not see what it reads.
arch:
	go test -count=1 ./internal/arch

# manifests tests deploy/ with the libraries of Kubernetes, kustomize, Helm, compose and Prometheus, which its own module holds.
# They are large: it takes minutes the first time.
manifests:
	cd deploy/check && GOWORK=off go vet . && GOWORK=off go test -count=1 . && GOWORK=off go mod tidy -diff

# generated: the JSON Schemas are those of the types, the AsyncAPI document that of the code.
generated:
	go generate ./pkg/schema/... ./internal/asyncapi
	@git diff --exit-code -- pkg/schema/jsonschema docs/asyncapi.json || (echo "run go generate and commit" && exit 1)

# measures: sizes and ratios, where the tool for them is at hand.
measures:
	@if [ -x ../shared/tools/measure.sh ]; then ../shared/tools/measure.sh gate . ; else echo "measures: skipped, their tool is not here"; fi

test:
	go test work

# race leaves out the tests that work on programs of their own, which are built without it, and those of
# hostile feeds, whose time runs out.
race:
	go test -race $$(go list work | grep -v '/chaos$$\|/internal/deploytest$$\|/bench\|/e2e/hostile$$')

# alone: each module as its users build it, with its own choice of versions.
alone:
	scripts/mod.sh alone

# fuzz tries the properties of the dated format on 200,000 documents made up by
# chance, and runs every fuzz target for FUZZTIME.
fuzz:
	DATELINE_TRIALS=200000 go test -count=1 -run 'TestDated.*(RoundTrip|Hostile)' ./pkg/schema
	scripts/fuzz.sh $(FUZZTIME)

# chaos kills, pauses and cuts off the processes of the pipeline, whose feeds fail, and checks what is in
# ENRICHED (docs/reliability.md). KILLS, SEED, SEEDS (runs, each with the next seed) and MODE choose how.
chaos:
	DATELINE_CHAOS="-kills $${KILLS:-200} -seed $${SEED:-1} -seeds $${SEEDS:-1} -mode $${MODE:-services,up}" $(CHAOS)

# chaos-bugs plants bugs in builds of their own, each of which the harness must catch with one of SEEDS seeds: about
# ten minutes.
chaos-bugs:
	DATELINE_CHAOS="-bugs -mode services -kills $${KILLS:-60} -seed $${SEED:-1} -seeds $${SEEDS:-4} -patience 30s" $(CHAOS)

# chaos-recovery measures how long the flow is interrupted by restarts of NATS: about ten minutes.
chaos-recovery:
	DATELINE_CHAOS="-recovery $${RESTARTS:-20} -mode up,services,cluster -feeds 8 -interval 200ms" $(CHAOS)

# chaos-cluster kills fetchers and servers of a NATS cluster, one of three servers at a time, while they
# poll FEEDS feeds every INTERVAL seconds. With the defaults: about ten minutes.
chaos-cluster:
	DATELINE_KILLS=$${KILLS:-40} DATELINE_SEED=$${SEED:-1} DATELINE_FEEDS=$${FEEDS:-2000} DATELINE_INTERVAL=$${INTERVAL:-120} \
		go test -count=1 -timeout 120m -run Deployed/cluster -v ./internal/deploytest

# chaos-clock sets the clock of all processes, that of NATS too, an hour or more forward and back: ten minutes a mode.
chaos-clock:
	DATELINE_CHAOS="-clock -mode $${MODE:-up,services} -seed $${SEED:-1}" $(CHAOS)

# chaos-jobs kills one server of three in the middle of replays and backfills: JOBS of them.
chaos-jobs:
	DATELINE_CHAOS="-jobs $${JOBS:-9} -seed $${SEED:-1}" $(CHAOS)

# sim lets the pipeline live for DAYS days in fake time, with FEEDS feeds that fail and a pipeline that is
# killed and restarted (docs/reliability.md). SEED and SEEDS (runs, each with the next seed) choose how.
sim:
	DATELINE_DAYS=$${DAYS:-30} DATELINE_FEEDS=$${FEEDS:-30} DATELINE_SEED=$${SEED:-1} DATELINE_SEEDS=$${SEEDS:-1} \
		go test -count=1 -timeout 24h -v -run 'TestSimulation$$' ./chaos

# sim-bugs plants bugs in builds of their own, and says which of them some simulated days catch.
sim-bugs:
	DATELINE_BUGS=all DATELINE_DAYS=$${DAYS:-2} DATELINE_FEEDS=$${FEEDS:-12} DATELINE_SEED=$${SEED:-1} \
		go test -count=1 -timeout 2h -v -run TestSimulationFindsBugs ./chaos

# soak watches dateline up on FEEDS feeds that keep publishing for MINUTES, and draws docs/soak.svg.
soak:
	DATELINE_CHAOS="-soak $${MINUTES:-10}m -feeds $${FEEDS:-200} -interval $${INTERVAL:-5}s -plot $(CURDIR)/docs/soak.svg" $(CHAOS)

# s3 runs the tests of storage that speaks S3, on a server that it builds (a few minutes, once).
s3:
	scripts/s3.sh

# readers lets readers of others read what export writes: Parquet by hyparquet, WARC by warcio. It needs Node.js and npm.
readers:
	mkdir -p bin/readers
	cp tools/readers/package.json bin/readers/
	cd bin/readers && npm install --silent --no-audit --no-fund
	DATELINE_TEST_NODE=$(CURDIR)/bin/readers go test -count=1 -v -run AnotherReader ./internal/export

# bench is not a test: items a second, beside the floor in the same run.
# What polls cost that find nothing new: go run ./bench/notmodified.
bench:
	go run ./bench

# pages is not a test: the extractor of pages beside others, which its own module holds.
pages:
	cd services/normalizer/normalize/internal/page/bench && GOWORK=off go run .

# names is not a test: the recognizer of names beside another, which its own module holds.
names:
	cd services/enricher/bench && GOWORK=off go run .

cover:
	go test -coverpkg=work -coverprofile=cover.out work
	go tool cover -func=cover.out | tail -1

# bins builds the programs into bin/, static, with their version.
bins:
	CGO_ENABLED=0 go build -trimpath -ldflags '$(LDFLAGS)' -o bin/ ./cmd/dateline ./services/fetcher/cmd/fetcher ./services/normalizer/cmd/normalizer ./services/enricher/cmd/enricher

# dist builds the archives of a release into dist/, for six systems, with their sums (TARGETS=linux/amd64 for one).
TARGETS ?= linux/amd64,linux/arm64,darwin/amd64,darwin/arm64,windows/amd64,windows/arm64
dist:
	go run ./scripts/dist -version $(VERSION) -targets $(TARGETS)

# sbom writes the bill of materials of the programs in bin/, in CycloneDX.
sbom: bins
	go run ./scripts/dist -version $(VERSION) -sbom $(addprefix bin/,dateline fetcher normalizer enricher) > bin/sbom.cdx.json

# reproducible builds an archive twice, in two folders and with two caches, and compares. It takes minutes.
reproducible:
	go run ./scripts/dist -check -version $(VERSION) -targets linux/amd64

tidy:
	scripts/mod.sh tidy

# release keeps today's contract as the released one, writes VERSION into every module and prints
# the tags to set.
release: freeze
	scripts/mod.sh release $(VERSION)

# freeze keeps the messages, names, commands and flags of today as those of the release VERSION. The
# tests hold what comes after to that.
freeze:
	go test -count=1 -run Released ./pkg/schema -freeze $(VERSION)
	go test -count=1 -run Released ./cmd/dateline -freeze $(VERSION)
