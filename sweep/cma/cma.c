// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers in parentheses are equations of Hansen 2016. In place of C^(-1/2) stands the inverse of
// C's Cholesky factor, which differs by a rotation (Krause, Arbones and Igel 2016): lengths are the
// same. All numbers are in [0, 1]: what falls outside is drawn again, or mirrored.
#include "sweep/cma/cma.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "sweep/bins.h"
#include "sweep/cma/rates.h"
#include "sweep/gp/linalg.h"

enum { MOST_REDRAWS = 20 };
static const double first_sigma = 0.15; // of each range
static const double first_share = 0.3;  // of the name that it begins with, over an even one
static const double likely = 2;         // deviations
static const double name_rate = 0.6;    // at which the shares of names are learnt
static const double widest = 0.5;       // standard deviation of any number
static const double narrowest = 1e-5;   // then it has converged
static const double thinnest =
    1e-14; // the least of C's factor's diagonal over the greatest, squared

struct name { // a feature of names
    size_t feature, count;
    double *shares; // sum to 1
};

struct wn_cma {
    const struct wn_features *features;
    struct wn_cma_rates rates;
    size_t n;        // numbers
    size_t *numbers; // their features
    double sigma;
    double *mean, *step_path, *path, *covariance, *factor; // matrices by columns, lower triangles
    size_t generations;
    bool separable; // the covariance is a diagonal, at first
    bool thin;      // the covariance could no longer be factored
    size_t name_count;
    struct name *names;
};

// ---- life ---------------------------------------------------------------------------------------

static void add_name(struct wn_cma *cma, size_t k, double chosen) {
    struct name *name = &cma->names[cma->name_count++];
    name->feature = k;
    name->count = cma->features->items[k].level_count;
    name->shares = wn_calloc(name->count, sizeof *name->shares);
    double known = chosen >= 0 ? first_share : 0;
    for (size_t i = 0; i < name->count; i++)
        name->shares[i] = (1 - known) / (double)name->count;
    if (chosen >= 0)
        name->shares[(size_t)chosen] += known;
}

static void start_features(struct wn_cma *cma, const struct wn_cma_start *start) {
    for (size_t k = 0; k < cma->features->count; k++) {
        const struct wn_feature *feature = &cma->features->items[k];
        bool has = start->point && start->active[feature->leaf];
        if (feature->nominal) {
            add_name(cma, k, has ? start->point[k] : -1);
            continue;
        }
        cma->mean[cma->n] = has ? start->point[k] : 0.5;
        cma->numbers[cma->n++] = k;
    }
}

static void start_round(struct wn_cma *cma) {
    for (size_t i = 0; i < cma->n; i++)
        cma->covariance[i * cma->n + i] = cma->factor[i * cma->n + i] = 1;
}

static struct wn_cma *new_empty(const struct wn_features *features) {
    size_t d = features->count;
    struct wn_cma *cma = wn_calloc(1, sizeof *cma);
    *cma = (struct wn_cma){
        .features = features,
        .sigma = first_sigma,
        .numbers = wn_calloc(d, sizeof *cma->numbers),
        .mean = wn_calloc(d, sizeof *cma->mean),
        .step_path = wn_calloc(d, sizeof *cma->step_path),
        .path = wn_calloc(d, sizeof *cma->path),
        .covariance = wn_calloc(d * d, sizeof *cma->covariance),
        .factor = wn_calloc(d * d, sizeof *cma->factor),
        .names = wn_calloc(d, sizeof *cma->names),
    };
    return cma;
}

struct wn_cma *wn_cma_new(const struct wn_cma_start *start) {
    struct wn_cma *cma = new_empty(start->features);
    start_features(cma, start);
    start_round(cma);
    cma->separable = true;
    wn_cma_set_rates(&cma->rates, cma->n, start->features->count, start->population, true);
    return cma;
}

