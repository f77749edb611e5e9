// SPDX-License-Identifier: GPL-3.0-or-later
// A side of a comparison of data, from the command line: files (perhaps a pattern), standard input
// or saved profiles become one profile. Options that say how files are read are those of
// wn_data_side_options.
#ifndef WN_CLI_DATA_SIDE_H
#define WN_CLI_DATA_SIDE_H

#include "cli/args.h"
#include "core/data/profile.h"

// --type, --columns, --missing, --ragged
extern const struct wn_option wn_data_side_options[];

struct wn_data_side {
    char **paths;
    size_t path_count;
    bool settled; // saved profiles: types cannot be changed any more
    struct wn_dataset *data;
    struct wn_reading *reading;
    struct wn_profile profile;
    struct wn_row_sample rows; // where wn_reading_keep_rows() was asked for some
    const char **missing;      // words for no value
    // Adds to the line of progress what is known so far; NULL: nothing. Called now and then.
    void (*remark)(void *context, struct wn_str *line);
    void *remark_context;
};

// Opens what `word` names: "-" or a file, or a pattern such as 'may/*.csv' where there is no such
// file. Reads a sample, and sets aside what --columns does not name, and types as --type says.
enum wn_status wn_data_side_open(struct wn_data_side *side, const struct wn_invocation *invocation,
                                 const char *word, struct wn_err *err);
struct wn_profile *wn_data_side_profile(struct wn_data_side *side);
// Reads it all, with progress on stderr where that takes long on a terminal. Tells of rows that
// could not be used.
enum wn_status wn_data_side_read(struct wn_data_side *side, struct wn_err *err);
// Reads `rows` more, without a word; false: that was all, which wn_data_side_read() then ends.
bool wn_data_side_step(struct wn_data_side *side, size_t rows);
const char *wn_data_side_name(const struct wn_data_side *side); // its first file
void wn_data_side_free(struct wn_data_side *side);

// Opens the rows alone, without a sample: what winnow check reads one by one.
enum wn_status wn_data_side_open_rows(struct wn_data_side *side,
                                      const struct wn_invocation *invocation, const char *word,
                                      struct wn_err *err);
// Calls `go` (it takes `rows` more, false: that was all) until all is read, with progress on
// stderr; then tells of rows that could not be used.
enum wn_status wn_data_side_walk(struct wn_data_side *side, bool (*go)(void *context, size_t rows),
                                 void *context, struct wn_err *err);
// The text of a file of at most 256 MiB, gzip or not.
enum wn_status wn_data_side_text(const char *path, struct wn_str *text, struct wn_err *err);

// "NAME=VALUE": splits at the last equals sign; the caller frees the name. false: there is none.
bool wn_split_wish(const char *word, char **name, const char **value);

#endif
