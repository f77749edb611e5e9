// SPDX-License-Identifier: GPL-3.0-or-later
// Races: what was told waits in a row per arm until its round is whole.
#include "core/race.h"

#include <math.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/numbers.h"

enum {
    TRIED =
        3 // rounds after which an arm that never gave a result, or seeds without effect, are seen
};

struct cell {
    bool told;
    double value;
};

struct lane { // what is known of an arm
    struct wn_race_arm arm;
    struct cell *cells; // a repeat each
    size_t capacity;
    int64_t begun;
};

struct wn_race {
    struct wn_race_rules rules;
    int arms;
    struct lane *lanes;
    struct wn_moments *differences; // of arms a < b at [a * arms + b]: b minus a
    int64_t rounds;
    enum wn_race_end end;
};

const char *wn_race_end_name(enum wn_race_end end) {
    static const char *const names[] = {"on", "won", "tied", "spent", "seedless", "failed"};
    return names[end];
}

char wn_race_letter(int arm) {
    return (char)('A' + arm);
}

struct wn_race *wn_race_new(const struct wn_race_rules *rules, int arms) {
    struct wn_race *race = wn_calloc(1, sizeof *race);
    *race = (struct wn_race){.rules = *rules, .arms = arms};
    race->lanes = wn_calloc((size_t)arms, sizeof *race->lanes);
    race->differences = wn_calloc((size_t)arms * (size_t)arms, sizeof *race->differences);
    for (int i = 0; i < arms; i++)
        race->lanes[i].arm.beaten_by = -1;
    return race;
}

void wn_race_free(struct wn_race *race) {
    if (!race)
        return;
    for (int i = 0; i < race->arms; i++)
        free(race->lanes[i].cells);
    free(race->lanes);
    free(race->differences);
    free(race);
}

// ---- what is known ------------------------------------------------------------------------------

enum wn_race_end wn_race_end(const struct wn_race *race) {
    return race->end;
}

const struct wn_race_rules *wn_race_rules(const struct wn_race *race) {
    return &race->rules;
}

int wn_race_arms(const struct wn_race *race) {
    return race->arms;
}

int64_t wn_race_rounds(const struct wn_race *race) {
    return race->rounds;
}

const struct wn_race_arm *wn_race_arm(const struct wn_race *race, int arm) {
    return &race->lanes[arm].arm;
}

double wn_race_pair_alpha(double confidence, int arms) {
    return (1 - confidence) / (arms > 1 ? arms - 1 : 1);
}

static double pair_alpha(const struct wn_race *race) {
    return wn_race_pair_alpha(race->rules.confidence, race->arms);
}

// How much better `value` is than nothing, whatever the direction.
static double gain(const struct wn_race *race, double value) {
    return race->rules.maximize ? value : -value;
}

int wn_race_leader(const struct wn_race *race) {
    int leader = -1;
    for (int i = 0; i < race->arms; i++) {
        const struct wn_race_arm *arm = &race->lanes[i].arm;
        if (arm->out || !arm->moments.count)
            continue;
        if (leader < 0 ||
            gain(race, arm->moments.mean) > gain(race, race->lanes[leader].arm.moments.mean))
            leader = i;
    }
    return leader;
}

// The one that follows the leader most closely, of those that are in; -1: none.
static int runner_up(const struct wn_race *race, int leader) {
    int second = -1;
    for (int i = 0; i < race->arms; i++) {
        const struct wn_race_arm *arm = &race->lanes[i].arm;
        if (i == leader || arm->out || !arm->moments.count)
            continue;
        if (second < 0 ||
            gain(race, arm->moments.mean) > gain(race, race->lanes[second].arm.moments.mean))
            second = i;
    }
    return second;
}

static int last_beaten(const struct wn_race *race) {
    int last = -1;
    for (int i = 0; i < race->arms; i++)
        if (race->lanes[i].arm.beaten_by >= 0 &&
            (last < 0 || race->lanes[i].arm.rounds > race->lanes[last].arm.rounds))
            last = i;
    return last;
}

int wn_race_rival(const struct wn_race *race) {
    int leader = wn_race_leader(race), second = leader < 0 ? -1 : runner_up(race, leader);
    return leader < 0 ? -1 : second >= 0 ? second : last_beaten(race);
}

struct wn_moments wn_race_difference(const struct wn_race *race, int a, int b) {
    struct wn_moments difference =
        race->differences[a < b ? a * race->arms + b : b * race->arms + a];
    if (a > b)
        difference.mean = -difference.mean;
    return difference;
}

struct wn_anytime wn_race_test(const struct wn_race *race, int a, int b) {
    return wn_anytime_t(wn_race_difference(race, a, b), WN_ANYTIME_SPREAD, pair_alpha(race));
}

// Both results of a round; false: one of them gave none.
static bool both(const struct wn_race *race, int a, int b, int64_t round, double *difference) {
    double left = race->lanes[a].cells[round].value, right = race->lanes[b].cells[round].value;
    *difference = right - left;
    return isfinite(*difference);
}

