// SPDX-License-Identifier: GPL-3.0-or-later
// Reference values in tests/data, each file written by the make_..._reference.py beside it. Tests
// run at the top of the checkout.
#ifndef WN_TEST_REFERENCE_H
#define WN_TEST_REFERENCE_H

#include "tests/unit/check.h"

#include <cjson/cJSON.h>

static inline cJSON *read_reference_file(const char *path) {
    static char text[1 << 16];
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t length = fread(text, 1, sizeof text - 1, file);
    assert_true(feof(file));
    fclose(file);
    text[length] = '\0';
    cJSON *reference = cJSON_Parse(text);
    assert_non_null(reference);
    return reference;
}

static inline cJSON *read_reference(void) {
    return read_reference_file("tests/data/gp.json");
}

static inline double number_at(const cJSON *object, const char *key) {
    const cJSON *item = cJSON_GetObjectItem(object, key);
    assert_true(cJSON_IsNumber(item));
    return item->valuedouble;
}

// A list of exactly so many.
static inline void numbers_at(const cJSON *object, const char *key, double *out, size_t count) {
    const cJSON *list = key ? cJSON_GetObjectItem(object, key) : object, *item;
    size_t i = 0;
    assert_int_equal(cJSON_GetArraySize(list), count);
    cJSON_ArrayForEach(item, list) {
        out[i++] = item->valuedouble;
    }
}

#endif
