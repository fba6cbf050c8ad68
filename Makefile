# animateur: `make demo` to try it, `make test` to check it. Both do all their own set-up.
PYTHON ?= python3
PORT ?= 8080
LMS_PORT ?= $(shell expr $(PORT) + 1)
export ANIMATEUR_DATA_DIR ?= $(CURDIR)/var
BIN := .venv/bin

.PHONY: help setup demo demo-reset test lint bench trial lock texts clean

help:            ## What there is
	@grep -E '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed -E 's/: .*## /\t/' | expand -t 16

setup: .venv/.ready lti_tool/static/fonts/.ready ## The environment in .venv, with everything pinned

.venv/.ready: pyproject.toml deploy/locks/dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { echo "The venv module is missing (Debian: apt-get install python3-venv)"; exit 1; }
	@echo "installing pinned packages (a minute or two at the first time)"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r deploy/locks/dev.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

lti_tool/static/fonts/.ready: deploy/npm/package-lock.json .venv/.ready
	@sh deploy/npm/fetch.sh
	@touch $@

demo: setup ## Start everything and a demo LMS; then open what it prints
	@exec $(BIN)/animateur demo --port $(PORT) --lms-port $(LMS_PORT)

demo-reset: ## Forget everything the demo has kept
	@rm -rf "$(ANIMATEUR_DATA_DIR)"
	@echo "forgotten: $(ANIMATEUR_DATA_DIR)"

test: setup ## Style, types, import contracts, then every test, browser journeys included
	@sh tests/find-programs.sh
	@$(MAKE) --no-print-directory lint
	$(BIN)/python -m pytest -m "not trial"

lint: setup ## Style, types and import contracts only
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup ## Measure; never part of the tests
	$(BIN)/python -m tests.bench

trial: setup ## Long and heavy tries: kills, real platforms
	$(BIN)/python -m pytest -m trial

texts: setup ## Collect the texts shown to people for translation
	$(BIN)/pybabel extract --no-location --sort-output --project animateur --copyright-holder "the animateur authors" -F lti_tool/translations/babel.cfg -k _l -k translatable -o lti_tool/translations/messages.pot lti_tool assessments courses/exports

lock: ## Renew the pinned versions (needs uv)
	uv pip compile --upgrade --universal --python-version 3.11 --generate-hashes --no-annotate --no-header pyproject.toml -o deploy/locks/runtime.txt
	uv pip compile --upgrade --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --group dev pyproject.toml -o deploy/locks/dev.txt

clean: ## Remove what setup made
	rm -rf .venv lti_tool/static/fonts deploy/npm/node_modules