struct wn_cma *wn_cma_copy(const struct wn_cma *cma) {
    size_t n = cma->n;
    struct wn_cma *copy = new_empty(cma->features);
    struct wn_cma all = *cma;
    memcpy(copy->numbers, cma->numbers, n * sizeof *copy->numbers);
    memcpy(copy->mean, cma->mean, n * sizeof *copy->mean);
    memcpy(copy->step_path, cma->step_path, n * sizeof *copy->step_path);
    memcpy(copy->path, cma->path, n * sizeof *copy->path);
    memcpy(copy->covariance, cma->covariance, n * n * sizeof *copy->covariance);
    memcpy(copy->factor, cma->factor, n * n * sizeof *copy->factor);
    all.numbers = copy->numbers;
    all.mean = copy->mean;
    all.step_path = copy->step_path;
    all.path = copy->path;
    all.covariance = copy->covariance;
    all.factor = copy->factor;
    all.names = copy->names;
    for (size_t i = 0; i < cma->name_count; i++) {
        const struct name *name = &cma->names[i];
        copy->names[i] = *name;
        copy->names[i].shares = wn_calloc(name->count, sizeof *name->shares);
        memcpy(copy->names[i].shares, name->shares, name->count * sizeof *name->shares);
    }
    *copy = all;
    wn_cma_copy_rates(&copy->rates, &cma->rates);
    return copy;
}

void wn_cma_free(struct wn_cma *cma) {
    if (!cma)
        return;
    for (size_t i = 0; i < cma->name_count; i++)
        free(cma->names[i].shares);
    free(cma->names);
    wn_cma_free_rates(&cma->rates);
    free(cma->numbers);
    free(cma->mean);
    free(cma->step_path);
    free(cma->path);
    free(cma->covariance);
    free(cma->factor);
    free(cma);
}

size_t wn_cma_population(const struct wn_cma *cma) {
    return cma->rates.population;
}

static double deviation(const struct wn_cma *cma, size_t i) {
    return cma->sigma * sqrt(cma->covariance[i * cma->n + i]);
}

// ---- what a trial was drawn as ------------------------------------------------------------------

// A value stands for all that is rounded to it, and what is switched off for anything: it is drawn,
// so that neither makes the distribution narrower; a step that was owed to the margin is shortened.
static double lifted(const struct wn_cma *cma, size_t i, struct wn_cma_trial *trial) {
    const struct wn_feature *feature = &cma->features->items[cma->numbers[i]];
    double width = deviation(cma, i), x = trial->point[cma->numbers[i]];
    if (!trial->active[feature->leaf])
        return wn_gaussian_between(&trial->rng, cma->mean[i], width, 0, 1);
    if (!feature->level_count)
        return x;
    size_t bin = wn_bin_of(feature, x);
    x = wn_gaussian_between(&trial->rng, cma->mean[i], width, wn_bin_begin(feature, bin),
                            wn_bin_begin(feature, bin + 1));
    return fmin(fmax(x, cma->mean[i] - likely * width), cma->mean[i] + likely * width);
}

// Their steps from the mean, in units of sigma (39), to columns of `steps`, and their lengths.
// Those of no draw of this distribution are cut to a likely one (Hansen 2011, Injecting external
// solutions into CMA-ES).
static void take_steps(const struct wn_cma *cma, struct wn_cma_trial *ranked, double *steps,
                       double *lengths) {
    size_t n = cma->n;
    double longest = sqrt((double)n) + 2 * (double)n / ((double)n + 2);
    double *straight = wn_calloc(n, sizeof *straight);
    for (size_t j = 0; j < cma->rates.population; j++) {
        double *step = steps + j * n;
        for (size_t i = 0; i < n; i++)
            step[i] = (lifted(cma, i, &ranked[j]) - cma->mean[i]) / cma->sigma;
        memcpy(straight, step, n * sizeof *straight);
        wn_solve_lower(cma->factor, n, straight, 1);
        double length = sqrt(wn_dot(straight, straight, n));
        double cut = fmin(1, longest / fmax(length, 1e-300));
        for (size_t i = 0; i < n; i++)
            step[i] *= cut;
        lengths[j] = length * cut;
    }
    free(straight);
}

// ---- numbers ------------------------------------------------------------------------------------

// (42); the weighted mean of the steps goes to `mean_step`.
static void move_mean(struct wn_cma *cma, const double *steps, double *mean_step) {
    for (size_t j = 0; j < cma->rates.parents; j++)
        for (size_t i = 0; i < cma->n; i++)
            mean_step[i] += cma->rates.weights[j] * steps[j * cma->n + i];
    for (size_t i = 0; i < cma->n; i++)
        cma->mean[i] = fmin(fmax(cma->mean[i] + cma->sigma * mean_step[i], 0), 1);
}

