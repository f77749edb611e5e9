// SPDX-License-Identifier: GPL-3.0-or-later
// The launch form, in parts:
//
// launch.c        the screen: keys, and what they do      launch_draw.c    its drawing
// launch_form.c   fields, and the words they make         launch_read.c    reading, on the pool
// launch_files.c  spec files of the project
//
// The form holds texts. Its words are those of `winnow run`, or of `winnow enqueue` for a trial
// that is to run again with other parameters; they are read as that command will read them, each
// time something changed, and what comes of it (ranges, mistakes, the plan) is shown beside.
#ifndef WN_SCREEN_LAUNCH_H
#define WN_SCREEN_LAUNCH_H

#include "core/base/diag.h"
#include "tui/screen.h"
#include "tui/widgets/edit.h"

enum wn_launch_kind { // of a field
    WN_LAUNCH_SPEC,
    WN_LAUNCH_COMMAND,
    WN_LAUNCH_METRIC,
    WN_LAUNCH_GOAL,
    WN_LAUNCH_CAPTURE,
    WN_LAUNCH_NAME,
    WN_LAUNCH_METHOD,
    WN_LAUNCH_PARALLEL,
    WN_LAUNCH_TRIALS,
    WN_LAUNCH_TIME,
    WN_LAUNCH_SEED,
    WN_LAUNCH_FURTHER,
    WN_LAUNCH_FIXED, // how many of them there are
    WN_LAUNCH_PARAM = WN_LAUNCH_FIXED,
};

#define WN_LAUNCH_ALONE "a command alone" // the choice beside the files

struct wn_words { // NULL-ended where there are any
    char **items;
    size_t count, capacity;
};
void wn_words_add(struct wn_words *words, char *word); // takes it over
void wn_words_free(struct wn_words *words);
const char *const *wn_words_list(const struct wn_words *words); // never NULL

struct wn_launch_file {
    char *path; // from the working directory where it lies below that
    char *used; // the newest sweep that it was used for, or NULL
};

struct wn_launch_param {
    char *name, *range; // range "": -p has no words for it
    char *note;         // "float, log"
};

struct wn_launch_plan {
    bool good;               // there is one: the words can be run
    int64_t declared;        // trials; 0: without end
    uint64_t configurations; // of the space; 0: infinitely many
    int64_t parallel, repeats;
    double most_seconds; // 0: no bound
    char *method, *objective;
    bool maximize;
    double estimate; // seconds it may take; 0: unknown
    char *like;      // the sweep that this goes by
    char *twin;      // an unfinished sweep of this name and spec, or NULL
    bool twin_runs;
};

struct wn_launch_query { // on the heap; the screen frees it
    // What is asked.
    uint64_t edition; // of the form
    bool undecided;   // no file was chosen yet: the first one that is found
    bool search;      // for files
    char *file;       // NULL: from a command alone
    struct wn_words settings, params, command;
    int64_t sweep, trial; // a trial to run again; sweep 0: none
    // What is answered.
    struct wn_launch_file *files;
    size_t file_count, file_capacity;
    char *whole;                  // the text of a spec that says all of it, or NULL
    char *source;                 // text of the file, or NULL
    bool run_cap;                 // it bounds the trials by W&B's key
    char *base[WN_LAUNCH_FIXED];  // what the spec says of each field, or NULL
    struct wn_launch_param *list; // parameters, or the trial's values
    size_t param_count, param_capacity;
    struct wn_diags diags; // of the file and the words
    struct wn_launch_plan plan;
    char *sweep_name;
    bool sweep_runs;
};

struct wn_launch_field {
    enum wn_launch_kind kind;
    char *name; // of a parameter; NULL: a fixed field
    char *text; // as it stands in the form
    char *base; // as the spec has it
    char *note; // what is known of a parameter
    bool own;   // a parameter that was added here
};

struct wn_form {
    int64_t sweep, trial; // to run again; sweep 0: a new sweep
    bool undecided;
    char *file; // NULL: a command alone
    struct wn_launch_field *fields;
    size_t count, capacity;
    size_t focus; // index of a field; count: the button
    bool typing;
    struct wn_edit edit;
    char *before;  // the text before it was typed into
    bool selected; // as a whole: what is typed replaces it
    uint64_t edition;
    struct wn_launch_query *model; // NULL: nothing was read yet
    double searched;               // when files were looked for, monotonic
    int leaving;                   // the action that would leave it, while that is asked for
    bool abandoned;                // it may be left
    bool busy;                     // a command was asked for and has not ended
    char *said;                    // what the last one answered, or NULL
};

// ---- the form -----------------------------------------------------------------------------------

struct wn_form *wn_form_new(const struct wn_place *place);
void wn_form_free(struct wn_form *form);
// Takes over what was read.
void wn_form_take(struct wn_form *form, struct wn_launch_query *query);

bool wn_form_edited(const struct wn_form *form);
bool wn_field_edited(const struct wn_launch_field *field);
const char *wn_field_label(const struct wn_launch_field *field);
const char *wn_field_help(const struct wn_launch_field *field);
bool wn_field_is_choice(const struct wn_launch_field *field);
bool wn_field_is_number(const struct wn_launch_field *field);
// What it may be, NULL-ended; NULL: a text.
const char *const *wn_form_choices(const struct wn_form *form, const struct wn_launch_field *field,
                                   struct wn_words *room);
// The mistake of a field, or NULL.
const struct wn_diag *wn_form_mistake(const struct wn_form *form,
                                      const struct wn_launch_field *field);
// Sets a field's text; what depends on it follows.
void wn_form_set(struct wn_form *form, size_t index, const char *text);
void wn_form_choose_file(struct wn_form *form, const char *file); // NULL: a command alone
void wn_form_add_param(struct wn_form *form, const char *name);
// As the spec has it; a parameter that was added here goes.
void wn_form_reset(struct wn_form *form, size_t index);

// The rows of the form: indices of fields, the count for the button, and TITLES for the line above
// the parameters. The caller frees.
#define WN_FORM_TITLES ((size_t)-1)
size_t *wn_form_rows(const struct wn_form *form, size_t *count);
// The field `by` rows away that can have the focus.
void wn_form_move(struct wn_form *form, int action);

// The words of `winnow VERB`; the caller frees.
struct wn_words wn_form_words(const struct wn_form *form, const char *verb);
struct wn_launch_query *wn_form_query(const struct wn_form *form);

// ---- drawing ------------------------------------------------------------------------------------

void wn_form_draw(const struct wn_form *form, const struct wn_view *view);
// The row of the form at a row of the pane, or TITLES.
size_t wn_form_at(const struct wn_form *form, struct wn_extent extent, const struct wn_key *key);

// ---- reading, on the thread pool ----------------------------------------------------------------

enum wn_status wn_launch_read(struct wn_store *store, struct wn_launch_query *query,
                              struct wn_err *err);
// Spec files of the working directory and of the store's sweeps, recent ones first.
void wn_launch_find_files(struct wn_store *store, struct wn_launch_query *query);
void wn_launch_release(struct wn_launch_query *query);

#endif
