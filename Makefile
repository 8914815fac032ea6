# make build   set up, check the package, build dist/, show what was built
# make test    set up, run every test (FAST=1: only the fast ones)
# make prove   set up, break data and program in every way that we know, and print what was tried and survived (over an hour)
# make rules   set up, break the package in every forbidden way, and write what caught it into docs/rules.md (ten minutes)
# make examples  only the examples of docs/rules.md (half a minute)
# make lint    set up, style and types
# make lock    write requirements.lock and the validators' locks anew (needs the network)

PYTHON ?= python3
VENV = .venv
BIN = $(VENV)/bin
FAST ?=
EXAMPLE = SELECT region_en, value, qualifier, value_text, period_end FROM latest_observations WHERE metric_id = 'licensed_social_workers' ORDER BY value DESC

.PHONY: build test prove rules examples lint lock clean

build: $(VENV)/ready
	$(BIN)/shegong build
	$(BIN)/shegong query --database dist/shegong.duckdb "$(EXAMPLE)"

test: $(VENV)/ready
	$(BIN)/python -m pytest -n auto $(if $(FAST),-m "not slow")

prove: $(VENV)/ready
	$(BIN)/python -m tests.mutation
	$(BIN)/python -m tests.robustness

rules: $(VENV)/ready
	$(BIN)/python -m tests.mutation --write
	$(BIN)/shegong docs

examples: $(VENV)/ready
	$(BIN)/python -m tests.mutation --examples
	$(BIN)/shegong docs

lint: $(VENV)/ready
	$(BIN)/ruff check scripts tests benchmarks examples
	$(BIN)/ruff format --check scripts tests benchmarks examples
	$(BIN)/mypy

lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --custom-compile-command "make lock" \
	  --extra curation --extra dev --upgrade --output-file requirements.lock pyproject.toml
	for name in validators cffconvert; do uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate \
	  --custom-compile-command "make lock" --upgrade --output-file tests/$$name.lock tests/$$name.in || exit 1; done

# Hashes say which files are right, wherever they come from; --no-build-isolation keeps the build on them too.
$(VENV)/ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

clean:
	rm -rf $(VENV) dist .pytest_cache .mypy_cache .ruff_cache
