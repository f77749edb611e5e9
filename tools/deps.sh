#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs the Debian packages that the named groups need and that are missing: as root, with sudo,
# or else prints the command for somebody who may. Does nothing, and asks no network, where all are
# there.
# usage: tools/deps.sh GROUP...   (build, demo, test, lint, fuzz, bench)
set -eu

packages_of() {
    case $1 in
    build) echo gcc libc6-dev make pkg-config libncurses-dev libuv1-dev libsqlite3-dev libcjson-dev libgsl-dev \
        libyaml-dev libpcre2-dev zlib1g-dev libnlopt-dev libopenblas-serial-dev ;;
    demo) echo libsvm-tools ;;
    test) echo libcmocka-dev libvterm-dev python3 python3-pytest python3-yaml libsvm-tools tmux coreutils \
        mandoc man-db jq zsh fish ;;
    lint) echo clang-format clang-tidy cppcheck shellcheck ;;
    fuzz) echo clang ;;
    bench) echo python3 python3-optuna python3-scipy parallel htop btop tig ;;
    *) echo "deps.sh: there is no group $1" >&2 && exit 2 ;;
    esac
}

is_installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

if ! command -v dpkg-query >/dev/null 2>&1; then
    echo 'This is no Debian system, so nothing is installed. Needed are what Debian calls:' >&2
    for group in "$@"; do echo "   $(packages_of "$group")" >&2; done
    exit 0
fi

missing=
for group in "$@"; do
    packages=$(packages_of "$group")
    for package in $packages; do
        is_installed "$package" || missing="$missing $package"
    done
done
[ -n "$missing" ] || exit 0

# shellcheck disable=SC2086  # one word per package
set -- apt-get install -y --no-install-recommends $missing
if [ "$(id -u)" -eq 0 ]; then
    sudo=
elif command -v sudo >/dev/null 2>&1 && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
    sudo=sudo
else
    printf 'Some packages are missing. As root, run:\n\n    apt-get update && %s\n\n' "$*" >&2
    exit 3
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
echo "Installing Debian packages:$missing"
# Where the lists cannot be renewed, the old ones may do.
if ! { $sudo apt-get update -qq || true; $sudo env DEBIAN_FRONTEND=noninteractive "$@" -o DPkg::Lock::Timeout=120; } \
    >"$log" 2>&1; then
    cat "$log" >&2
    printf '\nThe packages could not be installed; see above. The command was:\n\n    %s\n' "$*" >&2
    exit 3
fi
