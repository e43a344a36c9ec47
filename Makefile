# What a person or CI types. Only python3 (3.11+), python3-venv, git and make are needed beforehand;
# `tools/setup` brings the rest. Paths stay relative, so a checkout may stand in a folder with spaces.

# `env -i make` has no search path and no home, the user nobody none that can be written to.
export PATH := $(if $(PATH),$(PATH),/usr/local/bin:/usr/bin:/bin)
export HOME := $(shell [ -n "$$HOME" ] && [ -w "$$HOME" ] && echo "$$HOME" || echo "$(CURDIR)/.tools/home")

# The shell that make starts must not see another project's environment.
unexport VIRTUAL_ENV
unexport PYTHONPATH
unexport PYTHONHOME
# Without bytecode each of the thousands of processes that the tests start would compile what it imports.
unexport PYTHONDONTWRITEBYTECODE

EXAMPLE ?= shop
# More than cores: a test often waits for a process that starts.
JOBS ?= 3
PYTEST_ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint lock build bench docs clean

help:  ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile

setup:  ## create .venv with everything the other targets need (does nothing when it is up to date)
	@sh tools/setup

demo: setup  ## optimize a copy of the example project and write an HTML report
	@.venv/bin/python tools/demo.py "$(EXAMPLE)"

test: setup  ## run the whole test suite (the first time, 0.9 GB of coding agents for it to drive are installed)
	@sh tools/node/install
	@.venv/bin/python -m pytest -q -n $(JOBS) --dist worksteal $(PYTEST_ARGS)

lint: setup  ## run every hook over every file
	@.venv/bin/prek run --all-files

lock: setup  ## write requirements.lock and the pins in pyproject.toml from the current resolution
	@.venv/bin/python tools/lock.py

build: setup  ## assemble the plugin: one dist-<language>/ per overlay
	@.venv/bin/python tools/plugin build

bench: setup  ## run the benchmarks of the engine, the service and the plugin (minutes to hours; resumable)
	@.venv/bin/python benchmarks/run.py

docs: setup  ## write docs/reference from the code
	@.venv/bin/python tools/generate.py

clean:  ## remove what the targets above made, except the downloaded packages
	@rm -rf .venv .demo .coverage .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis dist-*
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
