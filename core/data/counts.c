// SPDX-License-Identifier: GPL-3.0-or-later
// Counts of texts. Invariant: every item is in exactly one slot, found by its hash and steps of
// one.
#include "core/data/counts.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/rng.h"

enum { FIRST_SLOTS = 64 };

uint64_t wn_text_hash(const char *text, size_t length) {
    uint64_t hash = length * UINT64_C(0x9e3779b97f4a7c15), word = 0;
    for (; length >= sizeof word; length -= sizeof word, text += sizeof word) {
        memcpy(&word, text, sizeof word);
        hash = wn_mix64(hash ^ word);
    }
    word = 0;
    memcpy(&word, text, length);
    return wn_mix64(hash ^ word);
}

static char *short_copy(const char *text, size_t length) {
    if (length <= WN_COUNTS_TEXT_MAX)
        return wn_strndup(text, length);
    length = WN_COUNTS_TEXT_MAX;
    while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80) // within a character
        length--;
    char *copy = wn_malloc(length + 3);
    memcpy(copy, text, length);
    memcpy(copy + length, "..", 3);
    return copy;
}

// ---- slots --------------------------------------------------------------------------------------

// The slot that has the item, or the free one where it belongs.
static uint32_t *slot_of(const struct wn_counts *counts, uint64_t hash) {
    size_t at = hash & (counts->slot_count - 1);
    while (counts->slots[at] && counts->items[counts->slots[at] - 1].hash != hash)
        at = (at + 1) & (counts->slot_count - 1);
    return &counts->slots[at];
}

static void fill_slots(struct wn_counts *counts) {
    memset(counts->slots, 0, counts->slot_count * sizeof *counts->slots);
    for (size_t i = 0; i < counts->count; i++)
        *slot_of(counts, counts->items[i].hash) = (uint32_t)(i + 1);
}

static void make_room(struct wn_counts *counts) {
    if (2 * (counts->count + 1) <= counts->slot_count)
        return;
    counts->slot_count = counts->slot_count ? 2 * counts->slot_count : FIRST_SLOTS;
    counts->slots = wn_realloc(counts->slots, counts->slot_count * sizeof *counts->slots);
    fill_slots(counts);
}

// ---- pruning ------------------------------------------------------------------------------------

static int falling(const void *a, const void *b) {
    const struct wn_count *x = a, *y = b;
    if (x->count != y->count)
        return x->count < y->count ? 1 : -1;
    int order = strcmp(x->text, y->text);
    return order ? order : (x->hash > y->hash) - (x->hash < y->hash);
}

void wn_counts_sort(struct wn_counts *counts) {
    if (counts->count == 0)
        return;
    qsort(counts->items, counts->count, sizeof *counts->items, falling);
    fill_slots(counts);
}

// Takes from all what the first that goes has; at most half of them stay.
static void prune(struct wn_counts *counts) {
    if (counts->count <= WN_COUNTS_MOST)
        return;
    qsort(counts->items, counts->count, sizeof *counts->items, falling);
    uint64_t less = counts->items[WN_COUNTS_MOST / 2].count;
    size_t kept = 0;
    for (size_t i = 0; i < counts->count; i++) {
        struct wn_count *item = &counts->items[i];
        if (item->count > less) {
            item->count -= less;
            counts->items[kept++] = *item;
        } else {
            free(item->text);
        }
    }
    counts->count = kept;
    counts->short_by += less;
    fill_slots(counts);
}

// ---- counting -----------------------------------------------------------------------------------

static struct wn_count *item_of(struct wn_counts *counts, const char *text, size_t length,
                                uint64_t hash) {
    make_room(counts);
    uint32_t *slot = slot_of(counts, hash);
    if (!*slot) {
        struct wn_count *item = WN_PUSH(counts->items, counts->count, counts->capacity);
        *item = (struct wn_count){.text = short_copy(text, length), .hash = hash};
        *slot = (uint32_t)counts->count;
    }
    return &counts->items[*slot - 1];
}

void wn_counts_add(struct wn_counts *counts, const char *text) {
    size_t length = strlen(text);
    item_of(counts, text, length, wn_text_hash(text, length))->count++;
    counts->all++;
    prune(counts);
}

void wn_counts_add_once(struct wn_counts *counts, const char *text, size_t length, uint64_t row) {
    struct wn_count *item = item_of(counts, text, length, wn_text_hash(text, length));
    if (item->row == row)
        return;
    item->row = row;
    item->count++;
    counts->all++;
    prune(counts);
}

void wn_counts_add_item(struct wn_counts *counts, const struct wn_count *item) {
    item_of(counts, item->text, strlen(item->text), item->hash)->count += item->count;
    counts->all += item->count;
    prune(counts);
}

void wn_counts_merge(struct wn_counts *counts, const struct wn_counts *other) {
    uint64_t all = counts->all + other->all;
    counts->short_by += other->short_by;
    for (size_t i = 0; i < other->count; i++)
        wn_counts_add_item(counts, &other->items[i]);
    counts->all = all;
}

uint64_t wn_counts_of(const struct wn_counts *counts, uint64_t hash) {
    uint32_t slot = counts->slot_count ? *slot_of(counts, hash) : 0;
    return slot ? counts->items[slot - 1].count : 0;
}

void wn_counts_free(struct wn_counts *counts) {
    for (size_t i = 0; i < counts->count; i++)
        free(counts->items[i].text);
    free(counts->items);
    free(counts->slots);
    *counts = (struct wn_counts){0};
}
