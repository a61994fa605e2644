# Everything goes through bootstrap, which makes .venv when it is not there or no longer as requirements.lock says.
PYTHON ?= python3
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest

.DEFAULT_GOAL := help
.PHONY: help demo up down seed test check flow chaos bench rules lock bootstrap

help: ## show this
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' Makefile

bootstrap:
	@$(PYTHON) deploy/bootstrap.py

demo: bootstrap ## set everything up, load data, play a scenario; all goes on running
	@$(BIN)/maerk up
	@$(BIN)/maerk seed
	@$(BIN)/maerk demo

up: bootstrap ## start the platform and the services
	@$(BIN)/maerk up

down: bootstrap ## stop everything; data are kept
	@$(BIN)/maerk down

seed: bootstrap ## load the sourced data into a running platform
	@$(BIN)/maerk seed

check: bootstrap ## style, types, architecture, contracts and the quick tests; under a minute
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/pyright
	@$(BIN)/lint-imports
	@$(PYTEST) tests/unit

test: bootstrap ## all that CI runs, on a platform of its own
	@$(PYTEST) -n 2 --dist loadgroup tests/unit tests/service tests/contract tests/flow tests/chaos -m "not long"

flow: bootstrap ## the stories across services
	@$(PYTEST) tests/flow

chaos: bootstrap ## the proofs in their long form
	@$(PYTEST) tests/chaos -m "long or not long"

bench: bootstrap ## throughput and latency
	@$(PYTEST) tests/bench

rules: bootstrap ## each rule of the domain, and the tests that prove it
	@$(BIN)/maerk rules

lock: ## renew requirements.lock and the pins of the embedded parts
	@$(PYTHON) deploy/bootstrap.py lock
