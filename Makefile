# Everything goes through bootstrap, which makes .venv when it is not there or no longer as requirements.lock says.
PYTHON ?= python3
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest

.DEFAULT_GOAL := help
.PHONY: help demo up down seed test check flow chaos bench mutants rules snapshots lock bootstrap

help: ## show this
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

bootstrap:
	@$(PYTHON) deploy/bootstrap.py

demo: bootstrap ## set everything up, load data, play a scenario; all goes on running
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
	@$(BIN)/python -m contracts.snapshots check
	@$(BIN)/python -m chassis.openapi check
	@$(BIN)/python tests/rules.py check
	@$(PYTEST) tests/unit

test: bootstrap ## all that CI runs, on a platform of its own
	@$(PYTEST) -n 2 --dist loadfile -m "not long" tests/unit tests/service tests/contract tests/flow tests/chaos

flow: bootstrap ## the stories across services
	@$(PYTEST) tests/flow

chaos: bootstrap ## the proofs in their long form
	@$(PYTEST) tests/chaos -m "long or not long"

bench: bootstrap ## throughput and latency, with their ratios; ARGS="relay --scale 0.1" for a part of it
	@PYTHONPATH=tests $(BIN)/python -m bench $(ARGS)

mutants: bootstrap ## whether the unit tests notice mistakes in a domain; ARGS="planning indicator" for a module of it
	@PYTHONPATH=tests $(BIN)/python tests/mutants.py $(or $(ARGS),advisory)

rules: bootstrap ## each rule of the domain, and the tests that prove it
	@$(BIN)/python tests/rules.py

snapshots: bootstrap ## write the schemas and AsyncAPI of changed contracts
	@$(BIN)/python -m contracts.snapshots write
	@$(BIN)/python -m chassis.openapi write

lock: ## renew requirements.lock and the pins of the embedded parts
	@$(PYTHON) deploy/bootstrap.py lock
