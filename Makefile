# Every target sets itself up in .venv: with uv where there is one, else with a uv that pip installs into .tools,
# else with pip alone. Stamps in .venv/stamps make a second run start at once.

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
STAMPS := $(VENV)/stamps
KERNELS := src/wavereel/picture/kernels
OUT ?= out
AUDIO ?=
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help demo test lint types format evaluation bench clean

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

demo: $(STAMPS)/demo $(STAMPS)/kernels ## a 1080p video from a spoken script; AUDIO=file takes another sound
	$(RUN) demo/run.py --out "$(OUT)" $(if $(AUDIO),--audio "$(AUDIO)")

test: $(STAMPS)/dev $(STAMPS)/kernels ## run the tests; ARGS="tests/media -x" narrows them
	$(RUN) -m pytest -q $(ARGS)

lint: $(STAMPS)/dev ## check style and format
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .

types: $(STAMPS)/dev ## check types, strictly
	$(VENV)/bin/pyright

format: $(STAMPS)/dev ## put the code into the project's format
	$(VENV)/bin/ruff check --fix-only --quiet .
	$(VENV)/bin/ruff format .

evaluation: $(STAMPS)/dev ## measure how much is understood, and write docs/evaluation.md
	$(RUN) -m tests.agent.evaluation.run --write docs/evaluation.md
	$(RUN) -m tests.agent.evaluation.run tests/agent/evaluation/breadth/*.jsonl

bench: $(STAMPS)/bench $(STAMPS)/kernels ## measure, and write docs/benchmarks.md; ARGS=--quick for a short run
	$(RUN) bench/run.py $(ARGS)

.NOTPARALLEL:

clean: ## remove environments, stamps and what was built
	rm -rf $(VENV) .tools dist build out .pytest_cache .ruff_cache .hypothesis
	rm -f $(KERNELS)/*.so $(KERNELS)/*.dylib $(KERNELS)/*.dll

$(STAMPS)/dev: pyproject.toml uv.lock .ci/setup
	PYTHON="$(PYTHON)" .ci/setup dev

$(STAMPS)/demo: pyproject.toml uv.lock .ci/setup
	PYTHON="$(PYTHON)" .ci/setup demo

$(STAMPS)/bench: pyproject.toml uv.lock .ci/setup
	PYTHON="$(PYTHON)" .ci/setup bench

# Built anew when a source changes. Without a compiler the build says so and succeeds: NumPy does the work.
$(STAMPS)/kernels: $(wildcard $(KERNELS)/*.c) $(wildcard $(KERNELS)/*.h) $(KERNELS)/build.py
	$(RUN) -m wavereel.picture.kernels.build
	@mkdir -p $(STAMPS) && touch $@
