// SPDX-License-Identifier: GPL-3.0-or-later
// Rows: whether, and how far, two distributions differ.
#include <string.h>

#include "core/stats/distance.h"
#include "core/stats/ks.h"
#include "core/stats/rows/rows.h"
#include "core/stats/squares.h"

static enum wn_status run_ks(struct wn_stat_arg *args, struct wn_answer *answer,
                             struct wn_err *err) {
    wn_rows_sort(&args[0], &args[1], answer);
    struct wn_ks ks;
    enum wn_status status = wn_ks(args[0].samples, args[1].samples, &ks, err);
    if (status != WN_OK)
        return status;
    wn_answer_number(answer, "d", ks.d);
    wn_answer_number(answer, "at", ks.where);
    wn_answer_number(answer, "p", ks.p);
    wn_answer_word(answer, "method", ks.method);
    if (!isnan(ks.p_exact))
        wn_answer_number(answer, "p_exact", ks.p_exact);
    if (!isnan(ks.p_exact_ties))
        wn_answer_number(answer, "p_exact_ties", ks.p_exact_ties);
    if (!isnan(ks.p_ties))
        wn_answer_number(answer, "p_asymp_ties", ks.p_ties);
    if (!isnan(ks.p_one_sample))
        wn_answer_number(answer, "p_asymp_kstwo", ks.p_one_sample);
    wn_answer_number(answer, "p_asymp_kolmogorov", ks.p_limit);
    return WN_OK;
}

const struct wn_stat wn_stat_ks_2samp = {
    .name = "ks_2samp",
    .summary = "whether two samples come from one distribution (Kolmogorov-Smirnov)",
    .fields = {WN_FIELD_X, WN_FIELD_Y},
    .run = run_ks,
};

static enum wn_status run_cramer(struct wn_stat_arg *args, struct wn_answer *answer,
                                 struct wn_err *err) {
    wn_rows_sort(&args[0], &args[1], answer);
    struct wn_cramer test;
    enum wn_status status = wn_cramer(args[0].samples, args[1].samples, &test, err);
    if (status != WN_OK)
        return status;
    wn_answer_number(answer, "t", test.t);
    wn_answer_number(answer, "p", test.p);
    wn_answer_word(answer, "method", test.method);
    wn_answer_number(answer, "p_asymptotic", test.p_limit);
    if (!isnan(test.p_exact))
        wn_answer_number(answer, "p_exact", test.p_exact);
    return WN_OK;
}

const struct wn_stat wn_stat_cvm_2samp = {
    .name = "cvm_2samp",
    .summary = "the same, by all gaps and not the largest alone (Cramer-von Mises)",
    .fields = {WN_FIELD_X, WN_FIELD_Y},
    .run = run_cramer,
};

static enum wn_status run_anderson(struct wn_stat_arg *args, struct wn_answer *answer,
                                   struct wn_err *err) {
    wn_rows_clean_all(&args[0], answer);
    for (size_t i = 0; i < args[0].count; i++)
        wn_sort(args[0].samples[i].values, args[0].samples[i].count);
    struct wn_anderson test;
    enum wn_status status = wn_anderson(args[0].samples, args[0].count, &test, err);
    if (status != WN_OK)
        return status;
    wn_answer_number(answer, "a2_norm_midrank", test.midrank);
    wn_answer_number(answer, "a2_norm_right", test.right);
    wn_answer_number(answer, "p_scipy_interp", test.p);
    return WN_OK;
}

const struct wn_stat wn_stat_anderson_ksamp = {
    .name = "anderson_ksamp",
    .summary = "whether several samples come from one distribution (Anderson-Darling)",
    .fields = {{.name = "samples", .kind = WN_STAT_SAMPLES, .help = "two samples or more"}},
    .run = run_anderson,
};

// ---- distances ----------------------------------------------------------------------------------

#define FIELD_REF                                                                                  \
    { .name = "ref", .kind = WN_STAT_SAMPLE, .help = "numbers of the reference" }
#define FIELD_CUR                                                                                  \
    { .name = "cur", .kind = WN_STAT_SAMPLE, .help = "numbers now" }

static enum wn_status sort_both(struct wn_stat_arg *args, struct wn_err *err) {
    for (int i = 0; i < 2; i++) {
        wn_sample_clean(args[i].samples);
        if (args[i].samples->count == 0)
            return wn_fail(err, WN_NO, "no values in %s", i ? "cur" : "ref");
        wn_sort(args[i].samples->values, args[i].samples->count);
    }
    return WN_OK;
}

