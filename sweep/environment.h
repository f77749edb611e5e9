// SPDX-License-Identifier: GPL-3.0-or-later
// What a trial finds in its environment: what winnow itself was started with, plus the trial's
// parameters, its seed and the paths it may write to. The same for `run` and for `try`.
#ifndef WN_ENVIRONMENT_H
#define WN_ENVIRONMENT_H

#include "core/spec.h"

struct wn_environment_setup { // all borrowed; a NULL text leaves its variable out
    char *const *base;        // NULL-terminated NAME=VALUE; a trial's variables in it are dropped
    const struct wn_space *space;
    const struct wn_config *config;
    const char *sweep;          // WINNOW_SWEEP, its name
    int64_t trial;              // WINNOW_TRIAL, its number
    int64_t seed;               // WINNOW_SEED
    const char *metrics_path;   // WINNOW_METRICS, may be appended to
    const char *artifacts_path; // WINNOW_ARTIFACTS, a folder
    const char *devices;        // CUDA_VISIBLE_DEVICES; NULL: as inherited
    const char *key;            // WINNOW_TRIAL_KEY, unique among all attempts on this machine
};

// Appends the whole environment to `out` (NULL-terminated; freed with wn_argv_free). Values are
// spelled as on the command line. Each variable occurs once: where two parameters (a.b and a_b)
// make the same name, the first has it, and WINNOW_PARAMS (JSON) tells them apart.
void wn_environment_build(const struct wn_environment_setup *setup, struct wn_argv *out);

struct wn_variable {
    const char *name, *value;
};

// The same for a command that is no trial: what was inherited without the variables of trials, then
// `variables` (`count` of them), which take the place of what had their names.
void wn_environment_with(char *const *base, const struct wn_variable *variables, size_t count,
                         struct wn_argv *out);

// The seed of repeat `repeat` (from 0) of every configuration of a sweep: common random numbers
// make configurations comparable. Within 31 bits, as most programs take it.
int64_t wn_trial_seed(int64_t sweep_seed, int64_t repeat);

// WINNOW_PARAM_<NAME>: upper-cased, other characters than letters and digits become '_'. The caller
// frees.
char *wn_environment_name(const char *parameter);

#endif
