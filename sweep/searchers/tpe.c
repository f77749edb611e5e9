// SPDX-License-Identifier: GPL-3.0-or-later
// A tree-structured Parzen estimator. It begins with a few points of a Sobol sequence. From then on
// the best of what ended make one density, l, and all others make another, g, together with what is
// still running (a lie, so that workers keep apart) and what failed, which is the worst; of some
// draws of l the one with the highest l / g is tried, which has the highest expected improvement
// (Bergstra et al. 2011, eq. 2 to 4; Watanabe 2023, eq. 8 to 10).
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/rng.h"
#include "sweep/searchers/history.h"
#include "sweep/tpe/parzen.h"

enum {
    FIRST_POINTS = 10, // of the Sobol sequence
    FEWEST_TOLD = 4,   // with an objective
    MOST_BETTER = 25,  // make l
    CANDIDATES = 64,   // draws of l
    MOST_DRAWS = 4096, // until so many of them are fresh
    MOST_NEXT = 128,   // of the others: so many of the best of them,
    MOST_LATEST = 128, // of the latest,
    MOST_REST = 128,   // and so many for all else, each for several, make g
};
static const double widest = 0.1;       // bandwidth of a single kernel, until there are so many
static const double settling = 50;      // results
static const double better_part = 0.15; // of those with an objective
static const double least_weight = 1e-3;

struct ranked {
    const struct wn_past *trial;
    double value; // INFINITY: failed or running
};

struct sides { // kernels of both densities
    struct wn_kernel *better, *worse;
    size_t better_count, worse_count;
};

// ---- two sides ----------------------------------------------------------------------------------

static int compare_ranked(const void *a, const void *b) {
    const struct ranked *left = a, *right = b;
    if (left->value != right->value)
        return left->value < right->value ? -1 : 1;
    return (left->trial->id > right->trial->id) - (left->trial->id < right->trial->id);
}

// The best first; what ended without its own doing is left out.
static struct ranked *rank(const struct wn_history *history, size_t *count) {
    struct ranked *ranked = wn_calloc(history->count, sizeof *ranked);
    *count = 0;
    for (size_t i = 0; i < history->count; i++) {
        const struct wn_past *trial = &history->trials[i];
        bool has_value = wn_past_has_value(trial);
        if (has_value || !trial->ended || wn_past_has_failed(trial))
            ranked[(*count)++] = (struct ranked){trial, has_value ? trial->value : INFINITY};
    }
    qsort(ranked, *count, sizeof *ranked, compare_ranked);
    return ranked;
}

static struct wn_kernel kernel_of(const struct wn_past *trial, double weight) {
    return (struct wn_kernel){trial->point, trial->config->active, weight};
}

static size_t count_better(const struct wn_history *history) {
    return (size_t)fmin(ceil(better_part * (double)history->told), MOST_BETTER);
}

// Each weighs what it is ahead of the best that is not among them (Song et al. 2022; Watanabe 2023,
// eq. 19).
static void choose_better(struct sides *sides, const struct ranked *ranked, size_t count) {
    double sum = 0, bar = ranked[count].value;
    sides->better = wn_calloc(count, sizeof *sides->better);
    for (size_t i = 0; i < count; i++)
        sum += bar - ranked[i].value;
    bool differ = isfinite(sum) && sum > 0;
    for (size_t i = 0; i < count; i++) {
        double weight = differ ? (bar - ranked[i].value) / sum * (double)count : 1;
        sides->better[sides->better_count++] =
            kernel_of(ranked[i].trial, fmax(weight, least_weight));
    }
}

// So many that a suggestion costs no more later than it does early. What is left out is stood for
// by evenly spaced ones of it, so that the density stays that of all.
static void choose_worse(struct sides *sides, const struct ranked *ranked, size_t count,
                         int64_t latest) {
    size_t rest = 0, taken = 0;
    sides->worse = wn_calloc(count, sizeof *sides->worse);
    for (size_t i = MOST_NEXT; i < count; i++)
        rest += ranked[i].trial->id < latest;
    size_t stand_ins = rest < MOST_REST ? rest : MOST_REST;
    for (size_t i = 0, seen = 0; i < count; i++) {
        double weight = 1;
        if (i >= MOST_NEXT && ranked[i].trial->id < latest) {
            seen++;
            if (seen * stand_ins / rest == taken)
                continue;
            taken++;
            weight = (double)rest / (double)stand_ins;
        }
        sides->worse[sides->worse_count++] = kernel_of(ranked[i].trial, weight);
    }
}

