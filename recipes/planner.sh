#!/usr/bin/env bash
# From nothing to the weights of the section planner that ship with muze: forms, training, report, model card.
#
#   recipes/planner.sh [RUNS]
#
# Works in RUNS (default: runs) and ends in weights/planner. Stopped at any point, it goes on when called again.
set -euo pipefail
cd "$(dirname "$0")/.."
runs="${1:-runs}"
muze="${MUZE:-.venv/bin/muze}"

# Song plans of every genre, 15 s to 6 min, with the split by song; nothing is rendered.
if [ ! -e "$runs/forms/.done" ]; then
  "$muze" dataset synth -o "$runs/forms" --tracks 20000 --no-audio --duration 15-360 --seed 1 --resume
  touch "$runs/forms/.done"
fi

if [ ! -e "$runs/planner/report.json" ]; then
  "$muze" train planner --annotations "$runs/forms" -o "$runs/planner" --preset planner-small --seed 1 --device cpu
fi

mkdir -p weights/planner
cp "$runs"/planner/{model.safetensors,config.json,report.json,README.md} weights/planner/
