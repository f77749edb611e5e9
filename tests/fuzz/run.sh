#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs one fuzzer for a while, from its seeds (tests/fuzz/NAME/) and what earlier runs found
# (build/corpus/NAME/). Quiet, unless it finds something: then all it said, and exit code 1.
# usage: tests/fuzz/run.sh SECONDS FUZZER
set -u
name=${2##*/fuzz_}
corpus=build/corpus/$name
log=build/fuzz/$name.log
mkdir -p "$corpus"
set -- "$1" "$2" "$corpus"
[ -d "tests/fuzz/$name" ] && set -- "$@" "tests/fuzz/$name"
seconds=$1 fuzzer=$2
shift 2
if "$fuzzer" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
    -artifact_prefix="build/fuzz/$name-" "$@" >"$log" 2>&1; then
    echo "$name: $seconds s without a finding"
else
    cat "$log"
    echo "$name: FOUND SOMETHING, see build/fuzz/$name-*"
    exit 1
fi
