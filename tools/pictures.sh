#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The pictures of the README, from the real program: real sweeps are run in a store of their own, and the
# dashboard is opened on them while they run.
# usage: tools/pictures.sh BUILD
set -eu
cd "$(dirname "$0")/.."
winnow=$PWD/$1/winnow
WINNOW_STORE=$PWD/$1/pictures
export WINNOW_STORE
rm -rf "$WINNOW_STORE"

at_least() { # trials that are over, sweep
    until [ "$("$winnow" show "$2" --json | jq '.trials.finished + .trials.stopped')" -ge "$1" ]; do
        sleep 0.2
    done
}

"$winnow" run --quiet --method bayes --seed 1 --trials 40 --name svm examples/svm/sweep.yaml >/dev/null
"$winnow" run --quiet --detach --method bayes --trials 60 examples/mlp/sweep.yaml
at_least 20 mlp
tools/picture.py docs/dashboard.svg 100x26 'Down' running "$winnow" top mlp
tools/picture.py docs/trial.svg 100x26 'Enter' val_loss "$winnow" top mlp
"$winnow" stop --now mlp >/dev/null
"$winnow" ab mlp --top 2 --max-repeats 30 --quiet >/dev/null || true # whoever wins
tools/picture.py docs/race.svg 100x26 '' round "$winnow" top mlp-ab --screen compare
