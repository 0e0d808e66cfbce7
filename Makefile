# Two commands set muze up on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
FILE   ?=
PROMPT ?= warm tape in a concert hall
ARGS   ?=

.PHONY: demo test lint types unit slow bench clean

# Anything a model reads or writes stays offline unless asked for.
export HF_HUB_OFFLINE ?= 1

$(BIN)/muze: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --editable '.[test]'
	$(BIN)/python -m compileall -q src plugins # so that the first command starts as fast as the next
	@touch $@

# Generate a song (or take FILE=song.wav), treat it with words, and say where to hear both.
demo: $(BIN)/muze
	$(BIN)/python examples/demo.py --prompt '$(PROMPT)' $(if $(FILE),--input '$(FILE)')

test: lint types unit

lint: $(BIN)/muze
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(BIN)/muze
	$(BIN)/mypy src/muzecli plugins/*/

unit: $(BIN)/muze
	$(BIN)/python -m pytest -n 2 -m 'not slow' $(ARGS)

slow: $(BIN)/muze
	$(BIN)/python -m pytest -m slow $(ARGS)

bench: $(BIN)/muze
	$(BIN)/python -m benchmarks $(ARGS)

clean:
	rm -rf $(VENV) build dist demo
