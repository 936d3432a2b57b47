# Everything a newcomer needs: `make demo`, `make test`. `make help` lists the rest.
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3

.DEFAULT_GOAL := help
.PHONY: help setup demo demo-portal soak-portal test faults fuzz lint bench accuracy lock fixtures clean

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | sort | column -t -s "$$(printf '\t')" 2>/dev/null || true

setup: $(VENV)/.installed  ## create .venv with the locked dependencies

# Debian ships python3 without its venv module: install it when it is missing and we may.
$(VENV)/.installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { apt-get update -qq && apt-get install -y -qq python3-venv; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: setup  ## the main job on the fixtures, embedded: read, decide, emit, explain
	@rm -rf data/demo data/demo-events.ndjson && mkdir -p data
	$(BIN)/aiguilleur replay fixtures/invoices --reference fixtures/reference --now 2026-11-24T09:00:00+01:00 \
	  --store data/demo --events data/demo-events.ndjson
	$(BIN)/aiguilleur explain PB-26-1033 --store data/demo
	@echo && echo "The events are in data/demo-events.ndjson ($$(wc -l < data/demo-events.ndjson) of them)."

demo-portal: setup  ## from Chorus Pro and back, on a fake portal: fetch, decide, prove, send two rejections
	$(BIN)/python -m tests.portal.demo N=$(or $(N),500) SEED=$(or $(SEED),1)

soak-portal: setup  ## a long run on a misbehaving portal: make soak-portal N=5000 SEED=1
	$(BIN)/python -u -m tests.portal.soak N=$(or $(N),5000) SEED=$(or $(SEED),1)

test: setup  ## all tests, on a RabbitMQ and a PostgreSQL of their own
	@tests/services/install.sh
	$(BIN)/python -m pytest

faults: setup  ## a long run under faults, then the alerts of each fault: make faults N=20000 SEED=1
	@tests/services/install.sh
	$(BIN)/python -u -m tests.faults N=$(or $(N),20000) SEED=$(or $(SEED),1)
	$(BIN)/python -u -m tests.faults.alerting

fuzz: setup  ## inputs made by chance, guided by coverage: make fuzz SECONDS=60 TARGETS="xml pivot"
	@$(BIN)/python -c 'import atheris' 2>/dev/null || $(BIN)/python -m pip install --quiet --disable-pip-version-check 'atheris>=3,<4'
	$(BIN)/python -m tests.fuzz $(or $(TARGETS),all) $(or $(SECONDS),60)

lint: setup  ## formatting, lint, types, import directions
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup  ## benchmarks, as ratios within one run
	$(BIN)/python -m tests.benchmarks

accuracy: setup  ## how well invoices without XML are read, field by field
	@tests/services/install.sh
	$(BIN)/python -m tests.accuracy

lock: setup  ## pin the dependencies of pyproject.toml again
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip compile pyproject.toml --group dev --extra s3 --extra otel --extra ocr --universal --generate-hashes --python-version 3.11 --no-header -o requirements.lock

fixtures: setup  ## write the fixtures that are missing
	$(BIN)/python -m tests.fixture_maker

clean:  ## remove what was made here
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis data
