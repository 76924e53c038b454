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
.PHONY: help demo test test-protocol test-kills test-openapi test-compat lint types format evaluation bench clean

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

demo: $(STAMPS)/demo $(STAMPS)/kernels ## a 1080p video from a spoken script; AUDIO=file takes another sound
	$(RUN) demo/run.py --out "$(OUT)" $(if $(AUDIO),--audio "$(AUDIO)")

test: $(STAMPS)/dev $(STAMPS)/kernels ## run the tests; ARGS="tests/media -x" narrows them
	$(RUN) -m pytest -q $(addprefix --ignore=tests/,protocol kills openapi compat) $(ARGS)

lint: $(STAMPS)/dev ## check style and format
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .

types: $(STAMPS)/dev ## check types, strictly
	$(VENV)/bin/pyright

format: $(STAMPS)/dev ## put the code into the project's format
	$(VENV)/bin/ruff check --fix-only --quiet .
	$(VENV)/bin/ruff format .

test-protocol: $(STAMPS)/dev $(STAMPS)/kernels ## try the wire protocol against running servers, as a stranger would
	$(RUN) -m pytest -q tests/protocol $(ARGS)

test-kills: $(STAMPS)/dev $(STAMPS)/kernels ## kill servers and workers at random moments; nothing may be lost or doubled
	$(RUN) -m pytest -q tests/kills $(ARGS)

test-openapi: $(STAMPS)/dev $(STAMPS)/kernels ## try the OpenAPI document against a running server, with schemathesis
	$(RUN) -m pytest -q tests/openapi $(ARGS)

test-compat: $(STAMPS)/dev $(STAMPS)/kernels ## drive the backend with the stock google-adk clients, each in its own environment
	$(RUN) -m pytest -q tests/compat $(ARGS)

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
