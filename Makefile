# The tasks of a developer. Each target sets itself up; `make` alone lists them.
PYTHON ?= python3
PY := .venv/bin/python
DJANGOFMT := .venv/bin/djangofmt --line-length 120 --indent-width 2
BIOME := .venv/bin/biome format --config-path=.biome.json
MOMENT ?= 2026-11-27T10:30+08:00
.DEFAULT_GOAL := help
.PHONY: help run test check layers mutants races lint types format messages catalogues-check migrations-check screenshots pictures pixels stateful clockwalk setup setup-dev clean schema chaos

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 20

setup:
	@$(PYTHON) config/venv.py run

setup-dev:
	@$(PYTHON) config/venv.py dev

run: setup ## start Redress in this terminal (PORT=8000); Ctrl-C ends it
	@exec $(PY) -m config.launch

test: setup-dev ## run all tests on SQLite, including the browser tests
	@env -u DATABASE_URL -u REDIS_URL -u DJANGO_SETTINGS_MODULE $(PY) .ci/run_tests.py

mutants: setup-dev ## break the rules of the moves one at a time and check that a test notices (some minutes)
	@env -u DATABASE_URL -u REDIS_URL -u DJANGO_SETTINGS_MODULE $(PY) -m tests.mutants

races: setup-dev ## make two moves at once, TRIES=1000 times, on the PostgreSQL of DATABASE_URL
	@$(PY) -m tests.races_run $(or $(TRIES),1000)

chaos: setup-dev ## servers and processes that die while clocks run, on a PostgreSQL and a Redis of its own
	@$(PY) -m pytest tests/system/test_chaos.py

schema: setup-dev ## call the HTTP interface CALLS=20000 times, with valid and invalid input (DATABASE_URL)
	@$(PY) -m tests.schema.run --calls $(or $(CALLS),20000) --seed $(or $(SEED),1)

check: setup-dev ## all that needs no test run: lint, types, layers, catalogues, migrations
	@$(MAKE) --no-print-directory lint types layers catalogues-check migrations-check

layers: setup-dev ## print the floors of the code; fail when an import goes up, sideways or in a circle
	@$(PY) -m config.tests.layers

lint: setup-dev ## rules and formatting of Python, templates, styles and scripts
	@$(PY) -m ruff check . && $(PY) -m ruff format --check .
	@$(DJANGOFMT) --check --quiet templates && $(BIOME) static && $(PY) .ci/pages.py

types: setup-dev ## mypy
	@$(PY) -m mypy .

format: setup-dev ## fix what ruff, djangofmt and biome can fix
	@$(PY) -m ruff check --fix . ; $(PY) -m ruff format .
	@$(DJANGOFMT) templates ; $(BIOME) --write static

messages: setup-dev ## update the translation catalogues (needs gettext)
	@$(PY) manage.py update_catalogues && $(PY) manage.py compile_catalogues

catalogues-check: setup-dev ## fail if a text is not translated (needs gettext)
	@$(PY) manage.py check_catalogues

migrations-check: setup-dev ## fail if a model has changed without a migration
	@$(PY) manage.py makemigrations --check --dry-run

stateful: setup-dev ## try moves in any order for MINUTES=60 with new seeds, or repeat SEED=…
	@env -u DATABASE_URL -u REDIS_URL -u DJANGO_SETTINGS_MODULE $(PY) -m complaints.tests.lifecycle.stateful.run $(or $(MINUTES),60) $(SEED)

clockwalk: setup-dev ## compare every clock with a slow model for MINUTES=60 with new seeds, or repeat SEED=…
	@env -u DATABASE_URL -u REDIS_URL -u DJANGO_SETTINGS_MODULE $(PY) -m complaints.tests.clockwalk.run $(or $(MINUTES),60) $(SEED)

screenshots: setup-dev ## take pictures of every page into screenshots/
	@$(PY) -m tests.screenshots

pictures: setup-dev ## the same with all clocks stopped, whole pages, into INTO=var/pixels/after
	@$(PY) -m tests.screenshots --frozen $(MOMENT) --whole --into $(or $(INTO),var/pixels/after)

pixels: pictures ## compare them with those that BEFORE=folder holds, taken by `make pictures` before a change
	@$(PY) -m tests.pixels $(BEFORE) $(or $(INTO),var/pixels/after)

clean: ## remove what was created at run time: database, mail, messages
	@rm -rf var
