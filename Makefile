# Two commands do everything: `make run` (environment, both sample regions, dashboard) and `make test`.
PYTHON ?= python3
PORT ?= 8501
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
REGIONS := us-ga kenya

.PHONY: run build test lint sample clean

run: build
	$(BIN)/mindgap dashboard --port $(PORT)

build: $(VENV)/.run
	for region in $(REGIONS); do $(BIN)/mindgap refresh $$region || exit $$?; done

test: $(VENV)/.dev
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy
	$(BIN)/python -m pytest -n 2 --dist loadfile

lint: $(VENV)/.dev
	$(BIN)/ruff check --fix . && $(BIN)/ruff format . && $(BIN)/mypy

# Rebuild data/sample from raw files: make sample RAW=../shared/data
sample: $(VENV)/.run
	for region in $(REGIONS); do $(BIN)/mindgap sample $$region --raw-dir $(RAW) || exit $$?; done

$(VENV)/.run: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install --constraint constraints.txt --editable .
	touch $@

$(VENV)/.dev: $(VENV)/.run
	$(PIP) install --constraint constraints.txt --editable '.[dev]'
	touch $@

clean:
	rm -rf $(VENV) data/published data/warehouse build *.egg-info
