// SPDX-License-Identifier: GPL-3.0-or-later
// What is shown, as a file or in the clipboard. It is written by `winnow board` itself, so it is
// what that would print, whole: all rows that pass the filter, not only those on the screen.
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "tui/screens/board_private.h"

struct words { // of a command
    char *items[16];
    size_t count;
};

static void add_word(struct words *words, char *word) {
    words->items[words->count++] = word;
}

static void add_option(struct words *words, const char *option, char *value) {
    add_word(words, wn_strdup(option));
    add_word(words, value);
}

// The age is a column of the screen alone; the moments that it is counted from are told instead.
static char *columns_shown(const struct wn_board_state *state) {
    const struct wn_board_setup *setup = &state->setup;
    struct wn_str names = {0};
    for (size_t i = 0; i < setup->count; i++) {
        if (!wn_board_item_shown(&setup->items[i], state->model->page))
            continue;
        const char *name = setup->items[i].name;
        wn_str_addf(&names, "%s%s", names.length ? "," : "",
                    strcmp(name, "age") == 0 ? "started,ended" : name);
    }
    return wn_str_take(&names);
}

static struct words board_words(const struct wn_board_state *state, const char *format) {
    struct words words = {0};
    char *where = wn_board_look_where(&state->look, state->model->page);
    add_word(&words, wn_strdup("board"));
    add_word(&words, wn_strdup(state->model->row.name));
    add_word(&words, wn_format("--%s", format));
    add_option(&words, "--columns", columns_shown(state));
    if (state->look.sort)
        add_word(&words, wn_format("--sort=%s", state->look.sort));
    if (where)
        add_option(&words, "--where", where);
    if (state->look.trials)
        add_word(&words, wn_strdup("--trials"));
    return words;
}

static void free_words(struct words *words) {
    for (size_t i = 0; i < words->count; i++)
        free(words->items[i]);
}

static void answered(void *state, struct wn_tui *tui, int exit_code, const char *text) {
    (void)state;
    if (exit_code == 0)
        wn_tui_copy(tui, text, "the table");
    else
        wn_tui_say(tui, WN_BAD, "%.*s", (int)strcspn(text, "\n"), text);
}

static void write_file(void *context, struct wn_tui *tui, const char *path) {
    struct wn_board_state *state = context;
    if (!*path || !state->model)
        return;
    struct words words = board_words(state, state->export_format);
    add_option(&words, "-o", wn_strdup(path));
    wn_tui_command(tui, (const char *const *)words.items);
    free_words(&words);
}

static void choose_place(void *context, struct wn_tui *tui, const char *item) {
    static const char *const formats[] = {"csv", "json", "md"};
    static const char *const names[] = {"CSV", "JSON", "Markdown"};
    struct wn_board_state *state = context;
    if (!state->model)
        return;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (wn_starts_with(item, names[i])) {
            free(state->export_format);
            state->export_format = wn_strdup(formats[i]);
        }
    if (strstr(item, "clipboard")) {
        struct words words = board_words(state, state->export_format);
        wn_tui_ask_command(tui, (const char *const *)words.items, answered);
        free_words(&words);
    } else {
        char *path = wn_format("%s.%s", state->model->row.name, state->export_format);
        wn_tui_prompt(tui, "write to", path, write_file);
        free(path);
    }
}

void wn_board_export(struct wn_board_state *state, struct wn_tui *tui) {
    static const char *const items[] = {"CSV to a file",
                                        "JSON to a file",
                                        "Markdown to a file",
                                        "CSV to the clipboard",
                                        "JSON to the clipboard",
                                        "Markdown to the clipboard",
                                        NULL};
    if (state->model)
        wn_tui_choose(tui, "Export what is shown as", items, choose_place);
}
