// SPDX-License-Identifier: GPL-3.0-or-later
// Building the environment of a trial: inherited variables first, then those of the trial.
#include "sweep/environment.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/rng.h"

// Set for each trial or event alone: those of one that runs winnow itself must not reach its
// trials.
static const char *const own_names[] = {
    "WINNOW_PARAMS",    "WINNOW_SWEEP",     "WINNOW_TRIAL",  "WINNOW_SEED",       "WINNOW_METRICS",
    "WINNOW_ARTIFACTS", "WINNOW_TRIAL_KEY", "WINNOW_BUDGET", "WINNOW_CHECKPOINT", "WINNOW_EVENT",
    "WINNOW_OBJECTIVE", "WINNOW_STATE",     "WINNOW_REASON", "WINNOW_COUNT",
};

static bool is_variable(const char *entry, const char *name) {
    size_t length = strlen(name);
    return strncmp(entry, name, length) == 0 && entry[length] == '=';
}

static bool is_inherited(const char *entry) {
    if (wn_starts_with(entry, "WINNOW_PARAM_"))
        return false;
    for (size_t i = 0; i < sizeof own_names / sizeof *own_names; i++)
        if (is_variable(entry, own_names[i]))
            return false;
    return true;
}

static bool is_replaced(const char *entry, const struct wn_variable *variables, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (variables[i].value && is_variable(entry, variables[i].name))
            return true;
    return false;
}

static void add(struct wn_argv *out, const char *name, const char *value) {
    if (value)
        *WN_PUSH(out->items, out->count, out->capacity) = wn_format("%s=%s", name, value);
}

static void add_number(struct wn_argv *out, const char *name, int64_t number) {
    *WN_PUSH(out->items, out->count, out->capacity) = wn_format("%s=%lld", name, (long long)number);
}

char *wn_environment_name(const char *parameter) {
    char *name = wn_format("WINNOW_PARAM_%s", parameter);
    for (char *c = name; *c; c++)
        *c = isalnum((unsigned char)*c) ? (char)toupper((unsigned char)*c) : '_';
    return name;
}

static bool has_variable(const struct wn_argv *out, size_t from, const char *name) {
    for (size_t i = from; i < out->count; i++)
        if (is_variable(out->items[i], name))
            return true;
    return false;
}

static void add_params(const struct wn_environment_setup *setup, struct wn_argv *out) {
    size_t first = out->count;
    for (size_t i = 0; i < setup->space->count; i++) {
        if (!setup->config->active[i])
            continue;
        char *name = wn_environment_name(setup->space->params[i].name);
        struct wn_value value = wn_space_leaf(setup->space, setup->config, i);
        struct wn_str text = {0};
        wn_value_python(&text, &value);
        if (!has_variable(out, first, name))
            add(out, name, wn_str_text(&text));
        wn_str_free(&text);
        wn_value_clear(&value);
        free(name);
    }
}

static void add_json(const struct wn_environment_setup *setup, struct wn_argv *out) {
    struct wn_value value = wn_space_config_value(setup->space, setup->config);
    struct wn_str json = {0};
    wn_value_json(&json, &value, WN_JSON_COMPACT);
    add(out, "WINNOW_PARAMS", wn_str_text(&json));
    wn_str_free(&json);
    wn_value_clear(&value);
}

int64_t wn_trial_seed(int64_t sweep_seed, int64_t repeat) {
    struct wn_rng rng = wn_rng_new((uint64_t)sweep_seed, (uint64_t)repeat);
    return (int64_t)(wn_rng_next(&rng) >> 33);
}

static void terminate(struct wn_argv *out) {
    wn_grow(&out->items, &out->capacity, out->count + 1, sizeof *out->items);
    out->items[out->count] = NULL;
}

void wn_environment_with(char *const *base, const struct wn_variable *variables, size_t count,
                         struct wn_argv *out) {
    for (char *const *entry = base; *entry; entry++)
        if (is_inherited(*entry) && !is_replaced(*entry, variables, count))
            *WN_PUSH(out->items, out->count, out->capacity) = wn_strdup(*entry);
    for (size_t i = 0; i < count; i++)
        add(out, variables[i].name, variables[i].value);
    terminate(out);
}

void wn_environment_build(const struct wn_environment_setup *setup, struct wn_argv *out) {
    const struct wn_variable devices = {"CUDA_VISIBLE_DEVICES", setup->devices};
    wn_environment_with(setup->base, &devices, 1, out);
    add_params(setup, out);
    add_json(setup, out);
    add(out, "WINNOW_SWEEP", setup->sweep);
    add_number(out, "WINNOW_TRIAL", setup->trial);
    add_number(out, "WINNOW_SEED", setup->seed);
    add(out, "WINNOW_METRICS", setup->metrics_path);
    add(out, "WINNOW_ARTIFACTS", setup->artifacts_path);
    add(out, "WINNOW_TRIAL_KEY", setup->key);
    terminate(out);
}