static enum wn_status run_wasserstein(struct wn_stat_arg *args, struct wn_answer *answer,
                                      struct wn_err *err) {
    if (sort_both(args, err) != WN_OK)
        return WN_NO;
    struct wn_transport transport = wn_transport(args[0].samples, args[1].samples);
    wn_answer_number(answer, "w1", transport.wasserstein);
    wn_answer_number(answer, "w1_norm", transport.normed);
    wn_answer_number(answer, "energy", transport.energy);
    return WN_OK;
}

const struct wn_stat wn_stat_wasserstein = {
    .name = "wasserstein",
    .summary = "how far values moved on average (earth mover's), and the energy distance",
    .fields = {FIELD_REF, FIELD_CUR},
    .run = run_wasserstein,
};

static void tell_deciles(struct wn_answer *answer, const struct wn_sample *ref,
                         const struct wn_sample *cur) {
    struct wn_bins bins = wn_decile_bins(ref);
    struct wn_shares shares = wn_shares_by_deciles(&bins, ref, cur);
    wn_answer_number(answer, "psi_quantile10", wn_psi(&shares));
    memcpy(wn_answer_list(answer, "quantile10_edges", bins.count), bins.edges,
           bins.count * sizeof *bins.edges);
    wn_shares_free(&shares);
    wn_bins_free(&bins);
}

static void tell_distances(struct wn_answer *answer, const struct wn_shares *shares) {
    double distance = wn_jensen_shannon(shares);
    wn_answer_number(answer, "psi_evidently", wn_psi(shares));
    wn_answer_number(answer, "js_evidently", distance);
    wn_answer_number(answer, "kl_evidently", wn_kullback_leibler(shares));
    wn_answer_number(answer, "js_base2_sturges", distance / sqrt(M_LN2));
}

// What depends on bins of equal width, all values counted or each distinct one once for their
// number.
static void tell_widths(struct wn_answer *answer, const struct wn_sample *ref,
                        const struct wn_sample *cur) {
    double least = fmin(ref->values[0], cur->values[0]);
    double most = fmax(ref->values[ref->count - 1], cur->values[cur->count - 1]);
    struct wn_shares by_value = wn_shares_by_value(ref, cur);
    struct wn_bins bins = wn_sturges_bins(least, most, ref->count + cur->count);
    size_t distinct = wn_distinct(ref);
    if (distinct <= 20 || bins.count == 0)
        tell_distances(answer, &by_value);
    if (bins.count > 0) {
        struct wn_shares shares = wn_shares_by_width(&bins, ref, cur);
        struct wn_bins fewer = wn_sturges_bins(least, most, by_value.count);
        struct wn_shares by_fewer = wn_shares_by_width(&fewer, ref, cur);
        if (distinct > 20)
            tell_distances(answer, &shares);
        wn_answer_count(answer, "sturges_bins", bins.count - 1);
        wn_answer_number(answer, "sturges_first_edge", bins.edges[0]);
        wn_answer_number(answer, "sturges_last_edge", bins.edges[bins.count - 1]);
        wn_answer_number(answer, "hellinger_evidently", wn_hellinger(&by_fewer));
        wn_answer_number(answer, "hellinger_sturges", wn_hellinger(&shares));
        wn_shares_free(&shares);
        wn_shares_free(&by_fewer);
        wn_bins_free(&fewer);
    }
    wn_shares_free(&by_value);
    wn_bins_free(&bins);
    wn_answer_count(answer, "ref_unique", distinct);
}

static enum wn_status run_binned(struct wn_stat_arg *args, struct wn_answer *answer,
                                 struct wn_err *err) {
    if (sort_both(args, err) != WN_OK)
        return WN_NO;
    const struct wn_sample *ref = args[0].samples, *cur = args[1].samples;
    struct wn_transport transport = wn_transport(ref, cur);
    tell_deciles(answer, ref, cur);
    tell_widths(answer, ref, cur);
    wn_answer_number(answer, "wasserstein", transport.wasserstein);
    wn_answer_number(answer, "wasserstein_norm_evidently", transport.normed);
    wn_answer_number(answer, "energy_distance", transport.energy);
    return WN_OK;
}

const struct wn_stat wn_stat_binned_distance_numeric = {
    .name = "binned_distance_numeric",
    .summary = "how far two samples lie apart in bins: PSI, Jensen-Shannon, KL, Hellinger",
    .fields = {FIELD_REF, FIELD_CUR},
    .run = run_binned,
};
