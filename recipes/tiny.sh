#!/usr/bin/env bash
# From nothing to the bundle "tiny" that ships with muze: a corpus of nine hours, the autoencoder, the vocoder and the
# latent diffusion model, each with its report and its model card. About two hours on two CPU cores.
#
#   recipes/tiny.sh [RUNS]
#
# Works in RUNS (default: runs/tiny) and ends in weights/tiny. Stopped at any point, it goes on when called again.
set -euo pipefail
cd "$(dirname "$0")/.."
runs="${1:-runs/tiny}"
muze="${MUZE:-.venv/bin/muze}"
device="${DEVICE:-auto}"

if [ ! -e "$runs/corpus/dataset.jsonl" ]; then
  "$muze" dataset synth -o "$runs/corpus" --tracks 1100 --duration 20-40 --seed 11 --jobs 2
fi

train() { # WHAT OPTIONS...
  if [ ! -e "$runs/$1/report.json" ]; then
    "$muze" train "$1" --annotations "$runs/corpus" --cache "$runs/cache" --output "$runs/$1" \
      --preset "$1-tiny" --seed 1 --device "$device" "${@:2}"
  fi
  mkdir -p "weights/tiny/$1"
  cp "$runs/$1"/{model.safetensors,config.json,report.json,README.md} "weights/tiny/$1/"
}
train vae
train vocoder
train ldm --vae-checkpoint "$runs/vae"
