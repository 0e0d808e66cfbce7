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
export OMP_NUM_THREADS=1 # the network is small: more threads only wait for each other

# Song plans of every genre, split by song; nothing is rendered. Most are of ordinary length, some up to ten minutes.
forms() { # NAME TRACKS DURATION SEED
  if [ ! -e "$runs/$1/dataset.jsonl" ]; then
    "$muze" dataset synth -o "$runs/$1" --tracks "$2" --duration "$3" --seed "$4" --no-audio --no-lyrics
  fi
}
forms forms 16000 8-300 1
forms forms-long 4000 240-600 2

if [ ! -e "$runs/planner/report.json" ]; then
  "$muze" train planner --annotations "$runs/forms" --annotations "$runs/forms-long" --output "$runs/planner" \
    --preset planner-small --seed 1 --device cpu
fi

mkdir -p weights/planner
cp "$runs"/planner/{model.safetensors,config.json,report.json,README.md} weights/planner/
