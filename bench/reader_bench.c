// SPDX-License-Identifier: GPL-3.0-or-later
// How many lines per CPU-second the reader takes from memory, beside cJSON and splitting alone.
// Usage: reader_bench [LINES]
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base/rng.h"
#include "core/base/str.h"
#include "sweep/reader.h"

enum { ROUNDS = 5 };

struct job {
    const char *name;
    void (*print)(struct wn_str *out, long i);
    const char *capture; // NULL: none
    void (*take)(struct job *job, const char *line, size_t length);
    struct wn_reader *reader;
    double sum; // keeps the compiler from leaving the work out
};

static void print_json(struct wn_str *out, long i) {
    wn_str_addf(out, "{\"step\":%ld,\"loss\":%.6f}\n", i, 1.0 / (double)(1 + i % 1000));
}

static void print_python(struct wn_str *out, long i) {
    struct wn_rng rng = wn_rng_new(1, (uint64_t)i);
    wn_str_addf(out, "{\"step\": %ld, \"loss\": %.17g, \"acc\": %.16g}\n", i, wn_rng_uniform(&rng),
                wn_rng_uniform(&rng));
}

static void print_words(struct wn_str *out, long i) {
    wn_str_addf(out, "step=%ld loss=%.6f\n", i, 1.0 / (double)(1 + i % 1000));
}

static void print_log(struct wn_str *out, long i) {
    wn_str_addf(out, "epoch %ld of 1000: all is well\n", i);
}

static void print_sentence(struct wn_str *out, long i) {
    wn_str_addf(out, "epoch %ld of 1000: validation loss is %.6f now\n", i,
                1.0 / (double)(1 + i % 1000));
}

static void add(void *context, const struct wn_reading *reading) {
    *(double *)context += reading->value;
}

static void take_winnow(struct job *job, const char *line, size_t length) {
    wn_reader_line(job->reader, line, length, add, &job->sum);
}

static void take_cjson(struct job *job, const char *line, size_t length) {
    cJSON *tree = cJSON_ParseWithLength(line, length);
    for (const cJSON *item = tree ? tree->child : NULL; item; item = item->next)
        if (cJSON_IsNumber(item))
            job->sum += item->valuedouble;
    cJSON_Delete(tree);
}

static void take_nothing(struct job *job, const char *line, size_t length) {
    (void)line;
    job->sum += (double)length;
}

static double cpu_seconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static double one_round(struct job *job, const struct wn_str *text) {
    double before = cpu_seconds();
    const char *end = text->text + text->length, *newline;
    for (const char *at = text->text; at < end; at = newline + 1) {
        newline = memchr(at, '\n', (size_t)(end - at));
        job->take(job, at, (size_t)(newline - at));
    }
    return cpu_seconds() - before;
}

static int by_value(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return a < b ? -1 : a > b;
}

static void measure(struct job *job, long lines) {
    struct wn_err err;
    if (wn_reader_new(&job->capture, job->capture ? 1 : 0, &job->reader, &err) != WN_OK) {
        fprintf(stderr, "%s\n", err.text);
        exit(3);
    }
    struct wn_str text = {0};
    for (long i = 0; i < lines; i++)
        job->print(&text, i);
    double seconds[ROUNDS];
    for (int i = 0; i < ROUNDS; i++)
        seconds[i] = one_round(job, &text);
    qsort(seconds, ROUNDS, sizeof *seconds, by_value);
    printf("%-34s %8.2f M lines/s\n", job->name, (double)lines / seconds[ROUNDS / 2] / 1e6);
    wn_str_free(&text);
    wn_reader_free(job->reader);
}

int main(int argc, char **argv) {
    static const char accuracy[] = "validation loss is (?<loss>[0-9.]+)";
    struct job jobs[] = {
        {.name = "split only", .print = print_json, .take = take_nothing},
        {.name = "JSON, cJSON", .print = print_json, .take = take_cjson},
        {.name = "JSON", .print = print_json, .take = take_winnow},
        {.name = "JSON of 16 digits, cJSON", .print = print_python, .take = take_cjson},
        {.name = "JSON of 16 digits", .print = print_python, .take = take_winnow},
        {.name = "words", .print = print_words, .take = take_winnow},
        {.name = "no metric", .print = print_log, .take = take_winnow},
        {.name = "no metric, one capture",
         .print = print_log,
         .take = take_winnow,
         .capture = accuracy},
        {.name = "one capture", .print = print_sentence, .take = take_winnow, .capture = accuracy},
    };
    long lines = argc > 1 ? atol(argv[1]) : 200000;
    for (size_t i = 0; i < sizeof jobs / sizeof *jobs; i++)
        measure(&jobs[i], lines);
    return 0;
}
