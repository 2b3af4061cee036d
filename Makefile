# Two commands: `make run` serves the product, `make test` checks everything. Each does all its set-up by itself.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
UV := $(BIN)/uv
export UV_PROJECT_ENVIRONMENT := .venv
HOST ?= 127.0.0.1
PORT ?= 8000

.PHONY: run install install-tests check test test-embedded test-full soak bench css messages

run: install
	@DEMO=$${DEMO-1} HOST=$(HOST) PORT=$(PORT) $(BIN)/python -m config.start

install: .venv/installed
.venv/installed: pyproject.toml uv.lock
	@bash deploy/install.sh "$(PYTHON)" --no-dev
	@touch .venv/installed

install-tests: .venv/installed-tests
.venv/installed-tests: pyproject.toml uv.lock
	@bash deploy/install.sh "$(PYTHON)" --group dev
	@bash deploy/install-browser.sh
	@bash deploy/install-office.sh
	@touch .venv/installed .venv/installed-tests

check: install-tests
	@bash deploy/check.sh

test: install-tests check
	@$(BIN)/python -m pytest -m "not full" tests
	@THROUGHLINE_STACK=full $(BIN)/python -m pytest -m "not once" tests

test-embedded: install-tests
	@$(BIN)/python -m pytest -m "not full" tests

test-full: install-tests
	@THROUGHLINE_STACK=full $(BIN)/python -m pytest -m "not once" tests

# Ten minutes of sixty people behind a network that breaks, on one process and on the full stack.
soak: install-tests
	@SOAK_SECONDS=$${SOAK_SECONDS-600} $(BIN)/python -m pytest -q -o faulthandler_timeout=0 -m soak tests/workshops/test_soak.py
	@SOAK_SECONDS=$${SOAK_SECONDS-600} THROUGHLINE_STACK=full $(BIN)/python -m pytest -q -o faulthandler_timeout=0 -m soak tests/workshops/test_soak.py

bench: install-tests
	@$(BIN)/python -m bench

css:
	@cd frontend && npm ci --no-audit --no-fund && npm run build

# Texts for translators: gathers them (needs gettext), compiles, and lists what has no Welsh yet.
messages: install-tests
	@$(BIN)/python manage.py messages
