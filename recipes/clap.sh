#!/usr/bin/env bash
# From nothing to the text-audio model "muze-clap" that ships with muze: a corpus of eleven hours with its parts one by
# one, the one of nine hours that recipes/tiny.sh makes too, and the model with its report and its card. About two hours
# on two CPU cores that compute in bfloat16; 25 GB on disk.
#
#   recipes/clap.sh [RUNS]
#
# Works in RUNS (default: runs/clap; the other corpus is looked for in runs/tiny) and ends in weights/muze-clap. Stopped
# at any point, it goes on when called again.
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
