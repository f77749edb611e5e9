// SPDX-License-Identifier: GPL-3.0-or-later
// A limit that B must keep in one metric, whatever it wins in another: "latency_ms<=+5%". With a
// sign the limit is on the difference to A, relative with "%"; without one on B itself.
#ifndef WN_COMPARE_GUARDRAIL_H
#define WN_COMPARE_GUARDRAIL_H

#include "core/base/err.h"
#include "core/compare/contrast.h"

enum wn_guardrail_kind {
    WN_GUARDRAIL_RELATIVE, // B - A by the size of A
    WN_GUARDRAIL_CHANGE,   // B - A
    WN_GUARDRAIL_VALUE,    // B
};

enum wn_guardrail_state {
    WN_GUARDRAIL_HOLDS,
    WN_GUARDRAIL_UNCERTAIN, // the mean keeps it, but its interval reaches beyond, or there is none
    WN_GUARDRAIL_BROKEN,    // the mean is beyond it: B does not win
};

struct wn_guardrail {
    char *text; // as it was written
    char *metric;
    enum wn_guardrail_kind kind;
    bool at_least; // >=, else <=
    double limit;  // as it was written: 5 of "+5%"
    // What was seen of it, in the unit of `limit`; filled in by wn_guardrail_judge().
    double value, low, high; // low and high NaN: no interval
    enum wn_guardrail_state state;
};

// WN_BAD_INPUT says what is wrong and where.
enum wn_status wn_guardrail_parse(const char *text, struct wn_guardrail *guardrail,
                                  struct wn_err *err);
void wn_guardrail_clear(struct wn_guardrail *guardrail);
// By the values of its metric on both sides, which are left as they are, and the design that the
// metric itself is compared by. Without a value the guardrail is uncertain.
void wn_guardrail_judge(struct wn_guardrail *guardrail, const struct wn_sample *a,
                        const struct wn_sample *b, const struct wn_contrast_design *design);

#endif
