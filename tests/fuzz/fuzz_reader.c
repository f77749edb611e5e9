// SPDX-License-Identifier: GPL-3.0-or-later
// The reader against hostile lines, and its JSON scanner against cJSON: what cJSON prints, the
// scanner must accept and read alike; what the scanner accepts without Python's NaN and Infinity,
// cJSON must accept. Build with clang -fsanitize=fuzzer,address,undefined.
#include <cjson/cJSON.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/str.h"
#include "sweep/reader/internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct wn_reader *new_reader(void) {
    static const char *const captures[] = {"loss[ :]+(?<loss>\\S+)", "(?<step>\\d+)/(?<total>\\d+)",
                                           "(\\w+\\s?)*(?<x>\\d)", "(?<e>)"};
    struct wn_reader *reader;
    if (wn_reader_new(captures, 4, &reader, NULL) != WN_OK)
        abort();
    return reader;
}

static void check_reading(void *context, const struct wn_reading *reading) {
    size_t length = strlen(reading->name);
    if (!length || length > WN_NAME_MAX || (reading->has_step && !isfinite(reading->step)))
        abort();
    ++*(size_t *)context;
}

// The sum of all numbers outside arrays: the scanner's points in another way. Names that the
// scanner refuses would disturb it, so they are counted only where every name is plain.
struct sum {
    double total;
    bool plain;
};

static bool is_plain(const char *name) {
    size_t letters = strspn(name, "abcdefghijklmnopqrtuvwxyz"); // no s: no step
    return letters && letters < 20 && !name[letters];
}

static void add_up(const cJSON *object, int depth, struct sum *sum) {
    sum->plain = sum->plain && depth < 10;
    for (const cJSON *item = object->child; item && sum->plain; item = item->next) {
        sum->plain = is_plain(item->string);
        if (cJSON_IsObject(item))
            add_up(item, depth + 1, sum);
        else if (cJSON_IsNumber(item))
            sum->total += item->valuedouble;
    }
}

static void add_reading(void *context, const struct wn_reading *reading) {
    *(double *)context += reading->value;
}

static void scanner_reads_what_cjson_prints(struct wn_reader *reader, const cJSON *tree) {
    char *text = cJSON_PrintUnformatted(tree);
    cJSON *again = text ? cJSON_Parse(text) : NULL; // printing may round
    if (again && strlen(text) <= WN_LINE_MAX) {
        struct sum sum = {.plain = true};
        double total = 0;
        add_up(again, 0, &sum);
        wn_points_cut(&reader->points, 0);
        if (!wn_read_json(reader, text, strlen(text)))
            abort();
        wn_reader_line(reader, text, strlen(text), add_reading, &total);
        if (sum.plain && total != sum.total && !(isnan(total) && isnan(sum.total)))
            abort();
    }
    cJSON_Delete(again);
    cJSON_free(text);
}

// Python's words, and cJSON's own limit on nesting.
static bool beyond_cjson(const char *text) {
    size_t opened = 0;
    for (const char *at = text; *at; at++)
        opened += *at == '[' || *at == '{';
    // cJSON refuses lone surrogates.
    return strstr(text, "NaN") || strstr(text, "Infinity") || strstr(text, "\\u") || opened >= 1000;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct wn_reader *reader;
    if (!reader)
        reader = new_reader();
    size_t handed_out = 0;
    if (wn_reader_line(reader, (const char *)data, size, check_reading, &handed_out) != handed_out)
        abort();
    struct wn_str text = {0};
    wn_str_add_bytes(&text, data, size);
    wn_points_cut(&reader->points, 0);
    bool valid = wn_read_json(reader, text.text, size);
    cJSON *tree = cJSON_ParseWithLength(text.text, size);
    if (valid && !tree && !memchr(text.text, '\0', size) && !beyond_cjson(text.text))
        abort();
    if (cJSON_IsObject(tree))
        scanner_reads_what_cjson_prints(reader, tree);
    cJSON_Delete(tree);
    wn_str_free(&text);
    return 0;
}
