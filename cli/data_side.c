// SPDX-License-Identifier: GPL-3.0-or-later
// Reading one side.
#include "cli/data_side.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/common.h"
#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/data/input.h"

enum { ROWS_AT_ONCE = 20000, TEXT_MOST = 1 << 28 };
static const double quiet_for = 0.7, redraw_every = 0.2, remark_every = 2; // seconds

const struct wn_option wn_data_side_options[] = {
    {.name = "columns", .type = WN_OPTION_TEXT, .value = "A,B,..", .help = "only these columns"},
    {.name = "type",
     .type = WN_OPTION_TEXT,
     .repeats = true,
     .value = "COLUMN=TYPE",
     .help = "numeric, categorical, boolean, datetime, text or id, in place of what it looks like"},
    {.name = "missing",
     .type = WN_OPTION_TEXT,
     .repeats = true,
     .value = "WORD",
     .help = "one more word that stands for no value, beside NA, NaN, null and None"},
    {.name = "ragged",
     .type = WN_OPTION_CHOICE,
     .value = "POLICY",
     .choices = "refuse|skip|pad",
     .fallback = "refuse",
     .help = "what becomes of rows that are too long, too short or broken"},
    {0},
};

bool wn_split_wish(const char *word, char **name, const char **value) {
    const char *equals = strrchr(word, '=');
    if (!equals || equals == word)
        return false;
    *name = wn_strndup(word, (size_t)(equals - word));
    *value = equals + 1;
    return true;
}

// ---- files --------------------------------------------------------------------------------------

static enum wn_status find_files(struct wn_data_side *side, const char *word, struct wn_err *err) {
    glob_t found = {0};
    bool pattern = strcmp(word, "-") != 0 && access(word, F_OK) != 0 &&
                   glob(word, 0, NULL, &found) == 0 && found.gl_pathc > 0;
    side->path_count = pattern ? found.gl_pathc : 1;
    side->paths = wn_calloc(side->path_count, sizeof *side->paths);
    for (size_t i = 0; i < side->path_count; i++)
        side->paths[i] = wn_strdup(pattern ? found.gl_pathv[i] : word);
    bool none = !pattern && strcspn(word, "*?[") < strlen(word) && access(word, F_OK) != 0;
    globfree(&found);
    return none ? wn_fail(err, WN_BAD_INPUT, "no file is named like %s", word) : WN_OK;
}

// What a file begins with; of standard input and of pipes nothing can be read twice.
static bool is_profile(const char *path) {
    struct wn_input *input;
    struct stat about;
    char head[64];
    if (strcmp(path, "-") == 0 || stat(path, &about) != 0 || !S_ISREG(about.st_mode) ||
        wn_input_open(path, &input, NULL) != WN_OK)
        return false;
    size_t length = wn_input_read(input, head, sizeof head);
    wn_input_close(input);
    return wn_profile_looks_like(head, length);
}

enum wn_status wn_data_side_text(const char *path, struct wn_str *text, struct wn_err *err) {
    struct wn_input *input;
    char piece[65536];
    size_t got;
    enum wn_status status = wn_input_open(path, &input, err);
    if (status != WN_OK)
        return status;
    while (text->length < TEXT_MOST && (got = wn_input_read(input, piece, sizeof piece)) > 0)
        wn_str_add_bytes(text, piece, got);
    status = wn_input_end(input, err);
    wn_input_close(input);
    return status == WN_OK && text->length >= TEXT_MOST
               ? wn_fail(err, WN_BAD_INPUT, "%s has more than 256 MiB", path)
               : status;
}

static enum wn_status read_profile(const char *path, struct wn_profile *profile,
                                   struct wn_err *err) {
    struct wn_str text = {0};
    enum wn_status status = wn_data_side_text(path, &text, err);
    if (status == WN_OK && wn_profile_parse(wn_str_text(&text), profile, err) != WN_OK)
        status = wn_err_prefix(err, "%s", path);
    wn_str_free(&text);
    return status;
}

static enum wn_status read_profiles(struct wn_data_side *side, struct wn_err *err) {
    enum wn_status status = read_profile(side->paths[0], &side->profile, err);
    side->settled = true;
    for (size_t i = 1; i < side->path_count && status == WN_OK; i++) {
        struct wn_profile next;
        status = read_profile(side->paths[i], &next, err);
        if (status != WN_OK)
            break;
        status = wn_profile_merge(&side->profile, &next, err);
        wn_profile_free(&next);
        if (status != WN_OK)
            wn_err_prefix(err, "%s", side->paths[i]);
    }
    return status;
}

// ---- options ------------------------------------------------------------------------------------

