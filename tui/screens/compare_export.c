// SPDX-License-Identifier: GPL-3.0-or-later
// What is shown as Markdown, into a file or the clipboard: of two sides what `winnow compare --md`
// prints, of a race its verdict and its arms.
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/export.h"
#include "tui/screens/compare_private.h"

// ---- a race -------------------------------------------------------------------------------------

static void add_cell(struct wn_str *out, const char *text) {
    wn_str_add_char(out, ' ');
    wn_md_text(out, text);
    wn_str_add(out, " |");
}

static void add_arm(struct wn_str *out, const struct wn_compare_race *race, int i) {
    const struct wn_race_entry *entry = &race->record.entries[i];
    const struct wn_race_arm *arm = wn_race_arm(race->record.race, i);
    char mean[32], se[32];
    wn_str_addf(out, "| %c |", wn_race_letter(i));
    add_cell(out, race->params[i]);
    wn_str_addf(out, " %s",
                isnan(entry->mean) ? "-" : wn_measure_text(entry->mean, entry->se, mean));
    if (!isnan(entry->se))
        wn_str_addf(out, " ± %s", wn_measure_text(entry->se, entry->se, se));
    wn_str_addf(out, " (n = %lld) | %lld | ", (long long)entry->results, (long long)arm->rounds);
    if (arm->failed)
        wn_str_add(out, "gave no result");
    else if (arm->beaten_by >= 0)
        wn_str_addf(out, "beaten by %c", wn_race_letter(arm->beaten_by));
    else
        wn_str_add(out, "in");
    wn_str_add(out, " |\n");
}

static void add_race(struct wn_str *out, const struct wn_compare_race *race) {
    struct wn_str verdict = {0};
    wn_race_tell_end(race->record.race, &verdict);
    wn_str_add(out, "**");
    wn_md_text(out, wn_str_text(&verdict));
    wn_str_add(out, "**\n\n|  |  |");
    add_cell(out, race->metric);
    wn_str_add(out, " rounds |  |\n| --- | --- | --- | --- | --- |\n");
    for (int i = 0; i < race->record.count; i++)
        add_arm(out, race, i);
    wn_str_addf(out, "\npaired differences, at every look valid at %g %% confidence\n",
                100 * wn_race_rules(race->record.race)->confidence);
    wn_str_free(&verdict);
}

// ---- where it goes ------------------------------------------------------------------------------

static bool write_markdown(const struct wn_compare_state *state, struct wn_str *out) {
    const struct wn_compare_query *model = state->model;
    if (model && model->kind == WN_COMPARE_TWO && model->comparison)
        wn_compare_markdown(model->comparison, out);
    else if (model && model->kind == WN_COMPARE_RACE && model->race->record.race)
        add_race(out, model->race);
    return out->length > 0;
}

void wn_compare_copy(const struct wn_compare_state *state, struct wn_tui *tui) {
    struct wn_str text = {0};
    if (state->model && state->model->kind == WN_COMPARE_MANY)
        wn_compare_copy_many(state, tui);
    else if (write_markdown(state, &text))
        wn_tui_copy(tui, wn_str_text(&text), "the comparison");
    wn_str_free(&text);
}

static bool write_all(int fd, const char *bytes, size_t length) {
    while (length) {
        ssize_t written = write(fd, bytes, length);
        if (written < 0 && errno != EINTR)
            return false;
        bytes += written > 0 ? written : 0;
        length -= written > 0 ? (size_t)written : 0;
    }
    return true;
}

// A file that is there is not written over.
static void write_file(void *context, struct wn_tui *tui, const char *path) {
    const struct wn_compare_state *state = context;
    struct wn_str text = {0};
    if (!*path || !write_markdown(state, &text))
        return;
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    bool good = fd >= 0 && write_all(fd, text.text, text.length);
    int error = errno;
    if (fd >= 0 && close(fd) != 0) {
        good = false;
        error = errno;
    }
    if (good)
        wn_tui_say(tui, WN_PLAIN, "written to %s", path);
    else
        wn_tui_say(tui, WN_BAD, "cannot write %s: %s", path, strerror(error));
    wn_str_free(&text);
}

static const char to_file[] = "Markdown to a file", to_clipboard[] = "Markdown to the clipboard",
                  command_line[] = "the command line to the clipboard";

static void copy_command(const struct wn_compare_state *state, struct wn_tui *tui) {
    const struct wn_compare_query *model = state->model;
    if (!model || !model->words[0] || !model->words[1])
        return;
    char *line = wn_tui_command_line(
        (const char *[]){"compare", model->name, model->words[0], model->words[1], NULL});
    wn_tui_copy(tui, line, "the command line");
    free(line);
}

static void choose_place(void *context, struct wn_tui *tui, const char *item) {
    struct wn_compare_state *state = context;
    if (!state->model)
        return;
    if (strcmp(item, to_clipboard) == 0)
        wn_compare_copy(state, tui);
    else if (strcmp(item, command_line) == 0)
        copy_command(state, tui);
    else {
        char *path = wn_format("%s-compare.md", state->model->name);
        wn_tui_prompt(tui, "write to", path, write_file);
        free(path);
    }
}

void wn_compare_export(struct wn_compare_state *state, struct wn_tui *tui) {
    const struct wn_compare_query *model = state->model;
    bool two = model && model->kind == WN_COMPARE_TWO;
    const char *const items[] = {to_file, to_clipboard, two ? command_line : NULL, NULL};
    if (model && (two ? model->comparison != NULL : model->kind == WN_COMPARE_RACE))
        wn_tui_choose(tui, "Export the comparison as", items, choose_place);
}
