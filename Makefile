# Each target does its own set-up, and does it once: a stamp beside what was installed names its requirements.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

VENV := .venv
BIN := $(VENV)/bin
KAFKA := .cache/kafka
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet --no-input
HASH = $(firstword $(shell cat $(1) | sha256sum))

RUNTIME := $(VENV)/runtime-$(call HASH,requirements/runtime.txt pyproject.toml tools/ship_data.py)
TEST := $(VENV)/test-$(call HASH,requirements/test.txt pyproject.toml)
JARS := $(KAFKA)/pinned-$(call HASH,tools/kafka/pom.xml)

# Zone data comes from the pinned tzdata package and never from the operating system.
export PYTHONTZPATH :=

.PHONY: help setup demo test bench test-setup system lint fast format lock clean

help: ## say what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

setup: $(RUNTIME) ## make .venv with the pinned requirements and .venv/bin/sunlight

demo: setup ## run the whole system on this machine and show cards appear
	$(BIN)/sunlight demo

test: test-setup system $(JARS) lint ## install what the tests need, lint, and run every ring of tests
	$(BIN)/python -m tools.rings run

fast: test-setup ## run the rings that need no broker and no browser
	$(BIN)/python -m tools.rings run --fast

bench: test-setup system $(JARS) ## measure beside stock Faust and a bare loop; writes benchmarks/RESULTS.md
	$(BIN)/python -m benchmarks

lint: test-setup ## ruff, its format, mypy and the import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: test-setup ## format the code and mend what ruff can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: ## pin every requirement anew, with hashes
	tools/lock.sh

clean: ## remove what make made
	rm -rf $(VENV) .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache dist build

test-setup: $(TEST)

system:
	@tools/system.sh

$(BIN)/python:
	@python=$$(tools/python.sh) && echo "Making $(VENV) with $$python" && "$$python" -m venv $(VENV)

$(RUNTIME): | $(BIN)/python
	@echo "Installing the requirements"
	@$(PIP) install --require-hashes -r requirements/runtime.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@rm -f $(VENV)/runtime-* && touch $@

# The test requirements include the runtime's, at the same versions.
$(TEST): $(RUNTIME)
	@echo "Installing the test requirements"
	@$(PIP) install --require-hashes -r requirements/test.txt
	@rm -f $(VENV)/test-* && touch $@

$(JARS): | system
	@echo "Fetching Apache Kafka"
	@rm -rf $(KAFKA)
	@mvn -q -B -f tools/kafka/pom.xml dependency:copy-dependencies -DincludeScope=runtime \
	  -DoutputDirectory=$(CURDIR)/$(KAFKA) </dev/null
	@touch $@
