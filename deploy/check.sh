#!/usr/bin/env bash
# Everything that can be checked without running the product. One line says what is checked; silence after it means well.
set -eu
run() { printf '%s … ' "$1"; shift; if out=$("$@" 2>&1); then echo well; else echo; printf '%s\n' "$out"; exit 1; fi; }
bin=.venv/bin
export VAR_DIR=${VAR_DIR:-$(mktemp -d)}
run "format" $bin/ruff format --check .
run "lint" $bin/ruff check .
run "types" $bin/mypy config commissioning workshops outcomes
run "import contracts" $bin/lint-imports --no-cache
run "templates" $bin/djlint templates --lint --quiet
run "migrations" $bin/python manage.py makemigrations --check --dry-run
HTTPS=1 SECRET_KEY=$(head -c 60 /dev/urandom | base64 | tr -d '\n') ALLOWED_HOSTS=example.org DEMO=0 run "deployment settings" $bin/python manage.py check --deploy --fail-level WARNING
if command -v npm >/dev/null && [ -d frontend/node_modules ]; then
  built=$(mktemp -d)
  run "style sheet" bash -c "cd frontend && npx sass --no-source-map --style=compressed --quiet-deps --load-path=node_modules app.scss $built/app.css && cmp $built/app.css ../static/app.css"
fi
