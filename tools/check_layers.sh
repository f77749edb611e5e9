#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Fails where an include points upward (core/base < core < sweep < cli, tui, serve), where core or
# sweep prints, exits, reads the environment or the clock, or where a function or file grew too long.
set -u
cd "$(dirname "$0")/.." || exit 2
failed=0

complain() { # what, where
    [ -z "$2" ] && return
    printf '%s:\n%s\n' "$1" "$2" >&2
    failed=1
}

includes() { # files' folder, pattern of folders it must not include
    grep -rnE "^#include \"($2)/" --include='*.[ch]' "$1"
}

complain 'core/base includes what lies above it' \
    "$(grep -rnE '^#include "' --include='*.[ch]' core/base | grep -v '"core/base/')"
complain 'core includes what lies above it' "$(includes core 'sweep|cli|tui|serve')"
complain 'sweep includes what lies above it' "$(includes sweep 'cli|tui|serve')"
complain 'tui includes what lies beside it' "$(includes tui 'cli|serve')"

# The shim is a program of its own; clock.c, mem.c and provenance.c exist to do what they do.
library() {
    find core sweep -name '*.c' ! -path 'sweep/shim/*' ! -name clock.c ! -name mem.c
}
complain 'only cli and tui print' \
    "$(library | xargs grep -nE '\b(printf|fprintf|puts|putchar|perror) *\(')"
complain 'only main ends the program' "$(library | xargs grep -nE '\b(exit|_exit|abort) *\(')"
complain 'the environment is passed in' \
    "$(library | xargs grep -nE '(^|[^>._a-z])(getenv|setenv|secure_getenv) *\(')"
complain 'the clock is core/base/clock.h' \
    "$(library | xargs grep -nE '\b(clock_gettime|gettimeofday|time) *\(')"

# shellcheck disable=SC2016  # the program is awk's
complain 'functions of over 70 lines' "$(find core sweep tui cli -name '*.c' -print0 | xargs -0 awk '
    FNR == 1 { start = 0 }
    /^[A-Za-z_].*\) *\{ *$/ || /^[A-Za-z_ ].*\)$/ { name = $0; start = FNR }
    /^\}/ && start { if (FNR - start > 70) print FILENAME ":" start ": " name; start = 0 }')"
complain 'files of over 700 lines' "$(find core sweep tui cli -name '*.[ch]' -print0 |
    xargs -0 wc -l | awk '$2 != "total" && $1 > 700 { print $2 ": " $1 }')"
complain 'no SPDX line at the top' "$(find core sweep tui cli tests bench -name '*.[ch]' -print0 |
    xargs -0 grep -L '^// SPDX-License-Identifier: GPL-3.0-or-later')"
exit $failed
