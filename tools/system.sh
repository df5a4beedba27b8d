#!/usr/bin/env bash
# Sees to what the tests need of the system: Java and Maven, Chromium, CJK fonts, Prometheus with promtool.
# Installs what is missing by apt-get where the user may, and says what to install where not.
set -eu

missing=()
need() { # need PACKAGE CHECK...: PACKAGE is missing unless CHECK succeeds.
    local package=$1
    shift
    "$@" >/dev/null 2>&1 || missing+=("$package")
}
has_cjk_font() { find /usr/share/fonts /usr/local/share/fonts ${HOME:+"$HOME/.fonts" "$HOME/.local/share/fonts"} -iname '*NotoSansCJK*' 2>/dev/null | grep -q .; }
has_chromium() { command -v chromium || command -v chromium-browser || command -v google-chrome; }

need default-jre-headless java -version
need maven mvn --version
need chromium has_chromium
need fonts-noto-cjk has_cjk_font
need prometheus command -v prometheus
need prometheus command -v promtool

[ ${#missing[@]} -gt 0 ] || exit 0
mapfile -t missing < <(printf '%s\n' "${missing[@]}" | sort -u)

if ! command -v apt-get >/dev/null; then
    echo "Sunlight: the tests need what Debian calls ${missing[*]}; install these with this system's package manager" >&2
    exit 1
fi
as_root=()
if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        as_root=(sudo -n)
    else
        echo "Sunlight: the tests need ${missing[*]}; ask an administrator for: apt-get install ${missing[*]}" >&2
        exit 1
    fi
fi

echo "Installing for the tests: ${missing[*]}"
# Prometheus is wanted as a program: its Debian package would start a server at once, on every address.
# The policy is what Debian's own installers use to keep services from starting.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
    "${as_root[@]}" chmod +x "$policy"
    trap '"${as_root[@]}" rm -f "$policy"' EXIT
fi
install() {
    # A fresh machine often updates itself meanwhile: its lock is waited for.
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
        -o DPkg::Lock::Timeout=120 "${missing[@]}" </dev/null
}
# The lists of a fresh machine are empty and those of an old one are stale; both are mended by an update.
install || { "${as_root[@]}" apt-get update -q && install; } || {
    echo "Sunlight: apt-get could not install ${missing[*]}; install them and run make test again" >&2
    exit 1
}
