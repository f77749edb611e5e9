// SPDX-License-Identifier: GPL-3.0-or-later
// Checked allocation: never returns NULL. Out of memory runs the hook (restores a terminal, say),
// prints one line and ends the program with exit code 3. Memory is freed with free().
#ifndef WN_MEM_H
#define WN_MEM_H

#include <stddef.h>

void *wn_malloc(size_t size);
void *wn_calloc(size_t count, size_t size); // zeroed; checks the product for overflow
void *wn_realloc(void *old, size_t size);
char *wn_strdup(const char *text);
char *wn_strndup(const char *text, size_t length);

// Grows `*items` (elements of `size` bytes) so that at least `needed` fit; doubles `*capacity`.
void wn_grow(void *items, size_t *capacity, size_t needed, size_t size);

// Appends one zeroed element to a vector held in `items`/`count`/`capacity` and yields its address.
#define WN_PUSH(items, count, capacity)                                                            \
    (wn_grow(&(items), &(capacity), (count) + 1, sizeof *(items)),                                 \
     (items)[(count)] = (__typeof__(*(items))){0}, &(items)[(count)++])

// For whoever asks a library for memory.
_Noreturn void wn_out_of_memory(void);

// Called once, before the program ends for want of memory.
void wn_on_out_of_memory(void (*hook)(void));

#endif
