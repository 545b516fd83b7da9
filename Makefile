# The executable documentation: `make` lists what there is.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO_OUT ?= demo-out
PYTEST_WORKERS ?= auto

.PHONY: help demo test lint types imports faults bench bench-send screenshots wheel lock clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(VENV)/.installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Digest needs Python 3.11 or newer; name one with: make PYTHON=python3.12 …" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

demo: $(VENV)/.installed ## Run the whole job on a bundled newsroom; leaves demo-out/
	@$(BIN)/digest demo --out $(DEMO_OUT)

test: $(VENV)/.installed-dev ## Pass the whole suite
	@$(BIN)/python -m pytest -n $(PYTEST_WORKERS) --dist worksteal

lint: $(VENV)/.installed-dev ## Style and formatting
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(VENV)/.installed-dev ## mypy --strict
	@$(BIN)/mypy

imports: $(VENV)/.installed-dev ## The floors of the house
	@$(BIN)/lint-imports

bench: $(VENV)/.installed-dev ## Every figure beside its baseline; DIGEST_BENCH_DATA names the data
	@for script in $$(grep -l 'part of make bench' bench/*.py); do \
	  echo "== $$script"; $(BIN)/python $$script || exit 1; done

bench-send: $(VENV)/.installed-dev ## How fast the outbox is, beside its baselines (needs Debian's postfix)
	@$(BIN)/python bench/send.py

faults: $(VENV)/.installed-dev ## Break senders, servers and databases at seeded moments, and count recipients
	@$(BIN)/python bench/faults.py
	@$(BIN)/python bench/servers.py

screenshots: $(VENV)/.installed-dev ## Render the themes in chromium, at every width and mode
	@$(BIN)/python bench/screenshots.py

wheel: $(VENV)/.installed-dev ## Build the wheel into dist/
	@$(BIN)/python -m build --no-isolation --wheel --outdir dist .

lock: ## Pin every dependency by name and hash (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --no-emit-index-url --all-extras --group install pyproject.toml --output-file requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --no-emit-index-url --all-extras --group install --group dev pyproject.toml --output-file requirements-dev.lock

clean: ## Remove what the other targets made
	rm -rf $(VENV) dist build demo-out screenshots .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
