// SPDX-License-Identifier: GPL-3.0-or-later
// Configurations of a sweep, run again with fresh seeds in a sweep of their own: what `ab` and
// `confirm` share.
#ifndef WN_CLI_AGAIN_H
#define WN_CLI_AGAIN_H

#include "cli/args.h"
#include "core/race.h"
#include "core/spec.h"
#include "core/store/store.h"

extern const struct wn_option wn_again_options[]; // --parallel

struct wn_again_arm {
    int64_t trial; // of its repeat 0, in the sweep that is examined
    char *params;  // JSON
};

struct wn_again {
    struct wn_sweep_row examined;
    struct wn_again_arm arms[WN_RACE_MOST_ARMS];
    int count;
};

// The configurations of these trials, of the sweep in again->examined. Each may be named once.
enum wn_status wn_again_choose(struct wn_store *store, struct wn_again *again,
                               const char *const *trials, size_t count, struct wn_err *err);
// The best ones of its leaderboard.
enum wn_status wn_again_choose_top(struct wn_store *store, struct wn_again *again, int64_t top,
                                   struct wn_err *err);

struct wn_again_plan {
    const char *suffix; // of the new sweep's name: "ab"
    int64_t repeats;    // the most of each
    const char *race;   // settings of the race as JSON; NULL: none, all repeats are run
    const char *metric; // that decides; NULL: the objective
    const char *goal;   // "minimize", "maximize"; NULL: as the examined sweep has it
    int64_t parallel;   // 0: as it had it
};

// Makes the sweep and runs it, here or detached as the invocation asks; then its result is printed
// and becomes the status (result.h).
enum wn_status wn_again_run(struct wn_invocation *invocation, struct wn_store *store,
                            const struct wn_again *again, const struct wn_again_plan *plan,
                            struct wn_err *err);
void wn_again_clear(struct wn_again *again);

#endif
