// SPDX-License-Identifier: GPL-3.0-or-later
// The dashboard as its screens see it: where to go, what to ask, what to say, which command to run.
// What a screen does to a sweep it does by a command of winnow, as whoever looks could type it: so
// everything can be done by the command line, too, and is on record the same way.
#ifndef WN_TUI_H
#define WN_TUI_H

#include "core/base/err.h"
#include "tui/screen.h"

// What somebody looks at, whom a command that is typed may leave out.
struct wn_tui_subject {
    const char *sweep; // its name; NULL: none
    int64_t trial;     // -1: none
};

// What the dashboard needs of the program around it; all borrowed.
struct wn_tui_host {
    const char *program; // path of winnow itself
    const char *store;   // the folder
    // Appends a line for each way in which the last of the words could go on: the whole word, a
    // tab, and a note. `store` may be NULL.
    void (*complete)(struct wn_store *store, const char *const *words, struct wn_str *candidates);
    // The words as they can run beside the dashboard; the caller frees them. NULL: they cannot, and
    // *refusal says why.
    char **(*adapt)(const char *const *words, const struct wn_tui_subject *subject,
                    const char **refusal);
    bool (*only_reads)(const char *command); // NULL command: false
};

struct wn_tui_options {
    struct wn_tui_host host;
    const char *screen;    // name of the first one; NULL: sweeps
    const char *sweep;     // name of a sweep to open it with; NULL: none
    const int64_t *trials; // and of its trials: one, or several to compare
    size_t trial_count;
    bool read_only, no_mouse, no_colour;
    bool bell;  // rings when a sweep ends or a trial fails
    bool ascii; // whatever the locale says
};

// Runs until the user quits.
enum wn_status wn_tui_run(const struct wn_tui_options *options, struct wn_err *err);
// Prints one screen of a size as text, a line per row.
enum wn_status wn_tui_print(const struct wn_tui_options *options, struct wn_extent extent,
                            struct wn_str *out, struct wn_err *err);

// ---- for screens --------------------------------------------------------------------------------

// Opens a screen, or goes back to it where it is open at this place. Copies the place.
void wn_tui_go(struct wn_tui *tui, const struct wn_screen *screen, const struct wn_place *place);
void wn_tui_back(struct wn_tui *tui);
// Loads anew what the current screen shows.
void wn_tui_reload(struct wn_tui *tui);
// The same a moment after the last key: for what no key should wait for.
void wn_tui_reload_later(struct wn_tui *tui);

// One line above the keys, until the next key. `look` is WN_PLAIN, WN_GOOD, WN_WARN or WN_BAD.
void wn_tui_say(struct wn_tui *tui, enum wn_look look, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
// Shows a long text in the pager.
void wn_tui_page(struct wn_tui *tui, const char *title, const char *text);

// Runs "winnow WORDS..." beside the dashboard; says what it printed, in the pager where that is
// long. NULL ends the words. Refused where it writes and the dashboard is read only.
void wn_tui_command(struct wn_tui *tui, const char *const *words);
// The same, but hands over what it printed on stdout instead; `done` is called with the state of
// the screen that asked, unless that was closed meanwhile.
typedef void wn_tui_answered(void *state, struct wn_tui *tui, int exit_code, const char *text);
void wn_tui_ask_command(struct wn_tui *tui, const char *const *words, wn_tui_answered *answered);
// "winnow WORDS...", quoted so that a shell takes it; the caller frees.
char *wn_tui_command_line(const char *const *words);
// Asks first: "Kill trial 57 of svm?" y runs the command.
void wn_tui_confirm(struct wn_tui *tui, const char *question, const char *const *words);
// Text is typed at the bottom; `entered` gets it with the state, after Enter. Esc: nothing happens.
typedef void wn_tui_entered(void *state, struct wn_tui *tui, const char *text);
void wn_tui_prompt(struct wn_tui *tui, const char *title, const char *text,
                   wn_tui_entered *entered);
// As prompt, but `entered` is called after each key as well, and with the first text after Esc.
void wn_tui_prompt_live(struct wn_tui *tui, const char *title, const char *text,
                        wn_tui_entered *entered);
// The same for a yes: `entered` gets "y" or is not called.
void wn_tui_ask(struct wn_tui *tui, const char *question, wn_tui_entered *entered);
// One of several is chosen; NULL ends the items. `entered` gets the item.
void wn_tui_choose(struct wn_tui *tui, const char *title, const char *const *items,
                   wn_tui_entered *entered);

// Puts text into the clipboard and says so; where it is too long, says that.
void wn_tui_copy(struct wn_tui *tui, const char *text, const char *what);
bool wn_tui_read_only(const struct wn_tui *tui);
// The id of a sweep by its name; 0: there is none.
int64_t wn_tui_find_sweep(struct wn_tui *tui, const char *name);

#endif
