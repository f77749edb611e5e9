// SPDX-License-Identifier: GPL-3.0-or-later
// Guessing types. All cells are looked at once; the rules are at the end.
#include "core/data/guess.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/mem.h"
#include "core/csv_column.h"
#include "core/data/counts.h"

enum { FEW = 10, LONG_TEXT_WORDS = 3, FEW_TEXTS = 50 };

struct seen {
    size_t count, numbers, whole, moments, flags, flag_words, sides[2], words;
    size_t steps; // whole numbers that are one more than the one before
    size_t distinct;
};

static void see_number(struct seen *seen, const char *cell, double *before) {
    double number;
    if (!wn_cell_number(cell, &number))
        return;
    seen->numbers++;
    seen->whole += number == floor(number);
    seen->steps += number == *before + 1;
    *before = number;
}

static void see_other(struct seen *seen, const char *cell) {
    double moment;
    int side = wn_cell_boolean(cell);
    seen->moments += wn_cell_moment(cell, &moment);
    if (side >= 0) {
        seen->flags++;
        seen->sides[side]++;
        seen->flag_words += cell[0] > '9' && cell[1];
    }
    for (cell += strspn(cell, " \t\n"); *cell; cell += strspn(cell, " \t\n")) {
        cell += strcspn(cell, " \t\n");
        seen->words++;
    }
}

static int by_hash(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static size_t count_distinct(const char *const *cells, size_t count) {
    uint64_t *hashes = wn_malloc((count + 1) * sizeof *hashes);
    size_t distinct = count > 0;
    for (size_t i = 0; i < count; i++)
        hashes[i] = wn_text_hash(cells[i], strlen(cells[i]));
    qsort(hashes, count, sizeof *hashes, by_hash);
    for (size_t i = 1; i < count; i++)
        distinct += hashes[i] != hashes[i - 1];
    free(hashes);
    return distinct;
}

// "id", "user_id", "uuid", "key", "index", "row", or no name at all.
static bool names_id(const char *name) {
    static const char *const words[] = {"id", "uuid", "guid", "key", "index", "row"};
    size_t length = strlen(name);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t tail = strlen(words[i]);
        if (length < tail || strcasecmp(name + length - tail, words[i]) != 0)
            continue;
        if (length == tail || strchr("_-. ", name[length - tail - 1]) ||
            (name[length - tail] < 'a' && name[length - tail - 1] >= 'a')) // userId
            return true;
    }
    return strncmp(name, "Unnamed", 7) == 0 || strncmp(name, "column ", 7) == 0;
}

// Nearly all.
static bool most(size_t part, size_t count) {
    return 20 * part >= 19 * count;
}

static bool is_id(const struct seen *seen, const char *name) {
    bool unique = seen->distinct == seen->count && seen->count >= FEW;
    if (seen->numbers == seen->count)
        return unique && seen->whole == seen->count &&
               (names_id(name) || seen->steps + 1 == seen->count);
    return seen->words < 2 * seen->count &&
           (unique || (seen->count >= 100 && most(seen->distinct, seen->count)));
}

static enum wn_feature_type type_of(const struct seen *seen, const char *name) {
    bool both = seen->sides[0] && seen->sides[1];
    if (seen->flags == seen->count && (both || seen->flag_words == seen->count))
        return WN_BOOLEAN;
    if (most(seen->moments, seen->count))
        return WN_DATETIME;
    if (is_id(seen, name))
        return WN_ID;
    if (most(seen->numbers, seen->count))
        return WN_NUMERIC;
    bool varied = seen->distinct > FEW_TEXTS ? 10 * seen->distinct >= seen->count
                                             : 2 * seen->distinct > seen->count;
    return varied && seen->words >= LONG_TEXT_WORDS * seen->count ? WN_FREE_TEXT : WN_CATEGORICAL;
}

struct wn_guess wn_guess_type(const char *name, const char *const *cells, size_t count) {
    struct seen seen = {.count = count};
    double before = NAN;
    for (size_t i = 0; i < count; i++)
        see_number(&seen, cells[i], &before);
    for (size_t i = 0; i < count; i++)
        see_other(&seen, cells[i]);
    seen.distinct = count_distinct(cells, count);
    if (count == 0)
        return (struct wn_guess){.type = WN_NUMERIC};
    enum wn_feature_type type = type_of(&seen, name);
    bool some = seen.numbers > 0 && seen.numbers < count;
    bool mixed =
        some && (type == WN_NUMERIC || (type == WN_CATEGORICAL && 5 * seen.numbers >= count));
    return (struct wn_guess){type, true, mixed, seen.numbers == count};
}
