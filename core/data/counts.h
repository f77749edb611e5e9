// SPDX-License-Identifier: GPL-3.0-or-later
// How often texts occur, in bounded memory: exactly while there are no more than a few thousand
// different ones, then the most frequent ones, each no less than it is told and no more than that
// plus wn_counts.short_by: Misra and Gries, Finding repeated elements (1982), pruned in batches as
// Anderson et al., A high-performance algorithm for identifying frequent items in data streams
// (2017), do it, and merged after Agarwal et al., Mergeable summaries (2012).
#ifndef WN_DATA_COUNTS_H
#define WN_DATA_COUNTS_H

#include <stddef.h>
#include <stdint.h>

enum { WN_COUNTS_MOST = 4096, WN_COUNTS_TEXT_MAX = 128 };

struct wn_count {
    char *text; // longer ones are cut, and still told apart
    uint64_t hash;
    uint64_t count;
    uint64_t row; // in which it was seen last
};

struct wn_counts {
    struct wn_count *items; // in the order in which they came
    size_t count, capacity;
    uint32_t *slots; // index + 1 of an item, 0: free; a power of two
    size_t slot_count;
    uint64_t all;      // of all that was added
    uint64_t short_by; // by how much a count may be too small; 0: all are exact
};

uint64_t wn_text_hash(const char *text, size_t length);

// One more of a text.
void wn_counts_add(struct wn_counts *counts, const char *text);
// The same, but once only for each row; rows are numbered from 1 upward.
void wn_counts_add_once(struct wn_counts *counts, const char *text, size_t length, uint64_t row);
// What was counted elsewhere.
void wn_counts_add_item(struct wn_counts *counts, const struct wn_count *item);
void wn_counts_merge(struct wn_counts *counts, const struct wn_counts *other);
// How often a text occurs at least; 0 where it is not kept.
uint64_t wn_counts_of(const struct wn_counts *counts, uint64_t hash);
void wn_counts_sort(struct wn_counts *counts); // the most frequent first, then by text
void wn_counts_free(struct wn_counts *counts);

#endif
