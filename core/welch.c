// SPDX-License-Identifier: GPL-3.0-or-later
// Welch: The generalization of "Student's" problem when several different population variances are
// involved (1947). The t distribution is GSL's.
#include "core/welch.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

double wn_welch_p(struct wn_mean a, struct wn_mean b) {
    if (!(a.se > 0) || !(b.se > 0) || a.count < 2 || b.count < 2)
        return NAN;
    double va = a.se * a.se, vb = b.se * b.se, both = va + vb;
    double freedom =
        both * both / (va * va / (double)(a.count - 1) + vb * vb / (double)(b.count - 1));
    return 2 * gsl_cdf_tdist_Q(fabs(a.mean - b.mean) / sqrt(both), freedom);
}
