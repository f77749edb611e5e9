// SPDX-License-Identifier: GPL-3.0-or-later
// What a comparison comes to, as a kind that programs branch on and a sentence for people.
#ifndef WN_COMPARE_VERDICT_H
#define WN_COMPARE_VERDICT_H

#include "core/compare/guardrail.h"

enum wn_verdict_kind {
#define X(id, name, meaning) WN_VERDICT_##id,
#include "core/compare/verdicts.def"
#undef X
    WN_VERDICTS
};

const char *wn_verdict_name(enum wn_verdict_kind kind);    // "b-better", as JSON has it
const char *wn_verdict_meaning(enum wn_verdict_kind kind); // one phrase

struct wn_verdict_case { // all borrowed
    const char *metric;  // that decides
    const struct wn_contrast *contrast;
    const struct wn_guardrail *guardrails;
    size_t guardrail_count;
    double least;        // the smallest difference that matters; 0: any
    const char *what;    // a value of a side is: "run", "configuration"
    const char *empty_a; // why a side without values has none: "2 failed"; or NULL
    const char *empty_b;
    const char *more; // the command that runs more of both; or NULL
};

struct wn_compare_verdict {
    enum wn_verdict_kind kind;
    char *text; // no full stop at its end
};

void wn_verdict_of(const struct wn_verdict_case *about, struct wn_compare_verdict *verdict);

// A number with as many digits as its standard error `se` leaves any meaning; se NaN or 0: six
// significant ones. `out` holds at least 32 bytes.
const char *wn_measure_text(double number, double se, char *out);

#endif
