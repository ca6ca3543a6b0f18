# Everything a developer or an operator types. `make` alone lists it.
# A fresh machine needs Python 3.11 or newer (with venv) and make; the targets below do the rest.

# The first interpreter that is new enough and can make a virtual environment.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	if $$p -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
	echo $$p; break; fi; done)
VENV := .venv
BIN := $(VENV)/bin
# How many processes `make test` uses; N=0 runs in one.
N ?= 2
T ?=
SEED ?=
ARGS ?=
# Where the corpora lie from which the restorer is trained.
SHARED ?= ../shared

# What is installed is named by what the locks and the project file say, so the second time costs nothing.
STATE_RUN := $(shell cat requirements.lock requirements-build.lock pyproject.toml 2>/dev/null | cksum | cut -d' ' -f1)
STATE_TEST := $(shell cat requirements-dev.lock requirements-build.lock pyproject.toml 2>/dev/null | cksum | cut -d' ' -f1)
RUN_READY := $(VENV)/ready-run-$(STATE_RUN)
TEST_READY := $(VENV)/ready-test-$(STATE_TEST)

PIP = $(BIN)/python -m pip --disable-pip-version-check --quiet
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header

.DEFAULT_GOAL := help
.PHONY: help run test soak lint types bench train-restorer model-graph changelog lock setup setup-system clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  \033[36mmake %-13s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@printf '\n  T=path, N=processes and ARGS="..." change make test; ARGS="..." is added to make run.\n'

run: $(RUN_READY) ## Start the assistant with the invented office of samples/; prints the address of the chat page
	@$(BIN)/kehoach serve --samples $(ARGS)

test: $(TEST_READY) ## Run the tests (T=tests/house for one part, T=file::name for one test)
ifeq ($(strip $(T)),)
	@$(BIN)/pytest -n $(N) --dist loadfile --no-loadscope-reorder $(ARGS)
else
	@$(BIN)/pytest $(ARGS) $(T)
endif

soak: $(TEST_READY) ## Kill the server 30 times over 2,000 messages to 500 people, on SQLite and PostgreSQL (SEED=n repeats a run)
	@KEHOACH_SOAK=1 SEED=$(SEED) $(BIN)/pytest -s tests/crash/test_reminders_survive.py $(ARGS)

lint: $(TEST_READY) ## Check style, formatting and the import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports

types: $(TEST_READY) ## Check types (mypy --strict)
	@$(BIN)/mypy

bench: $(TEST_READY) ## Measure updates and reminders a second, webhooks under load, planning, start-up, memory, and answers beside a baseline
	@$(BIN)/python -m tests.bench $(ARGS)

train-restorer: $(TEST_READY) ## Build the data file of the restorer from the corpora (SHARED=folder that holds them)
	@$(BIN)/python -m knowledge.restoring.training $(SHARED)/corpora knowledge/restoring/model.npz \
		--damaged $(SHARED)/plans/*.txt --pairs $(SHARED)/ocr/pairs_luat_cu_tru.jsonl

model-graph: $(TEST_READY) ## Write the graph of the embedding model anew (after a change to knowledge/e5/graph.py)
	@$(BIN)/python -m knowledge.e5.graph

setup: $(RUN_READY) ## Install what the assistant needs, without starting it

setup-system: ## Install tesseract (vie), poppler, Chromium and fonts with apt (root, else sudo)
	@command -v apt-get >/dev/null || { echo 'setup-system knows only apt-get; install tesseract with vie, poppler, chromium and Noto fonts by hand.' >&2; exit 1; }
	@as_root=; [ "$$(id -u)" = 0 ] || as_root=sudo; \
	$$as_root apt-get update -qq && \
	$$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
		tesseract-ocr tesseract-ocr-vie poppler-utils chromium fonts-noto-core

lock: $(TEST_READY) ## Renew the locked dependencies from pyproject.toml
	@$(COMPILE) pyproject.toml -o requirements.lock
	@$(COMPILE) pyproject.toml --extra dev --constraint requirements.lock -o requirements-dev.lock
	@echo 'setuptools>=77' | $(COMPILE) - -o requirements-build.lock

changelog: $(TEST_READY) ## Gather changes/ into CHANGELOG.md for the version in pyproject.toml
	@$(BIN)/towncrier build --yes

clean: ## Remove the environment and everything generated; the data folder stays
	@rm -rf $(VENV) build dist ./*.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@[ -n "$(PYTHON)" ] || { \
		echo 'Python 3.11 or newer with venv is needed (Debian, Ubuntu: apt-get install python3 python3-venv).' >&2; \
		echo 'If it has another name: make PYTHON=/path/to/python3 ...' >&2; exit 1; }
	@echo 'Preparing $(VENV) with $(PYTHON); the first time takes some minutes.' >&2
	@$(PYTHON) -m venv $(VENV)

# Below, `|` keeps the environment from being made anew whenever the interpreter's own time changes.
$(RUN_READY): | $(BIN)/python
	@echo 'Installing what the assistant needs (requirements.lock).' >&2
	@$(PIP) install --require-hashes --no-deps -r requirements-build.lock -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@rm -f $(VENV)/ready-run-* && touch $@

$(TEST_READY): | $(BIN)/python
	@echo 'Installing what development and tests need (requirements-dev.lock).' >&2
	@$(PIP) install --require-hashes --no-deps -r requirements-build.lock -r requirements-dev.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@rm -f $(VENV)/ready-test-* $(VENV)/ready-run-* && touch $@ $(RUN_READY)
