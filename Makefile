# The same targets that .ci/run runs.
GO ?= go
LINT_VERSION := v2.15.0
S3_VERSION := v1.8.0
GCS_VERSION := v1.56.1
AZURITE_VERSION := 3.35.0
# A count, not a time: when the time is up, `go test` may report its own deadline
# as a failure of the target.
FUZZTIME ?= 50000x

PROFILE := $(CURDIR)/bench/data/profile

# The accessibility checker, of another licence: it is used, not kept here.
AXE_VERSION := 4.14.1
AXE_FOLDER := $(or $(TMPDIR),/tmp)/waudit-axe-$(AXE_VERSION)
AXE := $(AXE_FOLDER)/node_modules/axe-core/axe.min.js

.PHONY: help build test race lint fmt fuzz bench profile demo stores databases man browser
help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

build: ## build ./waudit
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '-s -w' -o waudit .

test: ## run the tests
	$(GO) test ./...

race: ## run the tests under the race detector
	$(GO) test -race -short -timeout 25m ./...

lint: ## gofmt, vet and golangci-lint
	@test -z "$$(gofmt -l .)" || { gofmt -l .; echo 'gofmt would change these files'; exit 1; }
	$(GO) vet ./...
	golangci-lint run ./...

fmt: ## format the code
	gofmt -w .

fuzz: ## a short run of every fuzz target
	@for folder in $$(grep -rl --include='*_test.go' '^func Fuzz' . | xargs -n 1 dirname | sort -u); do \
	  for target in $$(grep -h '^func Fuzz' $$folder/*_test.go | sed 's/func \(Fuzz[A-Za-z0-9]*\).*/\1/'); do \
	    echo "$$folder $$target"; \
	    $(GO) test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 20x $$folder || exit 1; \
	  done; \
	done

bench: ## measure time and memory against DuckDB on generated logs
	bench/run

profile: ## make default.pgo anew, the profile of audits with which Go builds the program
	$(GO) run . simulate --seed 1 --messages 120000 --from 2026-09-01 --days 30 --errors 0.1% --no-sends --out $(PROFILE)
	for form in string gateway csv; do $(GO) run ./bench/wrap $$form <$(PROFILE)/log.ndjson >$(PROFILE)/$$form; done
	$(GO) run . pack $(PROFILE)/log.ndjson -o $(PROFILE)/ledger --quiet
	WAUDIT_BENCH=$(PROFILE)/log.ndjson:$(PROFILE)/log.ndjson:$(PROFILE)/string:$(PROFILE)/gateway:$(PROFILE)/csv:$(PROFILE)/ledger \
	  $(GO) test ./cmd -run '^$$' -bench Audit -benchtime 4x -cpuprofile $(PROFILE)/cpu.prof -o $(PROFILE)/test
	mv $(PROFILE)/cpu.prof default.pgo
	rm -r $(PROFILE)

stores: ## install the object stores that the tests start, without which some are skipped
	@command -v versitygw >/dev/null || $(GO) install github.com/versity/versitygw/cmd/versitygw@$(S3_VERSION)
	@command -v fake-gcs-server >/dev/null || $(GO) install github.com/fsouza/fake-gcs-server@$(GCS_VERSION)
	@command -v azurite-blob >/dev/null || npm install --silent --global --ignore-scripts azurite@$(AZURITE_VERSION)

databases: ## install the databases that the tests start, without which one is skipped
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null || { apt-get -qq update && apt-get -qq install -y postgresql; }
	@{ command -v mariadb-install-db && command -v my_print_defaults; } >/dev/null || { apt-get -qq update && apt-get -qq install -y --no-install-recommends mariadb-server-core mariadb-client-core; }

man: ## write the manual pages to man/
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct 2>/dev/null || echo 0) $(GO) run ./cmd/man man

browser: ## run the tests of the HTML report in a browser, which it installs where there is none
	@command -v chromium >/dev/null || { apt-get -qq update && apt-get -qq install -y chromium; }
	@test -f $(AXE) || npm install --silent --no-save --no-package-lock --ignore-scripts --prefix $(AXE_FOLDER) axe-core@$(AXE_VERSION)
	WAUDIT_AXE=$(AXE) $(GO) test -count=1 -run Browser -v ./report/html

demo: ## write the demo month anew
	$(GO) run . simulate --seed 2026 --messages 3000 --from 2026-09-15 --days 30 --errors 1% --gzip --out testdata/demo