size_t wn_race_path(const struct wn_race *race, int a, int b, struct wn_race_look *path) {
    struct wn_moments moments = {0};
    int64_t shared = race->rounds;
    size_t count = 0;
    double difference;
    for (int side = 0; side < 2; side++) {
        int64_t rounds = race->lanes[side ? b : a].arm.rounds;
        shared = rounds < shared ? rounds : shared;
    }
    for (int64_t round = 0; round < shared; round++) {
        if (!both(race, a, b, round, &difference))
            continue;
        wn_moments_add(&moments, difference);
        struct wn_anytime test = wn_anytime_t(moments, WN_ANYTIME_SPREAD, pair_alpha(race));
        path[count++] = (struct wn_race_look){round + 1, moments.mean, test.half_width};
    }
    return count;
}

int64_t wn_race_expected(const struct wn_race *race) {
    int leader = wn_race_leader(race);
    size_t most = 0, limit = (size_t)race->rules.most;
    for (int i = 0; i < race->arms && leader >= 0; i++) {
        if (i == leader || race->lanes[i].arm.out)
            continue;
        size_t needed = wn_anytime_needed(wn_race_difference(race, leader, i), WN_ANYTIME_SPREAD,
                                          pair_alpha(race), race->rules.min_effect, limit);
        if (!needed)
            return 0;
        most = needed > most ? needed : most;
    }
    return (int64_t)most;
}

// ---- judging ------------------------------------------------------------------------------------

static bool is_whole(const struct wn_race *race, int64_t round) {
    for (int i = 0; i < race->arms; i++) {
        const struct lane *lane = &race->lanes[i];
        if (!lane->arm.out && ((size_t)round >= lane->capacity || !lane->cells[round].told))
            return false;
    }
    return true;
}

static void add_round(struct wn_race *race, int64_t round) {
    double difference;
    for (int a = 0; a < race->arms; a++) {
        struct wn_race_arm *arm = &race->lanes[a].arm;
        if (arm->out)
            continue;
        arm->rounds = round + 1;
        if (isfinite(race->lanes[a].cells[round].value))
            wn_moments_add(&arm->moments, race->lanes[a].cells[round].value);
        for (int b = a + 1; b < race->arms; b++)
            if (!race->lanes[b].arm.out && both(race, a, b, round, &difference))
                wn_moments_add(&race->differences[a * race->arms + b], difference);
    }
}

static void drop_failed(struct wn_race *race) {
    for (int i = 0; i < race->arms; i++) {
        struct wn_race_arm *arm = &race->lanes[i].arm;
        if (race->rounds >= TRIED && !arm->moments.count)
            arm->out = arm->failed = true;
    }
}

// Each arm repeats itself to the last bit.
static bool is_seedless(const struct wn_race *race) {
    int constant = 0;
    for (int i = 0; i < race->arms; i++) {
        const struct wn_race_arm *arm = &race->lanes[i].arm;
        if (arm->out)
            continue;
        if (arm->moments.count < TRIED || arm->moments.variance > 0)
            return false;
        constant++;
    }
    return constant > 0;
}

// All pairs of a round are looked at before anyone leaves.
static void drop_beaten(struct wn_race *race) {
    int beaten_by[WN_RACE_MOST_ARMS], left = 0;
    for (int b = 0; b < race->arms; b++) {
        beaten_by[b] = -1;
        for (int a = 0; a < race->arms; a++) {
            if (a == b || race->lanes[a].arm.out || race->lanes[b].arm.out)
                continue;
            double worse = -gain(race, wn_race_difference(race, a, b).mean);
            if (worse > wn_race_test(race, a, b).half_width)
                beaten_by[b] = a;
        }
        left += !race->lanes[b].arm.out && beaten_by[b] < 0;
    }
    if (!left) // in a circle, which gaps in their rounds may make
        return;
    for (int i = 0; i < race->arms; i++)
        if (beaten_by[i] >= 0) {
            race->lanes[i].arm.out = true;
            race->lanes[i].arm.beaten_by = beaten_by[i];
        }
}

static bool differ_by_less(const struct wn_race *race, double least) {
    int leader = wn_race_leader(race);
    for (int i = 0; i < race->arms; i++) {
        if (i == leader || race->lanes[i].arm.out)
            continue;
        double off = fabs(wn_race_difference(race, leader, i).mean);
        if (off + wn_race_test(race, leader, i).half_width >= least)
            return false;
    }
    return leader >= 0;
}

static enum wn_race_end judge(const struct wn_race *race) {
    int in = 0;
    for (int i = 0; i < race->arms; i++)
        in += !race->lanes[i].arm.out;
    if (in < 2)
        return in ? WN_RACE_WON : WN_RACE_FAILED;
    if (race->rounds == TRIED && is_seedless(race))
        return WN_RACE_SEEDLESS;
    if (race->rules.min_effect > 0 && differ_by_less(race, race->rules.min_effect))
        return WN_RACE_TIED;
    return race->rounds >= race->rules.most ? WN_RACE_SPENT : WN_RACE_ON;
}

