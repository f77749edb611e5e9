#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs all unit tests and end-to-end tests of a build and sums them up in one last line:
#     N passed, N failed, N skipped
# usage: tests/run.sh BUILD   (build, or build/asan)
set -u
cd "$(dirname "$0")/.." || exit 2
build=${1:-build}
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
WINNOW=$(pwd)/$build/winnow
WINNOW_SHIM=$(pwd)/$build/winnow-shim
export WINNOW WINNOW_SHIM

# Each unit test program in a process group of its own with a limit; two at a time.
run_unit() { # program, file of its output
    CMOCKA_MESSAGE_OUTPUT=TAP timeout 300 "$1" >"$2" 2>&1
    echo "exit $?" >>"$2"
}
slots=0
for program in "$build"/tests/unit/test_*; do
    if [ ! -x "$program" ] || [ ! -f "$program" ]; then continue; fi
    case $program in *.d) continue ;; esac
    run_unit "$program" "$results/$(basename "$program").tap" &
    slots=$((slots + 1))
    [ $((slots % 2)) -eq 0 ] && wait
done
wait

passed=0 failed=0 skipped=0
for tap in "$results"/*.tap; do
    [ -e "$tap" ] || continue
    name=$(basename "$tap" .tap)
    skip=$(grep -cE '^(not )?ok [0-9].*# SKIP' "$tap")
    good=$(grep -E '^ok [0-9]' "$tap" | grep -vc '# SKIP')
    bad=$(grep -E '^not ok [0-9]' "$tap" | grep -vc '# SKIP')
    # A program that died, or said nothing, failed though no test of it did.
    if ! grep -q '^exit 0$' "$tap" && [ "$bad" -eq 0 ]; then bad=1; fi
    if [ $((good + bad + skip)) -eq 0 ]; then bad=1; fi
    if [ "$bad" -gt 0 ]; then
        printf '\n--- %s\n' "$name"
        cat "$tap"
    fi
    grep -E '# SKIP' "$tap" | sed "s/^/$name: skipped: /"
    passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + skip))
done
printf 'unit tests: %d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"

/usr/bin/python3 -m pytest tests/e2e -q -rs -p no:cacheprovider >"$results/e2e" 2>&1
status=$?
cat "$results/e2e"
summary=$(tail -n 1 "$results/e2e")
count() { printf '%s' "$summary" | grep -oE "[0-9]+ $1" | head -n 1 | cut -d' ' -f1; }
e2e_passed=$(count passed) e2e_skipped=$(count skipped) e2e_failed=$(count failed)
e2e_errors=$(count error)
bad=$((${e2e_failed:-0} + ${e2e_errors:-0}))
if [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then bad=1; fi
passed=$((passed + ${e2e_passed:-0})) failed=$((failed + bad))
skipped=$((skipped + ${e2e_skipped:-0}))

printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" -eq 0 ]
