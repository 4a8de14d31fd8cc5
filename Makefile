# Two commands matter: `make run` and `make test`. Everything else is built from them.
PYTHON ?= python3
VENV := .venv
JDIH := ./jdih
PDS := .cache/pds

.PHONY: run demo test test-real test-all lint bench setup

run: setup
	$(JDIH) demo

demo: setup
	$(JDIH) demo --no-serve

test: setup
	$(VENV)/bin/pytest -n 2 --dist worksteal -m "not slow"

test-real: setup $(PDS)/.installed
	$(VENV)/bin/pytest tests/publish/test_bluesky_pds.py tests/publish/test_mail.py

test-all: setup lint $(PDS)/.installed
	$(VENV)/bin/pytest -n 2 --dist worksteal -m slow

lint: setup
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(JDIH) sop check
	$(JDIH) check

bench: setup
	for each in bench/*.py; do $(VENV)/bin/python $$each || exit 1; done

setup: $(VENV)/.installed

$(VENV)/.installed: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "perlu Python 3.11 atau lebih baru"; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	touch $@

# A real Bluesky server; without Node its suite is skipped by name.
$(PDS)/.installed: tests/publish/pds/package-lock.json
	mkdir -p $(PDS) && cp tests/publish/pds/package*.json tests/publish/pds/.npmrc $(PDS)
	command -v npm >/dev/null || exit 0; cd $(PDS) && npm ci --silent --no-audit --no-fund && touch .installed
