// SPDX-License-Identifier: GPL-3.0-or-later
// The words behind `winnow stat FUNCTION`, and standard input, become the args of a statistic.
#ifndef WN_CLI_STAT_ARGS_H
#define WN_CLI_STAT_ARGS_H

#include "core/stats/stat.h"
#include "core/value.h"

// A word is NAME=VALUE, where VALUE is a number, a list 1,2,3, a word or FILE:COLUMN, or it is
// VALUE alone: then it belongs to the first field that has none yet. WN_BAD_INPUT with a sentence.
// What was read must be released all the same; words are borrowed.
enum wn_status wn_stat_read_words(const struct wn_stat *stat, const char *const *words,
                                  size_t count, struct wn_stat_arg *args, struct wn_err *err);

// A file to read, "-" is standard input.
enum wn_status wn_stat_open(const char *path, int *fd, struct wn_err *err);
void wn_stat_close(int fd);
// JSON from a file, "-" is standard input.
enum wn_status wn_stat_read_json(const char *path, struct wn_value *value, struct wn_err *err);

#endif
