#!/bin/sh
# lawrob's certificate beside its peers, from nothing: bench/lipschitz/run.sh [options of compare.py]
# Needs Python 3.10 or 3.11 ($PYTHON, python3 by default), 4 GB in $LAWROB_CACHE, and a built checkout.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
cache=${LAWROB_CACHE:-${TMPDIR:-/tmp}/lawrob-cache}/bench-lipschitz
mkdir -p "$cache"

if ! cmp -s "$here/requirements.txt" "$cache/installed.txt"; then
  "${PYTHON:-python3}" -m venv --clear "$cache/venv"
  "$cache/venv/bin/pip" install --no-deps --requirement "$here/requirements.txt"
  cp "$here/requirements.txt" "$cache/installed.txt"
fi

for size in 500,100,10 500,100,50 500,400,50 500,100,200 1000,50,200 500,100,500 2000,200,500 2000,100,2000; do
  n=${size%%,*} k=${size##*,} d=${size#*,}
  d=${d%,*}
  # A network that training gave up on (exit 1) is a network all the same.
  node "$root/dist/cli/main.js" sweep --n "$n" --d "$d" --k "$k" --save networks,data --engine wasm --seed 1 \
    --out "$cache/networks/n$n-d$d-k$k" --json > "$cache/sweep.log" 2>&1 || [ $? -eq 1 ] || {
    cat "$cache/sweep.log" >&2
    exit 1
  }
done

export PYTHONDONTWRITEBYTECODE=1
exec "$cache/venv/bin/python" "$here/compare.py" "$cache/networks" "$@"
