# Two commands matter: `make site` and `make test`. What the workflows do beyond them is a target here, too.

PYTHON ?= python3
SERVE ?= 1
PORT ?= 8000
PAPERS ?= 1000
BIN := .venv/bin
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

# Each prints "yes" or nothing, so that what is missing is said in one line before anything is made.
HAS_PYTHON = $(shell $(PYTHON) -c 'import sys; sys.version_info >= (3, 11) and print("yes")' 2>/dev/null)
HAS_VENV = $(shell $(PYTHON) -c 'import ensurepip, venv; print("yes")' 2>/dev/null)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help site test fuzz endurance setup setup-dev scrape build check serve lint lock push-content explain-pages release-digest send-digest schemas screenshots bench clean audit provenance gate size review preview suggestion due tell-gate tell-deployment keep-schedules answer-suggestion

help: ## list these targets
	@sed -n 's/^\([a-z][a-z -]*\):[^#]*## \(.*\)/\1\t\2/p' Makefile | while IFS='	' read -r names text; do printf '  make %-43s %s\n' "$$names" "$$text"; done

site: setup ## set everything up, scrape, build and serve the site (SERVE=0 stops after the build; PORT=8000)
	@$(BIN)/paperstand scrape --offline-ok || echo "The scrape was incomplete, for the reasons above; the site is made of what there is." >&2
	@$(BIN)/paperstand build
	@if [ "$(SERVE)" != 0 ]; then exec $(BIN)/paperstand serve --port $(PORT); fi

test: setup-dev lint ## set everything up and run every check and test
	$(BIN)/pytest

setup: .venv/.site ## install what the site needs into .venv
setup-dev: .venv/.dev .venv/.npm ## install what the tests need, too

scrape build check gate size suggestion: setup ## the paperstand command of the same name, with its defaults
	$(BIN)/paperstand $@

# A reviewer's view of the lists that a change changes; within a workflow AGAINST is the commit before.
AGAINST ?= origin/main
review: setup ## show the lists that differ from the branch they are to be merged into (AGAINST=origin/main)
	$(BIN)/paperstand review --against "$(AGAINST)"

preview: build ## the same, and put their pages into preview/
	$(BIN)/paperstand review --against "$(AGAINST)" --pages preview

serve: setup ## serve the site that was built (PORT=8000)
	$(BIN)/paperstand serve --port $(PORT)

fuzz: setup-dev ## feed every parser with nonsense for half an hour (EXAMPLES=5000 texts each)
	PAPERSTAND_FUZZ=$(or $(EXAMPLES),5000) $(BIN)/pytest tests/fuzz

# What CI does a few times is done here as often as it takes to meet what is rare: histories of a library whose kept site
# must equal one made anew, kill -9 at any moment of every command, schedules of mischief for every source.
endurance: setup-dev ## the tests of bad days, at length: 100 histories, 200 kills, 25 schedules a source (20 minutes)
	PAPERSTAND_HISTORIES=$(or $(HISTORIES),100) PAPERSTAND_KILLS=$(or $(KILLS),200) PAPERSTAND_NETWORK_SEEDS=$(or $(SEEDS),25) \
		$(BIN)/pytest -o faulthandler_timeout=7200 tests/chaos tests/site_config/test_incremental.py

# Only the lock files are read, and nothing that they name is installed: of each package, name and version are asked for.
# What cannot be looked up is a failure, too.
audit: setup-dev ## look for known vulnerabilities in what is locked (asks PyPI's and npm's databases)
	$(BIN)/pip-audit --strict --disable-pip --require-hashes --progress-spinner off --requirement requirements/dev.txt
	PATH="$(CURDIR)/$(BIN):$$PATH" npm audit --package-lock-only --prefix requirements/npm --audit-level=low

provenance: setup ## say in site/build.json which commit the built site is made of (for the daily workflow)
	$(BIN)/paperstand provenance
	@if [ -n "$$GITHUB_OUTPUT" ]; then echo "digest=$$(sha256sum site/build.json | cut -d ' ' -f 1)" >>"$$GITHUB_OUTPUT"; fi

lint: setup-dev ## the part of `make test` that reads the code without running it
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

lock: ## resolve pyproject.toml anew into requirements/ (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --upgrade pyproject.toml requirements/build.in -o requirements/site.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --upgrade --constraint requirements/site.txt --extra dev pyproject.toml requirements/build.in -o requirements/dev.txt

# A token in the environment goes to git alone, and into no file; without one, git asks whom it always asks.
comma := ,
TOKEN_HELPER = !f() { test "$$1" = get && echo username=x-access-token && echo "password=$$GITHUB_TOKEN"; }; f
GIT = git $${GITHUB_TOKEN:+-c credential.helper= -c credential.helper='$(TOKEN_HELPER)'}
# What a git command that was cut off leaves behind, and what to do about it.
SAY = { printf '%s\n' "$(1)" >&2; exit 1; }
left-behind = @! test -e "$$(git rev-parse --git-path $(1))" || $(call SAY,$(2); then run this again.)
push-content: ## commit what a scrape changed in content/ and push it (for the daily workflow)
	$(call left-behind,index.lock,Another git command is at work here$(comma) or one was cut off. If none is running: rm .git/index.lock)
	$(call left-behind,rebase-merge,A rebase was left half done here. End it with: git rebase --continue$(comma) or undo it with: git rebase --abort)
	$(call left-behind,rebase-apply,A rebase was left half done here. End it with: git rebase --continue$(comma) or undo it with: git rebase --abort)
	$(call left-behind,MERGE_HEAD,A merge was left half done here. End it with: git commit$(comma) or undo it with: git merge --abort)
	@git symbolic-ref --quiet HEAD >/dev/null || $(call SAY,No branch is checked out here. Choose one with: git switch main; then run this again.)
	git add --all content
	git diff --cached --quiet -- content || git commit --quiet --message "Scrape of $$(date -u +%Y-%m-%d)" -- content
	@$(GIT) pull --quiet --rebase --autostash origin "$$(git branch --show-current)" || { \
		! test -e "$$(git rev-parse --git-path rebase-merge)" || git rebase --abort; \
		$(call SAY,Nothing was pushed; the commit is here. If git names a conflict: git pull --rebase$(comma) mend what it names$(comma) git rebase --continue; then run this again.); }
	@$(GIT) push --quiet origin HEAD

