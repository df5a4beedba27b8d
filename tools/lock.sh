#!/usr/bin/env bash
# Pins the requirements anew, on Python 3.11. The test requirements come first: they hold the tighter bounds,
# and the runtime's are then the same versions.
set -eu
cd "$(dirname "$0")/.."
if [ ! -x .cache/lock/bin/pip-compile ]; then
    python3.11 -m venv .cache/lock
    .cache/lock/bin/python -m pip --disable-pip-version-check --quiet install pip-tools==7.6.2
fi
export CUSTOM_COMPILE_COMMAND="make lock"
compile() {
    .cache/lock/bin/pip-compile --quiet --upgrade --generate-hashes --allow-unsafe --strip-extras \
        --no-emit-index-url --no-emit-find-links --no-emit-trusted-host "$@" pyproject.toml
}
compile --extra build --extra test --output-file=requirements/test.txt
compile --extra build --constraint requirements/test.txt --output-file=requirements/runtime.txt
