// SPDX-License-Identifier: GPL-3.0-or-later
// A race: a few configurations are repeated with seeds in common, round by round, and those that
// are worse drop out as soon as an always-valid test says so. It is told results in any order and
// judges whole rounds in theirs: what it says depends on the results alone, not on who was quick.
//
// Successive elimination (Even-Dar, Mannor and Mansour 2006, as in Maron and Moore's Hoeffding
// races 1994) with the paired t test of core/stats/anytime.h, at (1 - confidence) / (arms - 1) a
// pair: the best one drops out no more often than promised, and where nothing differs a winner is
// named no more often.
#ifndef WN_RACE_H
#define WN_RACE_H

#include <stdint.h>

#include "core/base/str.h"
#include "core/stats/anytime.h"

#define WN_RACE_MOST_ARMS 26 // each has a letter

struct wn_race_rules {
    int64_t most;      // rounds
    double confidence; // inside 0 and 1
    double min_effect; // a difference below it does not matter; 0: every one does
    bool maximize;
};

enum wn_race_end {
    WN_RACE_ON,
    WN_RACE_WON,      // one is left
    WN_RACE_TIED,     // those that are left differ by less than min_effect
    WN_RACE_SPENT,    // all rounds are over
    WN_RACE_SEEDLESS, // repeats are identical: the command does not heed its seed
    WN_RACE_FAILED,   // none gave any result
};
const char *wn_race_end_name(enum wn_race_end end); // "on", "won", "tied", ...

struct wn_race_arm {
    struct wn_moments moments; // of its results in judged rounds
    int64_t rounds;            // judged while it was in
    bool out, failed;          // failed: out because it gave no result
    int beaten_by;             // the arm that put it out; -1: none
};

struct wn_race;
struct wn_race *wn_race_new(const struct wn_race_rules *rules, int arms);
void wn_race_free(struct wn_race *race);

// The next repeat to begin, which counts as begun then: the arm that has begun the least, of those
// that are in. False: there is none.
bool wn_race_next(struct wn_race *race, int *arm, int64_t *repeat);
void wn_race_begun(struct wn_race *race, int arm, int64_t repeat); // by somebody else

// A repeat ended for good; NaN: without a result. One that was told before is forgotten, unless its
// round was judged.
void wn_race_tell(struct wn_race *race, int arm, int64_t repeat, double value);

enum wn_race_end wn_race_end(const struct wn_race *race);
const struct wn_race_rules *wn_race_rules(const struct wn_race *race);
int wn_race_arms(const struct wn_race *race);
int64_t wn_race_rounds(const struct wn_race *race); // judged
const struct wn_race_arm *wn_race_arm(const struct wn_race *race, int arm);
int wn_race_leader(const struct wn_race *race); // the best mean of those that are in; -1: none yet
// Who stays closest to the leader: of those that are in, else the last one that fell; -1: nobody.
int wn_race_rival(const struct wn_race *race);
// At which each pair of so many arms is tested, so that the confidence holds for all of them.
double wn_race_pair_alpha(double confidence, int arms);

// How b differs from a over the rounds that were judged while both were in: b minus a.
struct wn_moments wn_race_difference(const struct wn_race *race, int a, int b);
struct wn_anytime wn_race_test(const struct wn_race *race, int a, int b);

// The same after each of those rounds in which both gave a result; `path` holds wn_race_rounds() of
// them. Returns how many.
struct wn_race_look {
    int64_t round; // from 1
    double mean, half_width;
};
size_t wn_race_path(const struct wn_race *race, int a, int b, struct wn_race_look *path);

// How many rounds it takes in all, if means and variances stay; 0: no end within its rounds.
int64_t wn_race_expected(const struct wn_race *race);

// Appends how it stands in a sentence, with the letters of its arms: "B is better than A by 0.4 to
// 1.3, after 12 rounds".
void wn_race_tell_end(const struct wn_race *race, struct wn_str *out);
// Appends how it stands while it is on: "B ahead of A by 0.4 +- 1.2".
void wn_race_tell_standing(const struct wn_race *race, struct wn_str *out);
// "A", "B", ...
char wn_race_letter(int arm);

#endif
