// SPDX-License-Identifier: GPL-3.0-or-later
// winnow note: a sentence on a sweep or a trial.
#include "cli/labels.h"
#include "cli/request.h"
#include "core/value.h"

static enum wn_status carry_out(struct wn_store *store, const struct wn_sweep_row *sweep,
                                const struct wn_request_row *request, struct wn_str *answer,
                                struct wn_err *err) {
    const struct wn_label note = {.sweep = sweep->id,
                                  .trial = request->trial,
                                  .text = request->argument,
                                  .user = request->user,
                                  .created = request->created};
    wn_str_add(answer, "noted");
    return wn_store_add_note(store, &note, err);
}

// All words are the text, but for a number before them.
static enum wn_status read_words(const struct wn_invocation *invocation, int64_t *trial,
                                 struct wn_str *text, struct wn_err *err) {
    size_t first = invocation->many_count && wn_names_trial(invocation->many[0]);
    *trial = WN_WHOLE_SWEEP;
    for (size_t i = first; i < invocation->many_count; i++)
        wn_str_addf(text, "%s%s", i > first ? " " : "", invocation->many[i]);
    if (!wn_is_utf8(wn_str_text(text)))
        return wn_fail(err, WN_BAD_INPUT, "a note is written in UTF-8");
    return first ? wn_read_trial(invocation->many[0], trial, err) : WN_OK;
}

static enum wn_status take_note(struct wn_invocation *invocation, struct wn_store *store,
                                const struct wn_sweep_row *sweep, struct wn_err *err) {
    struct wn_str text = {0};
    int64_t trial;
    enum wn_status status = read_words(invocation, &trial, &text, err);
    if (status == WN_OK && trial != WN_WHOLE_SWEEP)
        status = wn_check_trial(store, sweep, trial, err);
    const struct wn_wish wish = {
        .verb = "note", .trial = trial, .argument = text.text, .at_once = true, .still = carry_out};
    if (status == WN_OK && text.length)
        status = wn_ask_sweep(invocation, store, sweep, &wish, err);
    else if (status == WN_OK)
        status = wn_print_labels(store, sweep->id, trial, &invocation->out, err);
    wn_str_free(&text);
    return status;
}

static enum wn_status run(struct wn_invocation *invocation, struct wn_err *err) {
    struct wn_store *store;
    struct wn_sweep_row sweep;
    enum wn_status status = wn_open_sweep(invocation, WN_STORE_WRITE, &store, &sweep, err);
    if (status != WN_OK)
        return status;
    status = take_note(invocation, store, &sweep, err);
    wn_sweep_row_clear(&sweep);
    wn_store_close(store);
    return status;
}

static const struct wn_example examples[] = {
    {"winnow note svm 'before the data were cleaned'", "about the sweep"},
    {"winnow note svm 12 diverged, the seed was unlucky", "about trial 12"},
    {"winnow note svm", "read what was noted"},
    {0},
};

const struct wn_command wn_command_note = {
    .name = "note",
    .writes = true,
    .summary = "write something about a sweep or a trial",
    .also = "comment annotate remark",
    .operands = {{.name = "SWEEP", .kind = WN_OPERAND_SWEEP},
                 {.name = "TRIAL|TEXT", .kind = WN_OPERAND_TRIAL, .optional = true, .many = true}},
    .description = "Keeps a note with who wrote it and when, and winnow show shows it. A number "
                   "before the text is the trial that it is about. Without a text the notes that "
                   "are there are printed.",
    .examples = examples,
    .run = run,
};
