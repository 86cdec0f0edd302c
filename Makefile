# Afterglow. `make help` lists the targets.
.DEFAULT_GOAL := help
SHELL := /bin/sh

# AWS Lambda's own Python is preferred where it is at hand, else any Python from 3.11 on.
LAMBDA_PYTHON := 3.13
PYTHON ?= $(shell ./local/find_python.sh $(LAMBDA_PYTHON))
UV_VERSION := $(shell sed -n 's/^uv==\([0-9.]*\).*/\1/p' requirements/dev.txt)

VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
# Everything is installed into the project folder; nothing is fetched but packages.
export UV_PYTHON_DOWNLOADS := never
export UV_LINK_MODE := copy
# Some machines export this; without byte code every start pays for compilation.
unexport PYTHONDONTWRITEBYTECODE

PORT ?= 8080
export PORT

.PHONY: help
help: ## Print this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1|\2/p' $(MAKEFILE_LIST) | column -t -s '|'

.PHONY: install
install: $(VENV)/.installed ## Set up .venv from the lock file

$(VENV)/.installed: requirements/dev.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	$(UV) pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements/dev.txt
	@touch $@

.PHONY: run
run: install ## Bring everything up and hold a conversation (PORT=8080)
	$(BIN)/python -m local up

.PHONY: test
test: install ## Run every test
	$(BIN)/python -m pytest -m "not packaging"

.PHONY: lock
lock: install ## Refresh the lock files
	$(UV) pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-header --upgrade --group local --group test --group lint -o requirements/dev.txt
