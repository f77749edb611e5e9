// SPDX-License-Identifier: GPL-3.0-or-later
// What resampling says: bootstrap intervals and permutation tests. The same seed gives the same
// answer on every machine.
#ifndef WN_STATS_RESAMPLE_H
#define WN_STATS_RESAMPLE_H

#include <stdint.h>

#include "core/base/err.h"
#include "core/stats/sample.h"

enum wn_boot_statistic { WN_BOOT_MEAN, WN_BOOT_MEDIAN, WN_BOOT_MEAN_DIFF, WN_BOOT_MEDIAN_DIFF };

struct wn_boot_setup {
    enum wn_boot_statistic statistic;
    size_t resamples;
    double conf;
    uint64_t seed;
};

struct wn_bootstrap {
    double point, se;
    double percentile_low, percentile_high; // Efron (1979)
    double bca_low, bca_high;               // Efron (1987); NaN where it is not defined
    const char *bca_reason;                 // why not; NULL: it is
};

// Of one clean sample, or two (then the difference first minus second), each resampled on its own.
// Medians sort the samples in place.
enum wn_status wn_bootstrap(const struct wn_sample *samples, size_t count,
                            const struct wn_boot_setup *setup, struct wn_bootstrap *bootstrap,
                            struct wn_err *err);

struct wn_permutation {
    double diff;                 // mean of x minus mean of y
    double p, p_less, p_greater; // two-sided by |difference|
    double count;                // of splits that were looked at, the one seen included
    bool exact;                  // they are all there are
};

// Fisher's randomisation test (1935) of the difference of means. Where all splits are no more than
// `resamples` each is taken once, else as many random ones, and the one seen counts as one of them
// (Phipson and Smyth 2010).
enum wn_status wn_permutation(const struct wn_sample *x, const struct wn_sample *y,
                              size_t resamples, uint64_t seed, struct wn_permutation *test,
                              struct wn_err *err);

#endif
