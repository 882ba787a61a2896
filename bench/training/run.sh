#!/bin/sh
# Training steps and a whole sweep of lawrob beside its peers, from nothing: bench/training/run.sh [options of compare.py]
# The whole of Experiment 1 beside PyTorch on all cores (about half an hour): bench/training/run.sh experiment1
# Needs Python 3.11 or later ($PYTHON, python3 by default), 8 GB in $LAWROB_CACHE for PyTorch, and a built checkout.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
cache=${LAWROB_CACHE:-${TMPDIR:-/tmp}/lawrob-cache}/bench-training
mkdir -p "$cache"

if ! cmp -s "$here/requirements.txt" "$cache/installed.txt"; then
  "${PYTHON:-python3}" -m venv --clear "$cache/venv"
  "$cache/venv/bin/pip" install --requirement "$here/requirements.txt"
  cp "$here/requirements.txt" "$cache/installed.txt"
fi
for engine in blas tensorflow; do node "$root/dist/cli/main.js" engines install "$engine"; done

export PYTHONDONTWRITEBYTECODE=1
if [ "${1:-}" = experiment1 ]; then
  shift
  exec "$cache/venv/bin/python" "$here/experiment1.py" "$@"
fi

cd "$root"
node --import tsx bench/training/trials.ts "$cache/trials" 100,50,10 500,100,10 500,100,50 500,100,500 500,400,500 \
  2000,200,100 2000,200,2000 2000,1500,20 2000,1500,2000 --sweep "${SWEEP:-500}"

exec "$cache/venv/bin/python" "$here/compare.py" "$cache/trials" "$@"
