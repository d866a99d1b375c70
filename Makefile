# `make` alone lists the targets. Nothing outside this folder is written, except pip's cache and the system's folder for
# temporary files.
# The environment lies in .venv; a second `make setup` finds its stamp and is done at once, without a network.

PYTHON ?=
VENV := .venv
BIN := $(VENV)/bin
# Without these, a PYTHONPATH or a user's site-packages could hide what the lock files name.
export PYTHONNOUSERSITE := 1
unexport PYTHONPATH PYTHONHOME
unexport VIRTUAL_ENV
WORKERS ?= 2
COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-emit-find-links --no-annotate --custom-compile-command "make lock"
# The build backend, and what it needs for an editable install: we install without build isolation, so from the lock too.
BUILD_REQUIRES := sed -n 's/^requires = \["\(.*\)"\]$$/\1/p' pyproject.toml; echo editables

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev setup-bench run test cover system check fix train bench soak build lock clean environment
.DELETE_ON_ERROR:

help: ## list the targets
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 16

setup: $(VENV)/.runtime ## an environment in .venv; .venv/bin/scamhunt is the program

run: setup ## set up, then the main job on the bundled list of new names, and a demonstration with made-up numbers
	$(BIN)/scamhunt sweep --feed nrd_list --feed bundle:demonstration_complaints.csv --feed bundle:demonstration_reports.csv

test: setup-dev ## set up, then all tests (ARGS=... goes to pytest)
	$(BIN)/python -m pytest -n $(WORKERS) $(ARGS)

cover: setup-dev ## all tests with branch coverage of scamhunt/ and crawlers/
	$(BIN)/python -m pytest -n $(WORKERS) --cov --cov-report=term-missing:skip-covered $(ARGS)

system: ## packages of the operating system that screenshots, PDFs and their tests need (as root)
	@missing=; \
	command -v chromium >/dev/null 2>&1 || missing="chromium"; \
	find /usr/share/fonts -name '*.[ot]tf' 2>/dev/null | grep -q . || missing="$$missing fonts-liberation"; \
	find /usr/share/fonts -name 'NotoSansDevanagari*' 2>/dev/null | grep -q . || missing="$$missing fonts-noto-core"; \
	find /usr/share/fonts -name 'ipag*' 2>/dev/null | grep -q . || missing="$$missing fonts-ipafont-gothic"; \
	if [ -z "$$missing" ]; then echo "make system: Chromium and fonts are there, nothing to do"; exit 0; fi; \
	if [ "$$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then \
	  echo "make system: missing:" $$missing; \
	  echo "Run it as root on Debian or Ubuntu, or install these yourself."; exit 1; \
	fi; \
	apt-get update --quiet && apt-get install --yes --quiet --no-install-recommends $$missing && \
	echo "make system: installed:" $$missing

check: setup-dev ## lint, format, types, dependencies; changes no source
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/deptry . --known-first-party scamhunt

fix: setup-dev ## let ruff mend and format what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

train: setup-bench ## fit numbers to your decisions; rebuild data/scoring/ from ../shared/data (ARGS=--check compares only)
	$(BIN)/python -m bench.train_phones $(ARGS)
	$(BIN)/python -m bench.train $(ARGS)

bench: setup-bench ## speed and quality: every bench/bench_*.py
	@for script in bench/bench_*.py; do \
	  echo "== $$script"; $(BIN)/python -m bench.$$(basename "$$script" .py) || exit 1; \
	done

soak: setup-dev ## what takes longer than a test may: every bench/soak_*.py
	@found=; for script in bench/soak_*.py; do \
	  if [ -e "$$script" ]; then found=yes; echo "== $$script"; $(BIN)/python "$$script" || exit 1; fi; \
	done; [ "$$found" ] || echo "make soak: there is no bench/soak_*.py yet"

build: setup-dev ## dist/: the sdist, and the wheel built from it
	$(BIN)/python -m build --no-isolation --outdir dist .

lock: ## write the three lock files from pyproject.toml (needs uv and a network; UPGRADE=--upgrade for newer versions)
	{ $(BUILD_REQUIRES); } | $(COMPILE) $(UPGRADE) pyproject.toml - -o requirements.lock
	{ $(BUILD_REQUIRES); } | $(COMPILE) $(UPGRADE) pyproject.toml - --group dev -c requirements.lock -o requirements-dev.lock
	{ $(BUILD_REQUIRES); } | $(COMPILE) $(UPGRADE) pyproject.toml - --group dev --group bench -c requirements-dev.lock -o requirements-bench.lock

clean: ## remove what was built and cached; .venv and var/ stay
	rm -rf dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage .coverage.*
	find scamhunt crawlers takedown_templates tests bench -name __pycache__ -type d -prune -exec rm -rf {} +

# --- the environment ---------------------------------------------------------------------------------------------------

setup-dev: $(VENV)/.dev
setup-bench: $(VENV)/.bench

# A folder that was copied or moved carries scripts that start the old place's Python: the stamps are then void.
ifeq ($(wildcard $(BIN)/pip),)
$(VENV)/.runtime: environment
else ifneq ($(shell grep -cF "$(CURDIR)/$(VENV)/" $(BIN)/pip),0)
else
$(VENV)/.runtime: environment
endif

$(VENV)/.runtime: requirements.lock pyproject.toml
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	@touch $@

$(VENV)/.bench: requirements-bench.lock $(VENV)/.dev
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-bench.lock
	@touch $@

environment:
	@for python in "$(PYTHON)" python3 python3.14 python3.13 python3.12 python3.11; do \
	  if [ "$$python" ] && "$$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    echo "setting up $(VENV) with $$("$$python" -V)"; \
	    rm -rf $(VENV); \
	    exec "$$python" -m venv $(VENV); \
	  fi; \
	done; \
	echo "scamhunt needs Python 3.11 or newer with its venv module; found: $$(python3 -V 2>&1 || true)"; \
	echo "Install it (Debian, Ubuntu: apt install python3 python3-venv), or name one: make setup PYTHON=/path/to/python3"; \
	exit 1