// (43), (44); returns the path's length over that of a random one.
static double adapt_sigma(struct wn_cma *cma, const double *mean_step) {
    const struct wn_cma_rates *rates = &cma->rates;
    size_t n = cma->n;
    double *straight = wn_calloc(n, sizeof *straight), c = rates->step_path;
    memcpy(straight, mean_step, n * sizeof *straight);
    wn_solve_lower(cma->factor, n, straight, 1);
    for (size_t i = 0; i < n; i++)
        cma->step_path[i] =
            (1 - c) * cma->step_path[i] + sqrt(c * (2 - c) * rates->effective) * straight[i];
    free(straight);
    double length = sqrt(wn_dot(cma->step_path, cma->step_path, n)) / rates->random_length;
    cma->sigma *= exp(fmin(1, c / rates->damping * (length - 1)));
    return length;
}

// (45) to (47).
static void adapt_covariance(struct wn_cma *cma, const double *steps, const double *lengths,
                             const double *mean_step, double length) {
    const struct wn_cma_rates *rates = &cma->rates;
    size_t n = cma->n;
    double c = rates->path, age = 2 * (double)(cma->generations + 1);
    double usual = sqrt(1 - pow(1 - rates->step_path, age));
    bool moves = length / usual < 1.4 + 2 / ((double)n + 1);
    for (size_t i = 0; i < n; i++)
        cma->path[i] = (1 - c) * cma->path[i] +
                       (moves ? sqrt(c * (2 - c) * rates->effective) * mean_step[i] : 0);
    double kept =
        1 + rates->one * (moves ? 0 : c * (2 - c)) - rates->one - rates->many * rates->weight_sum;
    for (size_t b = 0; b < n; b++) {
        size_t end = cma->separable ? b + 1 : n;
        for (size_t a = b; a < end; a++) {
            double sum = 0;
            for (size_t j = 0; j < rates->population; j++) {
                double weight = rates->weights[j];
                if (weight < 0)
                    weight *= (double)n / fmax(lengths[j] * lengths[j], 1e-300);
                sum += weight * steps[j * n + a] * steps[j * n + b];
            }
            double *entry = &cma->covariance[b * n + a];
            *entry = kept * *entry + rates->one * cma->path[a] * cma->path[b] + rates->many * sum;
        }
    }
}

static void factor(struct wn_cma *cma) {
    size_t n = cma->n;
    memcpy(cma->factor, cma->covariance, n * n * sizeof *cma->factor);
    cma->thin = !wn_cholesky(cma->factor, n);
    double least = INFINITY, most = 0, width = 0;
    for (size_t i = 0; i < n; i++) {
        double entry = cma->factor[i * n + i];
        least = fmin(least, entry * entry);
        most = fmax(most, entry * entry);
        width = fmax(width, sqrt(cma->covariance[i * n + i]));
    }
    cma->thin = cma->thin || !(least > thinnest * most) || !isfinite(most);
    cma->sigma = fmin(cma->sigma, widest / width);
}

// ---- names --------------------------------------------------------------------------------------

// The natural gradient, and a margin so that no name is lost (Hamano et al. 2024, eq. 12 and 3.3).
static void adapt_name(struct wn_cma *cma, struct name *name, const struct wn_cma_trial *ranked) {
    const struct wn_cma_rates *rates = &cma->rates;
    size_t leaf = cma->features->items[name->feature].leaf;
    double *seen = wn_calloc(name->count, sizeof *seen), all = 0, sum = 0;
    for (size_t j = 0; j < rates->parents; j++)
        if (ranked[j].active[leaf]) {
            seen[(size_t)ranked[j].point[name->feature]] += rates->weights[j];
            all += rates->weights[j];
        }
    double least = (1 - pow(0.73, 1 / (double)cma->name_count)) / (double)(name->count - 1);
    least = fmin(least, 0.5 / (double)name->count);

    for (size_t i = 0; i < name->count; i++) {
        name->shares[i] += name_rate * (seen[i] - all * name->shares[i]);
        name->shares[i] = fmax(name->shares[i], least);
        sum += name->shares[i];
    }
    for (size_t i = 0; i < name->count; i++)
        name->shares[i] /= sum;
    free(seen);
}

// Ros and Hansen 2008, A simple modification in CMA-ES achieving linear time and space complexity:
// at first a diagonal is learnt faster, which is most of what there is to learn.
static void unfold(struct wn_cma *cma) {
    size_t population = cma->rates.population;
    double enough = 2 + 100 * (double)cma->n / sqrt((double)population);
    if (!cma->separable || (double)(cma->generations * population) < enough)
        return;
    cma->separable = false;
    wn_cma_free_rates(&cma->rates);
    wn_cma_set_rates(&cma->rates, cma->n, cma->features->count, population, false);
}

