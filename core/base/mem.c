// SPDX-License-Identifier: GPL-3.0-or-later
// The only file that calls malloc and its kin.
#include "core/base/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void (*out_of_memory_hook)(void);

void wn_on_out_of_memory(void (*hook)(void)) {
    out_of_memory_hook = hook;
}

_Noreturn void wn_out_of_memory(void) {
    static const char text[] = "winnow: out of memory\n";
    if (out_of_memory_hook)
        out_of_memory_hook();
    ssize_t ignored = write(STDERR_FILENO, text, sizeof text - 1);
    (void)ignored;
    _exit(3);
}

void *wn_malloc(size_t size) {
    void *memory = malloc(size ? size : 1);
    if (!memory)
        wn_out_of_memory();
    return memory;
}

void *wn_calloc(size_t count, size_t size) {
    void *memory = calloc(count ? count : 1, size ? size : 1);
    if (!memory)
        wn_out_of_memory();
    return memory;
}

void *wn_realloc(void *old, size_t size) {
    void *memory = realloc(old, size ? size : 1);
    if (!memory)
        wn_out_of_memory();
    return memory;
}

char *wn_strndup(const char *text, size_t length) {
    char *copy = wn_malloc(length + 1);
    memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

char *wn_strdup(const char *text) {
    return wn_strndup(text, strlen(text));
}

void wn_grow(void *items, size_t *capacity, size_t needed, size_t size) {
    if (needed <= *capacity)
        return;
    size_t wanted = *capacity ? *capacity : 8;
    while (wanted < needed) {
        if (wanted > SIZE_MAX / 2 / size)
            wn_out_of_memory();
        wanted *= 2;
    }
    void *old;
    memcpy(&old, items, sizeof old);
    void *grown = wn_realloc(old, wanted * size);
    memcpy(items, &grown, sizeof grown);
    *capacity = wanted;
}
