#!/usr/bin/env bash
# From nothing to the network that hears where there is a voice: songs with their stems, examples mixed from them, the
# training, and a figure on songs that it has not seen. About an hour on one core, once the songs are there.
#
#   recipes/voice_detector.sh [RUNS]
#
# Works in RUNS (default: runs/voice) and ends in weights/voice. Stopped at any point, it goes on when called again.
set -euo pipefail
cd "$(dirname "$0")/.."
runs="${1:-runs/voice}"
python="${PYTHON:-.venv/bin/python}"
export OMP_NUM_THREADS=1 # the network is small: more threads only wait for each other

if [ ! -e "$runs/corpus/dataset.jsonl" ]; then
  "${MUZE:-.venv/bin/muze}" dataset synth -o "$runs/corpus" --tracks 90 --duration 30-120 --seed 501 --stems
fi
"$python" recipes/voice_detector/examples.py "$runs/corpus" "$runs"
"$python" recipes/voice_detector/train.py "$runs" weights/voice