// Whether a list "a,b,c" has the word.
static bool list_has(const char *list, const char *word) {
    size_t length = strlen(word);
    for (const char *at = list; (at = strstr(at, word)); at++)
        if ((at == list || at[-1] == ',') && (at[length] == ',' || at[length] == '\0'))
            return true;
    return false;
}

static enum wn_status select_columns(struct wn_data_side *side, const char *list,
                                     struct wn_err *err) {
    struct wn_profile *profile = wn_data_side_profile(side);
    size_t kept = 0;
    for (size_t i = 0; i < profile->count; i++)
        kept += !(profile->columns[i].unwanted = !list_has(list, profile->columns[i].name));
    return kept ? WN_OK
                : wn_fail(err, WN_BAD_INPUT, "%s has none of the columns %s",
                          wn_data_side_name(side), list);
}

static enum wn_status read_type(const char *name, enum wn_feature_type *type, struct wn_err *err) {
    int index = 0;
    while (wn_feature_type_names[index] && strcmp(wn_feature_type_names[index], name) != 0)
        index++;
    *type = (enum wn_feature_type)index;
    if (index < WN_FEATURE_TYPES)
        return WN_OK;
    return wn_fail(err, WN_BAD_INPUT,
                   "%s is no type: numeric, categorical, boolean, datetime, text, id", name);
}

static enum wn_status set_type(struct wn_data_side *side, const char *wish, struct wn_err *err) {
    char *name;
    const char *value;
    enum wn_feature_type type;
    if (!wn_split_wish(wish, &name, &value))
        return wn_fail(err, WN_BAD_INPUT, "--type takes COLUMN=TYPE (found %s)", wish);
    enum wn_status status = read_type(value, &type, err);
    struct wn_feature *feature = wn_profile_find(wn_data_side_profile(side), name);
    if (status == WN_OK && !feature)
        status = wn_fail(err, WN_BAD_INPUT, "%s has no column %s", wn_data_side_name(side), name);
    else if (status == WN_OK && side->settled && feature->type != type)
        status = wn_fail(err, WN_BAD_INPUT, "column %s of the profile %s is %s", name,
                         wn_data_side_name(side), wn_feature_type_names[feature->type]);
    free(name);
    if (status == WN_OK && feature) {
        feature->type = type;
        feature->told = true;
    }
    return status;
}

static enum wn_status apply_options(struct wn_data_side *side,
                                    const struct wn_invocation *invocation, struct wn_err *err) {
    size_t count;
    const char **wishes = wn_args_texts(invocation, "type", &count);
    const char *columns = wn_args_text(invocation, "columns", NULL);
    enum wn_status status = columns ? select_columns(side, columns, err) : WN_OK;
    for (size_t i = 0; i < count && status == WN_OK; i++)
        status = set_type(side, wishes[i], err);
    free(wishes);
    return status;
}

// The words of --missing, NULL at the end.
static const char **missing_words(const struct wn_invocation *invocation) {
    size_t count;
    const char **words = wn_args_texts(invocation, "missing", &count);
    words = wn_realloc(words, (count + 1) * sizeof *words);
    words[count] = NULL;
    return words;
}

static enum wn_ragged ragged_of(const struct wn_invocation *invocation) {
    const char *word = wn_args_text(invocation, "ragged", "refuse");
    return strcmp(word, "skip") == 0  ? WN_RAGGED_SKIP
           : strcmp(word, "pad") == 0 ? WN_RAGGED_PAD
                                      : WN_RAGGED_REFUSE;
}

// ---- the side -----------------------------------------------------------------------------------

static enum wn_status open_rows(struct wn_data_side *side, const struct wn_invocation *invocation,
                                struct wn_err *err) {
    side->missing = missing_words(invocation);
    return wn_dataset_open((const char *const *)side->paths, side->path_count,
                           ragged_of(invocation), &side->data, err);
}

enum wn_status wn_data_side_open_rows(struct wn_data_side *side,
                                      const struct wn_invocation *invocation, const char *word,
                                      struct wn_err *err) {
    *side = (struct wn_data_side){0};
    enum wn_status status = find_files(side, word, err);
    if (status == WN_OK && is_profile(side->paths[0]))
        return wn_fail(err, WN_BAD_INPUT, "%s is a profile: its rows are needed", word);
    return status == WN_OK ? open_rows(side, invocation, err) : status;
}

