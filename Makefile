# Fairtouch. `make` prints what it can do.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
export CGO_ENABLED := 0
GO ?= go
BIN := bin/fairtouch

.PHONY: help
help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 22

.PHONY: build
build: ## the static binary, bin/fairtouch
	@$(GO) build -trimpath -ldflags '-s -w' -o $(BIN) ./cmd/fairtouch

.PHONY: run
run: build ## the demo on http://127.0.0.1:8080, with real data and no other process
	@exec $(BIN) demo

.PHONY: test
test: needs ## everything: unit, property, stores on both databases, browser, crash tests
	@bash scripts/test.sh

.PHONY: needs
needs: ## install what the tests need (Debian and npm packages), or say in one line what is missing
	@bash scripts/needs.sh

.PHONY: bench
bench: needs build ## the figures of the README, with machine and versions
	@bash scripts/bench.sh

.PHONY: bench-gateway
bench-gateway: build ## the gateway beside Portkey, nginx and Caddy, before a model that answers at once
	@bash scripts/bench-gateway.sh

.PHONY: bench-peers
bench-peers: ## exact contributions beside XGBoost's and LightGBM's own; needs Python 3
	@bash scripts/bench-peers.sh

.PHONY: soak
soak: needs build ## the long runs: a million histories, fuzzing, a hundred crashes
	@bash scripts/soak.sh

.PHONY: fmt
fmt: ## gofmt
	@gofmt -w $$(git ls-files '*.go')
