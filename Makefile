# Every target sets the project up first; only Python 3.11+ and make are needed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STORE ?= .clauseflow
PORT ?= 8000
CASES ?=

.PHONY: run test check soak conformance bench editors clean

run: $(VENV)/.ready
	$(BIN)/clauseflow run --store $(STORE) --port $(PORT)

test: $(VENV)/.ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	@$(BIN)/clauseflow check & models=$$!; $(BIN)/mypy; types=$$?; wait $$models && exit $$types
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

soak: $(VENV)/.ready
	CLAUSEFLOW_SOAK=1 $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "soak or not soak"

conformance: $(VENV)/.ready
	$(BIN)/python -m tools.conformance $(if $(CASES),--cases $(CASES))

bench: $(VENV)/.ready
	$(BIN)/uv sync --quiet --inexact --group bench --python $(BIN)/python
	$(BIN)/python -m tests.benchmarks $(ARGS)

editors: $(VENV)/.ready
	$(BIN)/python -m tools.editors

$(VENV)/.ready: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv sync --quiet --inexact --python $(BIN)/python
	touch $@

clean:
	rm -rf $(VENV) $(STORE)
