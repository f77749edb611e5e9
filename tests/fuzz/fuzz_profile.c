// SPDX-License-Identifier: GPL-3.0-or-later
// Profiles against any bytes. What begins with a brace is read as a saved profile, all else as data
// to profile; whatever comes of it, written out, reads back as the same profile, and may be
// compared and merged with itself.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/data/profile.h"
#include "core/drift/drift.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds) {
    if (!holds)
        abort();
}

static void check_same(struct wn_profile *profile) {
    struct wn_str once = {0}, twice = {0};
    struct wn_profile again;
    struct wn_err err;
    wn_profile_write(profile, &once);
    require(wn_profile_parse(once.text, &again, &err) == WN_OK);
    wn_profile_write(&again, &twice);
    require(strcmp(once.text, twice.text) == 0);
    struct wn_drift drift;
    const struct wn_drift_setup setup = {.alpha = 0.05, .all_tests = true};
    require(wn_drift_run(profile, &again, &setup, &drift, &err) == WN_OK && drift.drifted == 0);
    wn_drift_free(&drift);
    require(wn_profile_merge(profile, &again, &err) == WN_OK);
    wn_str_free(&once);
    wn_str_free(&twice);
    wn_profile_free(&again);
}

static void read_saved(const uint8_t *data, size_t size) {
    char *text = malloc(size + 1);
    struct wn_profile profile;
    struct wn_err err;
    memcpy(text, data, size);
    text[size] = '\0';
    if (wn_profile_parse(text, &profile, &err) == WN_OK) {
        check_same(&profile);
        wn_profile_free(&profile);
    }
    free(text);
}

static void read_data(const uint8_t *data, size_t size) {
    static int fd = -1;
    char path[64];
    struct wn_dataset *rows;
    struct wn_err err;
    if (fd < 0)
        fd = memfd_create("data", 0);
    require(ftruncate(fd, 0) == 0 && pwrite(fd, data, size, 0) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    const char *paths[] = {path};
    if (wn_dataset_open(paths, 1, (enum wn_ragged)(data[0] % 3), &rows, &err) != WN_OK)
        return;
    struct wn_reading *reading = wn_reading_new(rows, NULL);
    while (wn_reading_go(reading, 5))
        continue;
    struct wn_profile profile = wn_reading_end(reading);
    check_same(&profile);
    wn_profile_free(&profile);
    wn_dataset_close(rows);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size > 0 && data[0] == '{')
        read_saved(data, size);
    else if (size > 0)
        read_data(data, size);
    return 0;
}