static void split(const struct wn_history *history, struct sides *sides) {
    size_t count, better = count_better(history);
    struct ranked *ranked = rank(history, &count);
    int64_t latest =
        history->count > MOST_LATEST ? history->trials[history->count - MOST_LATEST].id : 0;
    *sides = (struct sides){0};
    choose_better(sides, ranked, better);
    choose_worse(sides, ranked + better, count - better, latest);
    free(ranked);
}

// ---- the choice ---------------------------------------------------------------------------------

struct choice {
    struct wn_history *history;
    struct wn_parzen *better, *worse;
    struct wn_config *config; // scratch
    double *unit, *point;
};

// Whether it is fresh; then its configuration and its score are there.
static bool try_one(const struct choice *choice, struct wn_rng *rng, double *score) {
    wn_parzen_draw(choice->better, rng, choice->unit);
    wn_space_decode(choice->history->space, choice->unit, choice->config);
    if (!wn_history_is_fresh(choice->history, choice->config))
        return false;
    wn_features_encode(choice->history->features, choice->config, choice->point);
    *score = wn_parzen_log(choice->better, choice->point, choice->config->active) -
             wn_parzen_log(choice->worse, choice->point, choice->config->active);
    return true;
}

static void copy_config(const struct wn_space *space, struct wn_config *to,
                        const struct wn_config *from) {
    memcpy(to->values, from->values, space->count * sizeof *to->values);
    memcpy(to->active, from->active, space->count * sizeof *to->active);
}

static bool choose(const struct choice *choice, struct wn_rng rng, struct wn_config *config) {
    double best = -INFINITY, score;
    for (int found = 0, draws = 0; found < CANDIDATES && draws < MOST_DRAWS; draws++) {
        if (!try_one(choice, &rng, &score))
            continue;
        found++;
        if (score > best) {
            best = score;
            copy_config(choice->history->space, config, choice->config);
        }
    }
    return best > -INFINITY;
}

static bool ask_model(struct wn_history *history, int64_t id, struct wn_config *config) {
    struct sides sides;
    split(history, &sides);
    const struct wn_features *features = history->features;
    double bandwidth = widest * fmin(1, settling / (double)history->told);
    struct choice choice = {
        .history = history,
        .better = wn_parzen_new(features, sides.better, sides.better_count, bandwidth),
        .worse = wn_parzen_new(features, sides.worse, sides.worse_count, bandwidth),
        .config = wn_config_new(history->space),
        .unit = wn_calloc(history->space->count, sizeof *choice.unit),
        .point = wn_calloc(features->count, sizeof *choice.point),
    };
    bool found = choose(&choice, wn_rng_new(history->seed, (uint64_t)id), config);
    wn_parzen_free(choice.better);
    wn_parzen_free(choice.worse);
    wn_config_free(choice.config);
    free(choice.unit);
    free(choice.point);
    free(sides.better);
    free(sides.worse);
    return found;
}

static enum wn_ask ask(void *state, int64_t id, struct wn_config *config) {
    struct wn_history *history = state;
    bool by_model = history->count >= FIRST_POINTS && history->told >= FEWEST_TOLD;
    if (!(by_model && ask_model(history, id, config)) && !wn_history_spread(history, config) &&
        !wn_fresh_find(history->fresh, config))
        return WN_ASK_EXHAUSTED;
    return WN_ASK_OK;
}

const struct wn_searcher_type wn_searcher_tpe = {
    .name = "tpe",
    .summary = "tries what is likely among the best results and unlikely among the others",
    .paper = "Bergstra, Bardenet, Bengio and Kegl 2011, Algorithms for hyper-parameter "
             "optimization, NeurIPS 24; Watanabe 2023, Tree-structured Parzen estimator: "
             "understanding its algorithm components, arXiv 2304.11127",
    .create = wn_history_create,
    .ask = ask,
    .adopt = wn_history_adopt,
    .tell = wn_history_tell,
    .free = wn_history_free,
};
