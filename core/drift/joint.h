// SPDX-License-Identifier: GPL-3.0-or-later
// The classifier two-sample test (Lopez-Paz and Oquab, Revisiting classifier two-sample tests,
// 2017): a model learns to tell rows of the reference from current ones; if it can, on rows that it
// has not seen, the data moved, also where every single column looks the same. Cross-validated; the
// AUC of a fold is of rows unknown to its model, so DeLong, DeLong and Clarke-Pearson's variance
// (1988) holds.
#ifndef WN_DRIFT_JOINT_H
#define WN_DRIFT_JOINT_H

#include "core/base/err.h"
#include "core/data/rowsample.h"

enum { WN_JOINT_ROWS = 5000 }; // a side that are looked at

struct wn_joint {
    double auc, low, high; // 95% interval
    double p;              // one-sided: of such an AUC where nothing moved
    bool drift;            // p < alpha and AUC at least the threshold
    double *shares;        // of each column in what gives the sides away; they add up to 1
    size_t columns;
};

extern const double wn_joint_threshold; // AUC

// Of samples with the same columns; those where `use` is false are left out. WN_NO: too few rows,
// or no column to look at.
enum wn_status wn_joint_test(const struct wn_row_sample *ref, const struct wn_row_sample *cur,
                             const bool *categories, double alpha, struct wn_joint *joint,
                             struct wn_err *err);
void wn_joint_free(struct wn_joint *joint);

struct wn_auc {
    double auc, variance;
};
// Of scores of `no` and of `yes`, whose order they lose; Sun and Xu's way by midranks (2014).
struct wn_auc wn_auc_of(double *no, size_t no_count, double *yes, size_t yes_count);

#endif
