# Every target sets up what it needs: a virtual environment from requirements.lock, by hash.
# PYTHON=python3.12 make report  uses another interpreter (3.11 to 3.14).

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
READY  := $(VENV)/.ready
AS_OF  ?=
DAY    := $(if $(AS_OF),--as-of $(AS_OF))
# Scripts of an environment name the folder that it was made in: in a copy they would go on working
# on the original. Its own record says where that was.
MADE   := $(shell sed -n 's,^command = .* --clear \(/.*\)/$(VENV)$$,\1,p' $(VENV)/pyvenv.cfg 2>/dev/null)

export UV_COMPILE_BYTECODE := 1
# Without stored bytecode every kernel start compiles all imports again.
unexport PYTHONDONTWRITEBYTECODE
# Modules of other projects are none of ours.
unexport PYTHONPATH PYTHONHOME PYTHONSTARTUP

# Of the list of packages, what another lock of the same versions would have too: no time, no addresses.
LEAN := import json, sys; bom = json.load(sys.stdin); del bom["serialNumber"], bom["metadata"]["timestamp"]; \
	[package.pop("externalReferences", None) for package in bom["components"]]; json.dump(bom, sys.stdout, indent=1)
# The versions of the lock without hashes, for the one step of conda.
BARE := import re, sys; print("\n".join(re.findall(r"^[\w.-]+==[^\\\n]*[^\\\s]", sys.stdin.read(), re.M)))

.DEFAULT_GOAL := report
.PHONY: ready report scheduled test quick walk lab check refresh lock clean help

report: $(READY)  ## a dated report in reports/<date>/index.html
	$(BIN)/shenzhen-targets report $(DAY)

ready: $(READY)  ## only the set-up that every target does, made anew in a copied or moved folder

scheduled: $(READY)  ## a report if anything is new; keeps the newest sixty (docs/scheduling.md)
	$(BIN)/shenzhen-targets report --if-changed --keep 60

test: $(READY)  ## every test
	$(BIN)/python -m pytest -n auto --dist loadscope

quick: $(READY)  ## the tests that are not slow and run no notebook: some two and a half minutes
	$(BIN)/python -m pytest -n auto --dist loadscope -m "not slow and not notebooks" --hypothesis-profile=quick

walk: $(READY)  ## notebooks with hundreds of combinations of parameters: some minutes
	$(BIN)/python -m pytest tests/notebooks/test_walk.py -m walk -s

lab: $(READY)  ## JupyterLab, open at the explorer
	@# Stored outputs may run scripts: only notebooks that are as committed are trusted with them.
	-@own=; for book in notebooks/*.ipynb; do \
	  if git ls-files --error-unmatch "$$book" >/dev/null 2>&1 && git diff --quiet HEAD -- "$$book"; \
	  then own="$$own $$book"; \
	  else echo "$$book is not as committed, so not trusted: run it to see its outputs"; fi; done; \
	test -z "$$own" || $(BIN)/jupyter trust $$own
	$(BIN)/jupyter lab --notebook-dir=notebooks --LabApp.default_url=/lab/tree/explore.ipynb

check: $(READY)  ## style of the code, order of the rooms, types, form of the raw data
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy --no-incremental
	$(BIN)/shenzhen-targets check

refresh: $(READY)  ## a new edition: stored notebook outputs and data/processed as of AS_OF
	$(BIN)/shenzhen-targets refresh $(DAY)

lock: $(READY)  ## requirements.lock, constraints.txt and packages.cdx.json from pyproject.toml
	$(BIN)/uv lock --upgrade
	$(BIN)/uv export --quiet --format requirements-txt --no-emit-project --all-extras --all-groups --no-header --output-file requirements.lock
	$(BIN)/python -c '$(BARE)' < requirements.lock > constraints.txt
	$(BIN)/uv export --quiet --format cyclonedx1.5 --all-extras --all-groups | $(BIN)/python -c '$(LEAN)' > packages.cdx.json

ifneq ($(OS),Windows_NT)
ifneq ($(MADE),$(CURDIR))
$(READY): elsewhere
elsewhere:  # no file of this name: whatever hangs on it is made
endif
endif

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v <= (3, 14) else "Python %d.%d found; 3.11 to 3.14 is needed: make PYTHON=python3.12" % v)'
	@rm -rf $(VENV).former; test ! -e $(VENV) || mv $(VENV) $(VENV).former
	@$(MAKE) --no-print-directory environment || \
	  { rm -rf $(VENV); test ! -e $(VENV).former || mv $(VENV).former $(VENV); exit 1; }
	@rm -rf $(VENV).former; touch $(READY)

# Where it cannot be made, as without a network, the former one is put back: what needs no `make` goes on.
environment:
	$(PYTHON) -m venv --clear $(VENV)
	sed -n '/^uv==/,/[^\\]$$/p' requirements.lock > $(VENV)/uv.lock
	$(BIN)/pip install --quiet --require-hashes --requirement $(VENV)/uv.lock
	VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --no-deps --require-hashes --requirement requirements.lock
	VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --no-deps --no-build-isolation --editable .

clean:  ## remove the environment and all reports
	rm -rf $(VENV) reports

help:  ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
