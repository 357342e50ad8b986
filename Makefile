# `make demo` and `make test` need python3 (3.11 or newer), make, and a package registry. Nothing else.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=

.PHONY: demo test check bench constraints clean

demo: $(VENV)/.ready            ## look at a suspect key in the practice cloud
	@$(BIN)/aktui demo $(ARGS)

test: check                     ## the whole gate: style, types, layers, tests
	$(BIN)/pytest -n auto --dist worksteal $(ARGS)

check: $(VENV)/.ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.ready-dev       ## print every figure of the README
	$(BIN)/python -m bench $(ARGS)

constraints: $(VENV)/.ready-dev ## write down the versions now installed
	$(BIN)/pip freeze --exclude-editable | LC_ALL=C sort -f > constraints.txt

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis build *.egg-info

$(VENV)/.python:
	@test -n "$(PYTHON)" || { echo "aktui needs Python 3.11 or newer; set PYTHON=/path/to/python3.x" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.ready: $(VENV)/.python pyproject.toml constraints.txt
	$(BIN)/pip install -q --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/.ready-dev: $(VENV)/.python pyproject.toml constraints.txt
	$(BIN)/pip install -q --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $(VENV)/.ready $@
