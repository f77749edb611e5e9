// SPDX-License-Identifier: GPL-3.0-or-later
// A file of data as bytes: plain or gzip (told apart by its first bytes), or standard input. It is
// what wn_csv_source reads from; a read that fails looks like the end, and wn_input_end() tells.
#ifndef WN_DATA_INPUT_H
#define WN_DATA_INPUT_H

#include <stddef.h>

#include "core/base/err.h"

struct wn_input;

// "-" is standard input. WN_BAD_INPUT: it cannot be opened.
enum wn_status wn_input_open(const char *path, struct wn_input **input, struct wn_err *err);
// The source of a reader of CSV: `context` is the input.
size_t wn_input_read(void *context, char *bytes, size_t room);
// After the last byte: whether all could be read. WN_BAD_INPUT with the reason: a damaged archive.
enum wn_status wn_input_end(struct wn_input *input, struct wn_err *err);
// How much of the file was read, 0 to 1; NaN: it has no size, such as a pipe.
double wn_input_share(struct wn_input *input);
void wn_input_close(struct wn_input *input);

#endif
