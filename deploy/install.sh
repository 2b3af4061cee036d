#!/usr/bin/env bash
# Makes .venv and installs the locked dependencies. What can go wrong is said in one sentence.
set -u
python=$1; shift
say() { printf '%s\n' "$1" >&2; exit 1; }
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || say "Throughline needs Python 3.11 or newer; \"$python\" is not. Name another: make run PYTHON=python3.12"
if [ ! -x .venv/bin/python ]; then
  "$python" -m venv .venv 2>var-install.log || { rm -rf .venv; say "Python's venv module is missing: on Debian, apt-get install python3-venv"; }
  rm -f var-install.log
fi
log=$(mktemp)
if [ ! -x .venv/bin/uv ]; then
  echo "Installing uv …"
  .venv/bin/python -m pip install --quiet --disable-pip-version-check "uv>=0.8,<1" 2>"$log" || { tail -n 3 "$log" >&2; say "The package registry could not be reached, so nothing was installed. Check the network and try again."; }
fi
echo "Installing the locked dependencies …"
if ! .venv/bin/uv sync --quiet --frozen --inexact --no-python-downloads --python .venv/bin/python "$@" 2>"$log"; then
  tail -n 5 "$log" >&2
  if grep -qiE "compiler|gcc|command .*cc.* failed|failed to build" "$log"; then
    say "A package has no ready-made build for this machine and there is no compiler: on Debian, apt-get install build-essential python3-dev"
  fi
  say "The package registry could not be reached, or a package is not to be had there. Check the network and try again."
fi
rm -f "$log"
