# make build   set up, check the package, build dist/, show what was built
# make test    set up, run every test (FAST=1: only the fast ones)
# make lint    set up, style and types
# make spark   set up .venv-spark, ask Apache Spark what DuckDB is asked, and compare (needs Java 17 or later)
# make lock    write requirements.lock and the locks of tests anew (needs the network)

PYTHON ?= python3
VENV = .venv
BIN = $(VENV)/bin
SPARK = .venv-spark
JAVA = $(if $(JAVA_HOME),$(JAVA_HOME)/bin/)java
INSTALL = -m pip install --quiet --disable-pip-version-check --no-deps
FAST ?=
EXAMPLE = SELECT region_en, value, qualifier, value_text, period_end FROM latest_observations WHERE metric_id = 'licensed_social_workers' ORDER BY value DESC

# Hashes say which files are right, wherever they come from; --no-build-isolation keeps the build on them too.
LOCKED = $(INSTALL) --require-hashes --no-build-isolation --requirement
EDITABLE = $(INSTALL) --no-build-isolation --editable .

.PHONY: build test lint spark java lock clean

build: $(VENV)/ready
	$(BIN)/shegong build
	$(BIN)/shegong query --database dist/shegong.duckdb "$(EXAMPLE)"

test: $(VENV)/ready
	$(BIN)/python -m pytest -n auto $(if $(FAST),-m "not slow")

lint: $(VENV)/ready
	$(BIN)/ruff check scripts tests benchmarks examples
	$(BIN)/ruff format --check scripts tests benchmarks examples
	$(BIN)/mypy

spark: java $(SPARK)/ready
	$(SPARK)/bin/python -m pytest tests/on_spark.py

java:
	@[ "$$($(JAVA) -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p')" -ge 17 ] 2>/dev/null || \
	  { echo "no Java 17 or later at $(JAVA), and Apache Spark needs one: install it, or set JAVA_HOME" >&2; exit 1; }

lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --custom-compile-command "make lock" \
	  --extra curation --extra dev --upgrade --output-file requirements.lock pyproject.toml
	for name in validators cffconvert spark; do uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate \
	  --custom-compile-command "make lock" --upgrade --output-file tests/$$name.lock tests/$$name.in || exit 1; done

$(VENV)/ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python $(LOCKED) requirements.lock
	$(BIN)/python $(EDITABLE)
	touch $@

# PySpark comes as a source archive only, so what builds it must be there first.
$(SPARK)/ready: requirements.lock tests/spark.lock pyproject.toml
	$(PYTHON) -m venv $(SPARK)
	sed -n '/^setuptools==/,/[^\\]$$/p' tests/spark.lock > $(SPARK)/setuptools.lock
	$(SPARK)/bin/python $(LOCKED) $(SPARK)/setuptools.lock
	$(SPARK)/bin/python $(LOCKED) requirements.lock --requirement tests/spark.lock
	$(SPARK)/bin/python $(EDITABLE)
	touch $@

clean:
	rm -rf $(VENV) $(SPARK) dist .pytest_cache .mypy_cache .ruff_cache .coverage*
