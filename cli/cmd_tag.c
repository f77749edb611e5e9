// SPDX-License-Identifier: GPL-3.0-or-later
// winnow tag: words on sweeps and trials, to find them again.
#include <stdlib.h>
#include <string.h>

#include "cli/labels.h"
#include "cli/request.h"
#include "core/base/mem.h"
#include "core/value.h"

struct wishes { // about several trials, or the sweep itself
    struct wn_invocation *invocation;
    struct wn_store *store;
    struct wn_sweep_row sweep;
    int64_t *trials;
    size_t trial_count, trial_capacity;
    struct wn_str changes; // "+good -bad"
};

// ---- reading the words --------------------------------------------------------------------------

// Tags are parted by spaces where they are shown, and a number would be a trial.
static enum wn_status check_tag(const char *tag, struct wn_err *err) {
    enum { LONGEST = 64 };
    bool plain = *tag && strlen(tag) <= LONGEST && wn_is_utf8(tag) && !wn_names_trial(tag);
    for (const char *at = tag; *at && plain; at++)
        plain = (unsigned char)*at > ' ' && *at != 0x7f && *at != ',';
    if (plain && *tag != '+' && *tag != '-')
        return WN_OK;
    return wn_fail(err, WN_BAD_INPUT,
                   "a tag is one word of at most %d bytes, without commas, and no number (found "
                   "%s)",
                   LONGEST, *tag ? tag : "nothing");
}

static enum wn_status add_change(struct wishes *wishes, char sign, const char *tag,
                                 struct wn_err *err) {
    wn_str_addf(&wishes->changes, "%s%c%s", wishes->changes.length ? " " : "", sign, tag);
    return check_tag(tag, err);
}

static enum wn_status read_word(struct wishes *wishes, const char *word, struct wn_err *err) {
    if (*word == '+' || *word == '-')
        return add_change(wishes, *word, word + 1, err);
    if (wishes->changes.length || !wn_names_trial(word))
        return add_change(wishes, '+', word, err);
    int64_t trial;
    enum wn_status status = wn_read_trial(word, &trial, err);
    if (status == WN_OK)
        status = wn_check_trial(wishes->store, &wishes->sweep, trial, err);
    *WN_PUSH(wishes->trials, wishes->trial_count, wishes->trial_capacity) = trial;
    return status;
}

static enum wn_status read_words(struct wishes *wishes, struct wn_err *err) {
    const struct wn_invocation *invocation = wishes->invocation;
    enum wn_status status = WN_OK;
    for (size_t i = 0; i < invocation->many_count && status == WN_OK; i++)
        status = read_word(wishes, invocation->many[i], err);
    size_t removals;
    const char **removed = wn_args_texts(invocation, "remove", &removals);
    for (size_t i = 0; i < removals && status == WN_OK; i++)
        status = add_change(wishes, '-', removed[i], err);
    free(removed);
    if (!wishes->trial_count)
        *WN_PUSH(wishes->trials, wishes->trial_count, wishes->trial_capacity) = WN_WHOLE_SWEEP;
    return status;
}

// ---- doing it -----------------------------------------------------------------------------------

static enum wn_status change(struct wn_store *store, const struct wn_request_row *request,
                             const char *word, struct wn_str *answer, struct wn_err *err) {
    const struct wn_label tag = {.sweep = request->sweep,
                                 .trial = request->trial,
                                 .text = word + 1,
                                 .user = request->user,
                                 .created = request->created};
    bool was = true;
    enum wn_status status = *word == '+' ? wn_store_add_tag(store, &tag, err)
                                         : wn_store_drop_tag(store, &tag, &was, err);
    if (!was)
        wn_str_addf(answer, "%s was not there; ", tag.text);
    return status;
}

