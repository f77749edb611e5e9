// SPDX-License-Identifier: GPL-3.0-or-later
// `output: line`: the environment in which a program that uses C streams flushes each line although
// its output is a file, as `stdbuf -oL` makes it: a library of coreutils is loaded before all
// others.
#ifndef WN_LINEBUFFER_H
#define WN_LINEBUFFER_H

#include "core/base/err.h"

// Makes a copy of `environment` with what is needed; wn_linebuffer_free() releases it (or NULL).
enum wn_status wn_linebuffer_new(char *const *environment, char ***copy, struct wn_err *err);
void wn_linebuffer_free(char **copy);

#endif