void wn_cma_update(struct wn_cma *cma, struct wn_cma_trial *ranked) {
    size_t n = cma->n, population = cma->rates.population;
    for (size_t i = 0; i < cma->name_count; i++)
        adapt_name(cma, &cma->names[i], ranked);
    if (n) {
        double *steps = wn_calloc(population * n, sizeof *steps);
        double *lengths = wn_calloc(population, sizeof *lengths);
        double *mean_step = wn_calloc(n, sizeof *mean_step);
        take_steps(cma, ranked, steps, lengths);
        move_mean(cma, steps, mean_step);
        double length = adapt_sigma(cma, mean_step);
        adapt_covariance(cma, steps, lengths, mean_step, length);
        factor(cma);
        free(steps);
        free(lengths);
        free(mean_step);
    }
    cma->generations++;
    unfold(cma);
}

bool wn_cma_converged(const struct wn_cma *cma) {
    double width = 0;
    for (size_t i = 0; i < cma->n; i++)
        width = fmax(width, deviation(cma, i));
    return cma->thin || (cma->n && width < narrowest);
}

// ---- draws --------------------------------------------------------------------------------------

static double mirrored(double x) {
    double period = fmod(fabs(x), 2);
    return period > 1 ? 2 - period : period;
}

static void draw_numbers(const struct wn_cma *cma, struct wn_rng *rng, double *x) {
    size_t n = cma->n;
    bool inside = false;
    for (int tries = 0; !inside && tries < MOST_REDRAWS; tries++) {
        for (size_t i = 0; i < n; i++)
            x[i] = gsl_cdf_ugaussian_Pinv(wn_rng_uniform(rng));
        wn_multiply_lower(cma->factor, n, x, 1);
        inside = true;
        for (size_t i = 0; i < n; i++) {
            x[i] = cma->mean[i] + cma->sigma * x[i];
            inside = inside && x[i] >= 0 && x[i] <= 1;
        }
    }
    for (size_t i = 0; i < n; i++)
        x[i] = mirrored(x[i]);
}

// A value that is one of few never becomes certain: the next one on either side keeps a margin
// (after Hamano, Saito, Nomura and Shirakawa 2022, CMA-ES with margin, GECCO).
static double with_margin(const struct wn_cma *cma, size_t i, struct wn_rng *rng, double x) {
    const struct wn_feature *feature = &cma->features->items[cma->numbers[i]];
    double u = wn_rng_uniform(rng);
    if (!feature->level_count)
        return x;
    double margin = 1 / (double)(cma->features->count * cma->rates.population);
    size_t home = wn_bin_of(feature, cma->mean[i]);
    double stays = wn_gaussian_share(cma->mean[i], deviation(cma, i), wn_bin_begin(feature, home),
                                     wn_bin_begin(feature, home + 1));
    if (1 - stays >= 2 * margin || u >= 2 * margin)
        return x;
    bool up = home == 0 || (u < margin && home + 1 < feature->level_count);
    return feature->levels[up ? home + 1 : home - 1];
}

static double draw_name(const struct wn_feature *feature, const struct name *name,
                        struct wn_rng *rng) {
    double u = wn_rng_uniform(rng);
    size_t i = 0;
    for (; i + 1 < name->count && u >= name->shares[i]; i++)
        u -= name->shares[i];
    return feature->units[i];
}

void wn_cma_draw(const struct wn_cma *cma, struct wn_rng *rng, double *unit) {
    const struct wn_features *features = cma->features;
    double *x = wn_calloc(cma->n + 1, sizeof *x);
    for (size_t leaf = 0; leaf < features->space->count; leaf++)
        unit[leaf] = 0.5;
    if (cma->n)
        draw_numbers(cma, rng, x);
    for (size_t i = 0; i < cma->n; i++) {
        size_t k = cma->numbers[i];
        unit[features->items[k].leaf] =
            wn_feature_unit(features, k, with_margin(cma, i, rng, x[i]));
    }
    for (size_t i = 0; i < cma->name_count; i++) {
        const struct wn_feature *feature = &features->items[cma->names[i].feature];
        unit[feature->leaf] = draw_name(feature, &cma->names[i], rng);
    }
    free(x);
}