static enum wn_status carry_out(struct wn_store *store, const struct wn_sweep_row *sweep,
                                const struct wn_request_row *request, struct wn_str *answer,
                                struct wn_err *err) {
    char *words = wn_strdup(request->argument);
    enum wn_status status = WN_OK;
    for (char *word = strtok(words, " "); word && status == WN_OK; word = strtok(NULL, " "))
        status = change(store, request, word, answer, err);
    free(words);
    struct wn_str now = {0};
    if (status == WN_OK)
        status = wn_tags_text(store, sweep->id, request->trial, &now, err);
    wn_str_addf(answer, now.length ? "tags: %s" : "no tags%s", wn_str_text(&now));
    wn_str_free(&now);
    return status;
}

static enum wn_status ask(struct wishes *wishes, struct wn_err *err) {
    enum wn_status status = WN_OK;
    for (size_t i = 0; i < wishes->trial_count && status == WN_OK; i++) {
        const struct wn_wish wish = {.verb = "tag",
                                     .trial = wishes->trials[i],
                                     .argument = wishes->changes.text,
                                     .at_once = true,
                                     .still = carry_out};
        status = wn_ask_sweep(wishes->invocation, wishes->store, &wishes->sweep, &wish, err);
    }
    return status;
}

static bool list_tag(void *context, const struct wn_label *tag) {
    struct wn_output *out = context;
    if (tag->trial != WN_WHOLE_SWEEP)
        wn_printf(out, "trial %lld: ", (long long)tag->trial);
    wn_printf(out, "%s\n", tag->text);
    return true;
}

// Of the sweep those of its trials too.
static enum wn_status list(struct wishes *wishes, struct wn_err *err) {
    struct wn_output *out = &wishes->invocation->out;
    int64_t sweep = wishes->sweep.id;
    enum wn_status status = WN_OK;
    for (size_t i = 0; i < wishes->trial_count && status == WN_OK; i++)
        status = wn_store_each_tag(wishes->store, sweep, wishes->trials[i], list_tag, out, err);
    if (status == WN_OK && wishes->trials[0] == WN_WHOLE_SWEEP)
        status = wn_store_each_tag(wishes->store, sweep, WN_EACH_TRIAL, list_tag, out, err);
    return status;
}

static enum wn_status run(struct wn_invocation *invocation, struct wn_err *err) {
    struct wishes wishes = {.invocation = invocation};
    enum wn_status status =
        wn_open_sweep(invocation, WN_STORE_WRITE, &wishes.store, &wishes.sweep, err);
    if (status != WN_OK)
        return status;
    status = read_words(&wishes, err);
    if (status == WN_OK)
        status = wishes.changes.length ? ask(&wishes, err) : list(&wishes, err);
    free(wishes.trials);
    wn_str_free(&wishes.changes);
    wn_sweep_row_clear(&wishes.sweep);
    wn_store_close(wishes.store);
    return status;
}

static const struct wn_option options[] = {
    {.name = "remove",
     .letter = 'r',
     .type = WN_OPTION_TEXT,
     .repeats = true,
     .value = "TAG",
     .help = "take a tag away"},
    {0},
};

static const struct wn_example examples[] = {
    {"winnow tag svm baseline", "a tag on the sweep"},
    {"winnow tag svm 3 12 good", "one on two of its trials"},
    {"winnow tag svm 12 checked -r good", "another in its place"},
    {"winnow board svm --where \"tags LIKE '%good%'\"", "the trials that have it"},
    {0},
};

const struct wn_command wn_command_tag = {
    .name = "tag",
    .writes = true,
    .summary = "put words on a sweep or on trials",
    .also = "label mark star",
    .options = {options},
    .operands = {{.name = "SWEEP", .kind = WN_OPERAND_SWEEP},
                 {.name = "TRIAL|TAG", .kind = WN_OPERAND_TRIAL, .optional = true, .many = true}},
    .description =
        "Tags a sweep, or those of its trials whose numbers come first. Without tags lists those "
        "that are there. A runner that works on the sweep is not disturbed. Tags are shown by "
        "winnow ls --json, show, board and export --trials, and may be used in board --where as "
        "the column tags.",
    .examples = examples,
    .run = run,
};
