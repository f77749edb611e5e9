// SPDX-License-Identifier: GPL-3.0-or-later
// A command is a row: what it is called, takes and does. Parsing, --help, completions and man pages
// read rows only; a new command is one file cli/cmd_NAME.c and one line in commands.def.
#ifndef WN_CLI_COMMAND_H
#define WN_CLI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/err.h"

struct wn_invocation;

enum wn_option_type {
    WN_OPTION_FLAG,
    WN_OPTION_TEXT,
    WN_OPTION_FILE,    // a text; completed as a path
    WN_OPTION_TRIAL,   // a text; completed as the number of a trial of the sweep
    WN_OPTION_NATURAL, // a whole number, 0 or more
    WN_OPTION_COUNT,   // a whole number, 1 or more
    WN_OPTION_CHOICE,  // one of `choices`
};

struct wn_option {
    const char *name; // without the dashes; NULL ends an array of options
    char letter;      // -p, or 0
    enum wn_option_type type;
    bool repeats;         // may be given more than once; all are kept
    const char *value;    // what stands for the value in help, NULL for flags
    const char *choices;  // "auto|always|never"
    const char *fallback; // the default, as help shows it; NULL: none to show
    const char *help;     // one phrase, no full stop
};

enum wn_operand_kind {
    WN_OPERAND_WORD,
    WN_OPERAND_FILE,
    WN_OPERAND_SWEEP,
    WN_OPERAND_TRIAL, // of the sweep before it
    WN_OPERAND_COMMAND,
    WN_OPERAND_PARAM,   // NAME=..., of a parameter of that sweep
    WN_OPERAND_SETTING, // KEY=..., of a key of a spec
    WN_OPERAND_STAT,    // a statistic
};

struct wn_operand {
    const char *name; // "SWEEP"; NULL ends the array
    enum wn_operand_kind kind;
    bool optional;
    bool many; // the last one: takes all words that are left
};

// What a table of the command's own lists: "welch-t", "whether two means differ".
struct wn_term {
    char name[48];
    const char *meaning;
};

struct wn_example {
    const char *command, *meaning; // NULL command ends the array
};

#define WN_OPTION_GROUPS 4

struct wn_command {
    const char *name, *summary;
    const char *also; // what else people may call it, parted by spaces: suggested, not taken
    const struct wn_option *options[WN_OPTION_GROUPS]; // arrays, one after the other; NULL ends
    struct wn_operand operands[4];
    bool takes_words;  // "-- COMMAND..." after the operands
    bool hidden;       // not listed, not completed
    bool writes;       // changes a sweep, or runs something
    const char *talks; // it goes on for as long as somebody does: why it is not run beside the
                       // dashboard; NULL: it ends by itself
    const char *description; // paragraphs, parted by an empty line
    // The `index`-th term, false: there is no more; NULL: the command has none.
    bool (*term)(size_t index, struct wn_term *term);
    const char *terms; // what they are, as a heading: "Functions"
    const struct wn_example *examples;
    const char *no_means; // when the exit code is 1; NULL: never
    // Returns the status that becomes the exit code; a sentence in `err` is printed where it
    // failed.
    enum wn_status (*run)(struct wn_invocation *invocation, struct wn_err *err);
};

const struct wn_command *wn_command_find(const char *name);    // NULL: none
const struct wn_command *const *wn_command_all(size_t *count); // in the order of commands.def
const char *wn_command_closest(const char *word);              // for "did you mean", or NULL

// Options that every command takes; ends with a row without a name.
extern const struct wn_option wn_global_options[];
// --json, for every command that prints data.
extern const struct wn_option wn_json_options[];

// The `index`-th option of a command over all its groups (global ones excluded), or NULL.
const struct wn_option *wn_command_option(const struct wn_command *command, size_t index);

// The `index`-th operand, which may be the last one once more where that takes many; NULL: none.
const struct wn_operand *wn_command_operand(const struct wn_command *command, size_t index);

struct wn_str;
// "winnow show [OPTIONS] SWEEP [TRIAL]"
void wn_command_usage(const struct wn_command *command, struct wn_str *out);

#endif
