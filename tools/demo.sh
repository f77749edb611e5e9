#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What `make demo` shows, once all packages are there: builds, runs the svm example, prints its board.
# usage: tools/demo.sh 'MAKE ALL'   (the command that builds)
set -eu
cd "$(dirname "$0")/.."
# A store of its own, whatever stores there are further up.
WINNOW_STORE=$PWD/.winnow
export WINNOW_STORE

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ] && [ "${TERM:-dumb}" != dumb ]; then
    bold=$(printf '\033[1m') plain=$(printf '\033[0m')
else
    bold='' plain=''
fi
step() { printf '%s%s%s\n' "$bold" "$1" "$plain"; }

if [ -x build/winnow ]; then
    step '1. Build'
else
    step '1. Build (half a minute or so)'
fi
$1

step '2. Tune svm-train on real data: build/winnow run examples/svm/sweep.yaml'
build/winnow run examples/svm/sweep.yaml --new
sweep=$(build/winnow internals sweeps | head -n 1)

step "3. The leaderboard: build/winnow board $sweep --top 10"
build/winnow board "$sweep" --top 10

step 'Next'
next() { printf '  %-41s %s\n' "$1" "$2"; }
next build/winnow 'the dashboard'
next "build/winnow show $sweep" 'all about this sweep'
next 'build/winnow run examples/mlp/sweep.yaml' 'a network; bad trials stop early'
next 'build/winnow --help' 'every command'
next 'sudo make install' 'then it is just winnow'