# What the workflows tell GitHub, by its own program gh; see `paperstand github --help`.
tell-gate: setup ## keep one issue open that says why `make gate` refuses (for the daily workflow)
	$(BIN)/paperstand github tell-gate

tell-deployment: setup ## say how long the deployment of this run took (for the daily workflow)
	$(BIN)/paperstand github deployment

keep-schedules: setup ## turn the workflows with a schedule on again, before GitHub turns them off (for the daily workflow)
	$(BIN)/paperstand github keep-schedules

answer-suggestion: setup ## make a pull request of what `make suggestion` changed, or answer (for the suggestions workflow)
	$(BIN)/paperstand github answer

# Nothing is installed for this question, which most of a day's runs end with. A day is complete when a run that GitHub's
# clock started went well today and today's file has its papers. What cannot be found out counts as not done: to scrape
# once more does no harm.
TODAY := $(shell date -u +%Y-%m-%d)
TODAYS_FILE := content/daily/$(firstword $(subst -, ,$(TODAY)))/$(TODAY).md
due: ## say whether a run still has something to do today (for the daily workflow)
	@due=true; \
	if [ "$$GITHUB_EVENT_NAME" = schedule ] && [ -f $(TODAYS_FILE) ] && ! grep -Eq '^empty: *(not-yet-listed|failed)' $(TODAYS_FILE); then \
		done=$$(gh run list --workflow daily.yml --event schedule --status success --created ">=$(TODAY)" --limit 1 --json databaseId --jq length) || done=0; \
		[ "$${done:-0}" = 0 ] || due=false; \
	fi; \
	echo "due=$$due" | tee -a "$${GITHUB_OUTPUT:-/dev/null}"

explain-pages: ## say how GitHub Pages is turned on (for the daily workflow)
	@echo "::warning title=The site was built but not published::GitHub Pages is not set up here. Choose \"GitHub Actions\" under Settings, Pages, Source, then run this workflow again."

# The tag is what remembers that a digest was posted: whatever fails or runs again later, there is one release a week.
DIGESTS := .cache/digests
release-digest: setup ## post the last week's digest as a GitHub release, once (for the weekly workflow; needs gh)
	@rm -rf $(DIGESTS)
	@$(BIN)/paperstand digest --week --out $(DIGESTS)
	@for notes in $(DIGESTS)/*.md; do \
		test -e "$$notes" || exit 0; \
		tag="digest-$$(basename "$$notes" .md)"; \
		found=0; $(GIT) ls-remote --exit-code origin "refs/tags/$$tag" >/dev/null || found=$$?; \
		if [ "$$found" = 0 ]; then echo "$$tag was posted before."; exit 0; fi; \
		if [ "$$found" != 2 ]; then echo "origin cannot be asked for its tags." >&2; exit 1; fi; \
		gh release create "$$tag" --title "$$(sed -n 2p "$${notes%.md}.txt")" --notes-file "$$notes" --latest=false || exit 1; \
		if [ -n "$$GITHUB_OUTPUT" ]; then echo posted=yes >>"$$GITHUB_OUTPUT"; fi; \
	done

send-digest: setup ## mail the last week's digest, where PAPERSTAND_SMTP_HOST is set (for the weekly workflow)
	@if [ -n "$$PAPERSTAND_SMTP_HOST" ]; then $(BIN)/paperstand digest --week --send; \
	else echo "Nothing is mailed: PAPERSTAND_SMTP_HOST is not set. docs/mail.md says how mail is set up."; fi

schemas: setup ## write site_config/schema/ anew, after a change of what a file may hold
	$(BIN)/python -m scraper.schemas

# Without a file of papers, those of content/ are taken again and again, and what needs many different ones is left out. A
# promise that is not kept fails in the end; everything is measured all the same.
bench: setup-dev ## measure speed, size and quality, beside Hugo and Material (LIBRARY=papers.jsonl.gz PAPERS=10000,30000)
	@kept=0; \
	$(BIN)/python -m tests.benchmarks --papers $(PAPERS) $(if $(LIBRARY),--library $(LIBRARY)) || kept=1; \
	$(BIN)/python -m tests.benchmarks.weight || kept=1; \
	$(if $(LIBRARY),for what in related search typeset; do $(BIN)/python -m tests.benchmarks.$$what $(LIBRARY) || kept=1; done;) \
	exit $$kept

screenshots: setup-dev ## take the README's pictures anew (needs Chromium)
	$(BIN)/python -m tests.screenshots

clean: ## remove what a build made
	rm -rf site preview .cache

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
