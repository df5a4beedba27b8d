#!/usr/bin/env bash
# Prints the Python that .venv is made with: 3.11 where there is one, for which the requirements are locked.
set -u
for candidate in "${PYTHON:-}" python3.11 python3.12 python3.13 python3; do
    [ -n "$candidate" ] || continue
    # A name on the path may be a launcher without an interpreter behind it, so each is run.
    if path=$("$candidate" -c 'import sys; print(sys.executable if sys.version_info >= (3, 11) else "")' 2>/dev/null) \
        && [ -n "$path" ]; then
        if ! "$path" -c 'import ensurepip, venv' 2>/dev/null; then
            without_venv=$path
            continue
        fi
        echo "$path"
        exit 0
    fi
done
if [ -n "${without_venv:-}" ]; then
    echo "Sunlight: $without_venv cannot make a virtual environment; install it: apt-get install python3-venv" >&2
else
    echo "Sunlight: no Python 3.11 or later was found; install one (Debian 12: apt-get install python3 python3-venv)," \
        "or name one: make setup PYTHON=/path/to/python3.11" >&2
fi
exit 1
