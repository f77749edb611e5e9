// SPDX-License-Identifier: GPL-3.0-or-later
// Configurations: between the unit cube and values, which leaves are active, what constraints say,
// and a hash by which equal ones are known.
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/rng.h"
#include "core/space_private.h"

struct wn_config *wn_config_new(const struct wn_space *space) {
    struct wn_config *config = wn_calloc(1, sizeof *config);
    config->values = wn_calloc(space->count, sizeof *config->values);
    config->active = wn_calloc(space->count, sizeof *config->active);
    return config;
}

struct wn_config *wn_config_copy(const struct wn_space *space, const struct wn_config *config) {
    struct wn_config *copy = wn_config_new(space);
    for (size_t i = 0; i < space->count; i++) {
        copy->values[i] = config->values[i];
        copy->active[i] = config->active[i];
    }
    return copy;
}

void wn_config_free(struct wn_config *config) {
    if (!config)
        return;
    free(config->values);
    free(config->active);
    free(config);
}

static bool holds(const struct wn_space *space, const struct wn_config *config,
                  const struct wn_when *when) {
    if (!config->active[when->parent])
        return false;
    struct wn_value value =
        wn_param_view(&space->params[when->parent], config->values[when->parent]);
    for (size_t i = 0; i < when->count; i++)
        if (wn_value_equal(&value, &when->values[i]))
            return true;
    return false;
}

bool wn_param_enabled(const struct wn_space *space, const struct wn_config *config, size_t leaf) {
    const struct wn_param *param = &space->params[leaf];
    for (size_t i = 0; i < param->when_count; i++)
        if (!holds(space, config, &param->when[i]))
            return false;
    return true;
}

void wn_space_activate(const struct wn_space *space, struct wn_config *config) {
    for (size_t i = 0; i < space->count; i++) {
        size_t leaf = space->topological[i];
        config->active[leaf] = wn_param_enabled(space, config, leaf);
    }
}

void wn_space_decode(const struct wn_space *space, const double *unit, struct wn_config *config) {
    for (size_t i = 0; i < space->count; i++)
        config->values[i] = space->params[i].dist->quantile(&space->params[i].args, unit[i]);
    wn_space_activate(space, config);
}

void wn_space_encode(const struct wn_space *space, const struct wn_config *config, double *unit) {
    for (size_t i = 0; i < space->count; i++) {
        const struct wn_param *param = &space->params[i];
        unit[i] = config->active[i] ? param->dist->cdf(&param->args, config->values[i]) : 0.5;
    }
}

// ---- constraints --------------------------------------------------------------------------------

enum wn_status wn_space_constrain(struct wn_space *space, const char *text, bool forbidden,
                                  struct wn_err *err) {
    const char **names = wn_calloc(space->count, sizeof *names);
    for (size_t i = 0; i < space->count; i++)
        names[i] = space->params[i].name;
    struct wn_expr *expr = NULL;
    enum wn_status status = wn_expr_new(text, names, space->count, &expr, err);
    free(names);
    if (status != WN_OK)
        return status;
    struct wn_expr ***list = forbidden ? &space->forbidden : &space->constraints;
    size_t *count = forbidden ? &space->forbidden_count : &space->constraint_count;
    *list = wn_realloc(*list, (*count + 1) * sizeof **list);
    (*list)[(*count)++] = expr;
    return WN_OK;
}

static enum wn_truth truth_of(const struct wn_space *space, const struct wn_config *config,
                              struct wn_expr *expr) {
    wn_expr_reset(expr);
    for (size_t i = 0; i < space->count; i++)
        if (config->active[i] && wn_expr_uses(expr, i)) {
            struct wn_value value = wn_param_view(&space->params[i], config->values[i]);
            wn_expr_bind(expr, i, &value);
        }
    return wn_expr_test(expr);
}

bool wn_space_allows(const struct wn_space *space, const struct wn_config *config) {
    for (size_t i = 0; i < space->constraint_count; i++)
        if (truth_of(space, config, space->constraints[i]) == WN_FALSE)
            return false;
    for (size_t i = 0; i < space->forbidden_count; i++)
        if (truth_of(space, config, space->forbidden[i]) == WN_TRUE)
            return false;
    return true;
}

// ---- hash ---------------------------------------------------------------------------------------

static uint64_t hash_name(const char *name) { // FNV-1a
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (; *name; name++)
        hash = (hash ^ (unsigned char)*name) * UINT64_C(0x100000001b3);
    return hash;
}

// Summed up, so that the order of leaves is of no account.
uint64_t wn_space_hash(const struct wn_space *space, const struct wn_config *config) {
    uint64_t sum = 0;
    for (size_t i = 0; i < space->count; i++) {
        if (!config->active[i])
            continue;
        struct wn_value value = wn_param_view(&space->params[i], config->values[i]);
        sum += wn_mix64(hash_name(space->params[i].name) + wn_mix64(wn_value_hash(&value)));
    }
    uint64_t hash = wn_mix64(sum);
    return hash ? hash : 1;
}
