// SPDX-License-Identifier: GPL-3.0-or-later
// tests/data/gp.json, which tests/data/make_gp_reference.py wrote. Tests run at the top of the
// checkout.
#ifndef WN_TEST_REFERENCE_H
#define WN_TEST_REFERENCE_H

#include "tests/unit/check.h"

#include <cjson/cJSON.h>

static inline cJSON *read_reference(void) {
    static char text[1 << 16];
    FILE *file = fopen("tests/data/gp.json", "r");
    assert_non_null(file);
    size_t length = fread(text, 1, sizeof text - 1, file);
    assert_true(feof(file));
    fclose(file);
    text[length] = '\0';
    cJSON *reference = cJSON_Parse(text);
    assert_non_null(reference);
    return reference;
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
