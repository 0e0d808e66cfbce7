#!/usr/bin/env bash
# From nothing to the text-audio model "muze-clap" that ships with muze: a corpus of eleven hours with its parts one by
# one, the one of nine hours that recipes/tiny.sh makes too, and the model with its report and its card. About two hours
# on two CPU cores that compute in bfloat16; 20 GB on disk.
#
#   recipes/clap.sh [RUNS]
#
# Works in RUNS (default: runs/clap; the other corpus is looked for in runs/tiny) and ends in weights/muze-clap. Stopped
# at any point, it goes on when called again.
#
# The weights that ship learned in two goes: 1200 steps of a schedule of 1800 (peak rate 1.5e-3, seed 1), before texts of
# a generic instrument ("solo guitar") and the weights of key and mode came in, then 900 steps with them (8e-4, seed 2,
# training.restart_from, warmup_steps 30, final_lr 0.01, ema_decay 0.99). Here it is one go of as many steps.
set -euo pipefail
cd "$(dirname "$0")/.."
runs="${1:-runs/clap}"
tiny="${TINY:-runs/tiny}"
muze="${MUZE:-.venv/bin/muze}"
device="${DEVICE:-auto}"

if [ ! -e "$runs/corpus/dataset.jsonl" ]; then
  "$muze" dataset synth -o "$runs/corpus" --tracks 2600 --duration 12-20 --stems --seed 61 --jobs 2
fi
if [ ! -e "$tiny/corpus/dataset.jsonl" ]; then
  "$muze" dataset synth -o "$tiny/corpus" --tracks 1100 --duration 20-40 --seed 11 --jobs 2
fi
if [ ! -e "$runs/model/report.json" ]; then
  "$muze" train clap --annotations "$runs/corpus" --annotations "$tiny/corpus" --cache "$runs/cache" \
    --output "$runs/model" --preset clap-small --seed 1 --device "$device"
fi
mkdir -p weights/muze-clap
cp "$runs/model"/{model.safetensors,config.json,report.json,README.md} weights/muze-clap/
