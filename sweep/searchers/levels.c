// SPDX-License-Identifier: GPL-3.0-or-later
// Found from the distribution's inverse CDF alone, so that it is the same for every distribution.
#include "sweep/searchers/levels.h"

static double position(const struct wn_param *param, struct wn_scalar scalar) {
    return param->kind == WN_KIND_FLOAT ? scalar.number : (double)scalar.integer;
}

static struct wn_scalar value_at(const struct wn_param *param, double u) {
    return param->dist->quantile(&param->args, u);
}

// The next choice from `index` on that can come at all; a list may hold one twice, so that the
// inverse CDF tells nothing about the order.
static bool next_choice(const struct wn_param *param, int64_t index, struct wn_scalar *scalar) {
    for (; index < (int64_t)param->args.count; index++) {
        struct wn_scalar choice = {.integer = index};
        if (value_at(param, param->dist->cdf(&param->args, choice)).integer == index) {
            *scalar = choice;
            return true;
        }
    }
    return false;
}

struct wn_scalar wn_level_first(const struct wn_param *param) {
    struct wn_scalar scalar = value_at(param, 0);
    if (param->kind == WN_KIND_CHOICE)
        next_choice(param, 0, &scalar);
    return scalar;
}

// The next value of a discrete leaf. The inverse CDF of numbers never falls, so halving between the
// middle of this value's interval and 1 finds where the next one begins.
bool wn_level_next(const struct wn_param *param, struct wn_scalar *scalar) {
    if (param->kind == WN_KIND_CHOICE)
        return next_choice(param, scalar->integer + 1, scalar);
    double here = position(param, *scalar);
    double low = param->dist->cdf(&param->args, *scalar), high = 1;
    if (!(position(param, value_at(param, high)) > here))
        return false;
    for (double middle; (middle = low + (high - low) / 2) > low && middle < high;) {
        if (position(param, value_at(param, middle)) > here)
            high = middle;
        else
            low = middle;
    }
    *scalar = value_at(param, high);
    return true;
}