enum wn_status wn_data_side_open(struct wn_data_side *side, const struct wn_invocation *invocation,
                                 const char *word, struct wn_err *err) {
    *side = (struct wn_data_side){0};
    enum wn_status status = find_files(side, word, err);
    if (status == WN_OK && is_profile(side->paths[0])) {
        status = read_profiles(side, err);
    } else if (status == WN_OK) {
        status = open_rows(side, invocation, err);
        if (status == WN_OK)
            side->reading = wn_reading_new(side->data, side->missing[0] ? side->missing : NULL);
    }
    return status == WN_OK ? apply_options(side, invocation, err) : status;
}

struct wn_profile *wn_data_side_profile(struct wn_data_side *side) {
    return side->reading ? wn_reading_profile(side->reading) : &side->profile;
}

const char *wn_data_side_name(const struct wn_data_side *side) {
    return strcmp(side->paths[0], "-") == 0 ? "standard input" : side->paths[0];
}

static void draw_progress(const struct wn_data_side *side, const char *remark) {
    struct wn_str line = {0}, clean = {0}, shown = {0};
    struct winsize size = {0};
    double share = wn_dataset_share(side->data);
    wn_str_addf(&line, "%s  ", wn_data_side_name(side));
    if (!isnan(share))
        wn_str_addf(&line, "%.0f%%  ", 100 * share);
    wn_str_addf(&line, "%lld rows%s", (long long)wn_dataset_rows(side->data), remark);
    ioctl(STDERR_FILENO, TIOCGWINSZ, &size);
    wn_text_escape(&clean, line.text, line.length, false);
    wn_text_fit(&shown, clean.text, size.ws_col > 1 ? size.ws_col - 1 : 79);
    wn_say("\r%s\x1b[K", shown.text);
    wn_str_free(&line);
    wn_str_free(&clean);
    wn_str_free(&shown);
}

struct progress {
    struct wn_data_side *side;
    double next_draw, next_remark; // monotonic seconds
    struct wn_str remark;
    bool shown;
};

static void show_progress(struct progress *progress) {
    double now = wn_monotonic();
    if (now < progress->next_draw)
        return;
    if (progress->side->remark && now >= progress->next_remark) {
        wn_str_clear(&progress->remark);
        progress->side->remark(progress->side->remark_context, &progress->remark);
        // What it costs must not be what takes the time.
        progress->next_remark = wn_monotonic() + fmax(remark_every, 10 * (wn_monotonic() - now));
    }
    draw_progress(progress->side, wn_str_text(&progress->remark));
    progress->shown = true;
    progress->next_draw = now + redraw_every;
}

static void walk(struct wn_data_side *side, bool (*go)(void *context, size_t rows), void *context) {
    struct progress progress = {.side = side, .next_draw = wn_monotonic() + quiet_for};
    bool terminal = wn_takes_escapes(STDERR_FILENO);
    while (go(context, ROWS_AT_ONCE))
        if (terminal)
            show_progress(&progress);
    if (progress.shown)
        wn_say("\r\x1b[K");
    wn_str_free(&progress.remark);
}

enum wn_status wn_data_side_walk(struct wn_data_side *side, bool (*go)(void *context, size_t rows),
                                 void *context, struct wn_err *err) {
    walk(side, go, context);
    int64_t bad = wn_dataset_bad(side->data);
    wn_say("%s", wn_dataset_problems(side->data));
    if (bad > 0)
        wn_say("%s: %lld row%s not as the header has them\n", wn_data_side_name(side),
               (long long)bad, bad == 1 ? "" : "s");
    return wn_dataset_end(side->data, err);
}

static bool go_on(void *context, size_t rows) {
    return wn_reading_go(context, rows);
}

bool wn_data_side_step(struct wn_data_side *side, size_t rows) {
    return !side->settled && wn_reading_go(side->reading, rows);
}

enum wn_status wn_data_side_read(struct wn_data_side *side, struct wn_err *err) {
    if (side->settled)
        return WN_OK;
    enum wn_status status = wn_data_side_walk(side, go_on, side->reading, err);
    side->rows = wn_reading_rows(side->reading);
    side->profile = wn_reading_end(side->reading);
    side->reading = NULL;
    if (status == WN_OK && side->profile.rows == 0)
        status = wn_fail(err, WN_BAD_INPUT, "%s has a header and no rows", wn_data_side_name(side));
    return status;
}

void wn_data_side_free(struct wn_data_side *side) {
    if (side->reading)
        side->profile = wn_reading_end(side->reading);
    wn_profile_free(&side->profile);
    wn_row_sample_free(&side->rows);
    wn_dataset_close(side->data);
    for (size_t i = 0; i < side->path_count; i++)
        free(side->paths[i]);
    free(side->paths);
    free(side->missing);
    *side = (struct wn_data_side){0};
}
