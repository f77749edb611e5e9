// SPDX-License-Identifier: GPL-3.0-or-later
// Reading what a statistic is told on the command line.
#include "cli/stat_args.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/common.h"
#include "core/base/mem.h"
#include "core/csv_column.h"
#include "core/stats/case.h"

// ---- files --------------------------------------------------------------------------------------

enum wn_status wn_stat_open(const char *path, int *fd, struct wn_err *err) {
    *fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (*fd < 0)
        return wn_fail(err, WN_BAD_INPUT, "cannot read %s: %s", path, strerror(errno));
    return WN_OK;
}

void wn_stat_close(int fd) {
    if (fd != STDIN_FILENO)
        close(fd);
}

enum wn_status wn_stat_read_json(const char *path, struct wn_value *value, struct wn_err *err) {
    char piece[65536];
    struct wn_str text = {0};
    size_t got;
    int fd;
    enum wn_status status = wn_stat_open(path, &fd, err);
    if (status != WN_OK)
        return status;
    while ((got = wn_read_fd(&fd, piece, sizeof piece)) > 0)
        wn_str_add_bytes(&text, piece, got);
    wn_stat_close(fd);
    status = wn_value_parse_json(wn_str_text(&text), value, err);
    if (status != WN_OK)
        wn_err_prefix(err, "%s", strcmp(path, "-") == 0 ? "standard input" : path);
    wn_str_free(&text);
    return status;
}

// "FILE:COLUMN"; the column is what stands behind the last colon.
static enum wn_status read_column(const char *word, struct wn_sample *sample, struct wn_err *err) {
    const char *colon = strrchr(word, ':');
    int fd;
    if (!colon || colon == word || !colon[1])
        return wn_fail(err, WN_BAD_INPUT,
                       "%s is neither a number, nor a list 1,2,3, nor FILE:COLUMN", word);
    char *path = wn_strndup(word, (size_t)(colon - word));
    enum wn_status status = wn_stat_open(path, &fd, err);
    if (status == WN_OK) {
        status = wn_csv_column(&(struct wn_csv_source){wn_read_fd, &fd}, colon + 1, sample, err);
        wn_stat_close(fd);
        if (status != WN_OK)
            wn_err_prefix(err, "%s", path);
    }
    free(path);
    return status;
}

// ---- values -------------------------------------------------------------------------------------

// "1,2,NA,4"; false where a part is no number.
static bool read_list(const char *text, struct wn_sample *sample) {
    size_t capacity = 0;
    bool good = true;
    char *copy = wn_strdup(text), *at = copy, *part;
    while (good && (part = strsep(&at, ",")))
        good = wn_cell_number(part, WN_PUSH(sample->values, sample->count, capacity));
    free(copy);
    return good;
}

static enum wn_status read_sample(const char *text, struct wn_stat_arg *arg, struct wn_err *err) {
    struct wn_sample *sample = wn_stat_add_sample(arg);
    if (read_list(text, sample))
        return WN_OK;
    free(sample->values);
    *sample = (struct wn_sample){0};
    return read_column(text, sample, err);
}

static enum wn_status read_value(const struct wn_stat_field *field, const char *text,
                                 struct wn_stat_arg *arg, struct wn_err *err) {
    if (arg->given && field->kind != WN_STAT_SAMPLES)
        return wn_fail(err, WN_BAD_INPUT, "%s is given twice", field->name);
    arg->given = true;
    if (field->kind == WN_STAT_WORD)
        arg->word = text;
    else if (field->kind != WN_STAT_NUMBER)
        return read_sample(text, arg, err);
    else if (!wn_cell_number(text, &arg->number) || isnan(arg->number))
        return wn_fail(err, WN_BAD_INPUT, "%s must be a number (found %s)", field->name, text);
    return WN_OK;
}

// ---- words --------------------------------------------------------------------------------------

// The field that a word without a name belongs to: -1, all have their value.
static int next_field(const struct wn_stat *stat, const struct wn_stat_arg *args) {
    for (size_t i = 0; i < wn_stat_field_count(stat); i++)
        if (!args[i].given || stat->fields[i].kind == WN_STAT_SAMPLES)
            return (int)i;
    return -1;
}

// Whether a word begins with a name and an equals sign: a path may have one too.
static bool is_named(const char *word) {
    size_t name = strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
    return name > 0 && word[name] == '=';
}

static enum wn_status read_word(const struct wn_stat *stat, const char *word,
                                struct wn_stat_arg *args, struct wn_err *err) {
    int index = next_field(stat, args);
    if (is_named(word)) {
        size_t length = strcspn(word, "=");
        char *name = wn_strndup(word, length);
        index = wn_stat_field_index(stat, name, err);
        free(name);
        word += length + 1;
    } else if (index < 0) {
        wn_fail(err, WN_BAD_INPUT, "%s has all it takes: %s is one word too many", stat->name,
                word);
    }
    return index < 0 ? WN_BAD_INPUT : read_value(&stat->fields[index], word, &args[index], err);
}

enum wn_status wn_stat_read_words(const struct wn_stat *stat, const char *const *words,
                                  size_t count, struct wn_stat_arg *args, struct wn_err *err) {
    for (size_t i = 0; i < count; i++)
        if (read_word(stat, words[i], args, err) != WN_OK)
            return WN_BAD_INPUT;
    return WN_OK;
}