static void judge_rounds(struct wn_race *race) {
    while (race->end == WN_RACE_ON && is_whole(race, race->rounds)) {
        add_round(race, race->rounds);
        race->rounds++;
        drop_failed(race);
        drop_beaten(race);
        race->end = judge(race);
    }
}

// ---- who runs, and how it went ------------------------------------------------------------------

void wn_race_begun(struct wn_race *race, int arm, int64_t repeat) {
    struct lane *lane = &race->lanes[arm];
    lane->begun = lane->begun > repeat ? lane->begun : repeat + 1;
}

bool wn_race_next(struct wn_race *race, int *arm, int64_t *repeat) {
    const struct lane *least = NULL;
    for (int i = 0; i < race->arms; i++) {
        const struct lane *lane = &race->lanes[i];
        if (!lane->arm.out && (!least || lane->begun < least->begun)) {
            least = lane;
            *arm = i;
        }
    }
    if (race->end != WN_RACE_ON || !least || least->begun >= race->rules.most)
        return false;
    *repeat = least->begun;
    wn_race_begun(race, *arm, *repeat);
    return true;
}

void wn_race_tell(struct wn_race *race, int arm, int64_t repeat, double value) {
    struct lane *lane = &race->lanes[arm];
    size_t before = lane->capacity;
    if (repeat < race->rounds)
        return;
    wn_grow(&lane->cells, &lane->capacity, (size_t)repeat + 1, sizeof *lane->cells);
    for (size_t i = before; i < lane->capacity; i++)
        lane->cells[i] = (struct cell){0};
    lane->cells[repeat] = (struct cell){true, value};
    wn_race_begun(race, arm, repeat);
    judge_rounds(race);
}

// ---- in words -----------------------------------------------------------------------------------

// "A and C", "A, B and C": those that are in.
static void add_letters(const struct wn_race *race, struct wn_str *out) {
    int left = 0;
    for (int i = 0; i < race->arms; i++)
        left += !race->lanes[i].arm.out;
    for (int i = 0; i < race->arms; i++) {
        if (race->lanes[i].arm.out)
            continue;
        left--;
        wn_str_addf(out, "%c%s", wn_race_letter(i), left > 1 ? ", " : left ? " and " : "");
    }
}

static void tell_winner(const struct wn_race *race, struct wn_str *out) {
    int winner = wn_race_leader(race), loser = last_beaten(race);
    if (winner < 0) {
        wn_str_add(out, "one is left, and gave no result");
        return;
    }
    if (loser < 0) {
        wn_str_addf(out, "%c is the only one that gave results", wn_race_letter(winner));
        return;
    }
    int by = race->lanes[loser].arm.beaten_by;
    double off = fabs(wn_race_difference(race, by, loser).mean);
    double half = wn_race_test(race, by, loser).half_width;
    char low[32], high[32];
    wn_number_brief(off - half, low);
    wn_number_brief(off + half, high);
    if (race->arms == 2)
        wn_str_addf(out, "%c is better than %c by %s to %s", wn_race_letter(winner),
                    wn_race_letter(loser), low, high);
    else
        wn_str_addf(out, "%c is the best of %d", wn_race_letter(winner), race->arms);
}

void wn_race_tell_end(const struct wn_race *race, struct wn_str *out) {
    char least[32];
    wn_number_text(race->rules.min_effect, least);
    switch (race->end) {
    case WN_RACE_WON:
        tell_winner(race, out);
        break;
    case WN_RACE_TIED:
        add_letters(race, out);
        wn_str_addf(out, " differ by less than %s", least);
        break;
    case WN_RACE_SEEDLESS:
        wn_str_add(out, "repeats are identical: the command ignores its seed ({seed}, or "
                        "WINNOW_SEED), so they are no evidence");
        return;
    case WN_RACE_FAILED:
        wn_str_add(out, "no configuration gave a result");
        return;
    case WN_RACE_SPENT:
    case WN_RACE_ON:
        wn_str_add(out, "cannot tell ");
        add_letters(race, out);
        wn_str_add(out, race->end == WN_RACE_ON ? " apart yet" : " apart");
        break;
    }
    wn_str_addf(out, ", after %lld %s", (long long)race->rounds,
                race->rounds == 1 ? "round" : "rounds");
}

void wn_race_tell_standing(const struct wn_race *race, struct wn_str *out) {
    int leader = wn_race_leader(race), second = leader < 0 ? -1 : runner_up(race, leader);
    char off[32], half[32];
    if (second < 0)
        return;
    double width = wn_race_test(race, leader, second).half_width;
    wn_number_brief(fabs(wn_race_difference(race, leader, second).mean), off);
    wn_number_brief(width, half);
    wn_str_addf(out, "%c ahead of %c by %s", wn_race_letter(leader), wn_race_letter(second), off);
    if (isfinite(width))
        wn_str_addf(out, " +- %s", half);
}
