# `make help` lists the targets.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3.11
BIN := .venv/bin
# The order of the tests is drawn from this: the same for everybody, so that a failure can be made again.
SEED ?= 20260101

# Compiled once, and not at the start of each of the many processes that tests and services begin.
unexport PYTHONDONTWRITEBYTECODE

# One more than there are cores: many tests wait for a process of their own.
WORKERS ?= $(shell echo $$(( $$(getconf _NPROCESSORS_ONLN) + 1 )))
PYTEST = $(BIN)/python -m pytest -q -n $(WORKERS) --dist loadfile --no-loadscope-reorder --randomly-seed=$(SEED)

.PHONY: help setup demo test unit check bench lock format

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: .venv/.complete  ## make .venv with the locked dependencies

.venv/.complete: requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is needed: $(PYTHON) was not found" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@grep -A100 '^uv==' requirements.lock | sed -n '1p;2,/^[a-z]/{/^ /p}' > .venv/uv.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .venv/uv.lock
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup  ## run the main job on a generated company, then serve it
	@$(BIN)/hiregate demo

test: setup  ## run the tests; SEED=7 draws another order
	@$(PYTEST)

unit: setup  ## run only the tests that need no database
	@$(PYTEST) -m unit

check: setup  ## lint, types, import contracts, tests: what CI runs
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(MAKE) --no-print-directory test

bench: setup  ## measure speed as ratios, side by side in one run
	@$(BIN)/python -m tests.bench

format: setup  ## rewrite files in the house format
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

lock: setup  ## resolve the dependencies again
	@$(BIN)/uv pip compile pyproject.toml --group dev --upgrade --generate-hashes --no-header --no-annotate --no-emit-index-url --python-version 3.11 --quiet -o requirements.lock
