# Everything here sets itself up in .venv: a clean clone, Python >= 3.11, make and the package
# index are all it takes. PYTHON=python3.12 chooses another interpreter.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
LOCK := requirements-dev.lock
# A process for each core, at most four: each holds the libraries of the whole suite, 0.7 GB.
# Each computes on one thread, since threads of linear algebra that wait for a core burn it.
PYTEST := OMP_NUM_THREADS=1 $(BIN)/pytest --numprocesses auto --maxprocesses 4 --dist worksteal
DEMO := demo-report

.DEFAULT_GOAL := help
.PHONY: help demo test check bench lock clean

help:
	@echo "make demo    audit the synthetic sample and write the report to $(DEMO)/"
	@echo "make test    run the tests; those that need a missing system package skip and name it"
	@echo "make check   lint, formatting, types, import contracts and tests"
	@echo "make bench   measure time and memory, write benchmarks/results.md; BENCH='--sizes 1e5,1e6'"
	@echo "make lock    write $(LOCK) anew from pyproject.toml"
	@echo "make clean   remove $(VENV) and everything built"

demo: $(VENV)/.runtime
	$(BIN)/audit demo --force --out $(DEMO)

test: $(VENV)/.dev
	$(PYTEST)

check: $(VENV)/.dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(PYTEST)

# Wants a quiet machine and patience; BENCH takes what `python -m benchmarks.run_all --help` lists.
BENCH ?=
bench: $(VENV)/.runtime
	$(BIN)/python -m benchmarks.run_all $(BENCH)

# The project's own requirements and its development group, as one list without a build.
lock: $(VENV)/.dev
	mkdir -p build
	$(BIN)/python -c "import tomllib; p = tomllib.load(open('pyproject.toml', 'rb')); \
	print(*p['build-system']['requires'], *p['project']['dependencies'], *p['dependency-groups']['dev'], sep='\n')" \
	> build/pyproject.in
	CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet --no-config --strip-extras \
	--allow-unsafe --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options \
	--output-file $(LOCK) build/pyproject.in

clean:
	rm -rf $(VENV) build dist $(DEMO) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

# A stamp says what the environment holds. The demonstration needs the package and what it runs on,
# at the locked versions; the tests need the whole lock.
$(VENV)/.created:
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || \
	{ echo "fairshelf needs Python 3.11 or newer: make PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
	{ echo "this Python cannot make environments (Debian: apt-get install python3-venv)"; exit 1; }
	@touch $@

$(VENV)/.runtime: $(VENV)/.created pyproject.toml $(LOCK)
	$(PIP) --constraint $(LOCK) --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime
	$(PIP) --requirement $(LOCK)
	@touch $@
