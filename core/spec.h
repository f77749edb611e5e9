// SPDX-License-Identifier: GPL-3.0-or-later
// A sweep specification: the whole W&B sweep format as YAML or JSON plus winnow's own keys, or the
// same from the command line (-p). Every key is a row of spec.def. All mistakes are reported at
// once. A spec is plain data and read-only after parsing; wn_spec_free() releases it.
#ifndef WN_SPEC_H
#define WN_SPEC_H

#include <stdint.h>

#include "core/base/diag.h"
#include "core/space.h"

struct wn_objective {
    char *name;
    bool maximize;
    bool has_target;
    double target;
    bool summary_last; // summary: last; default best (over the history, as W&B's bayes takes it)
};

enum wn_stopper_kind { WN_STOPPER_NONE, WN_STOPPER_HYPERBAND, WN_STOPPER_MEDIAN, WN_STOPPER_ASHA };

struct wn_early_terminate { // only what the chosen type takes is set; scheduler.h says what it
                            // means
    char *type;             // row of sweep/schedulers.def; NULL: no early stopping
    int64_t min_iter, max_iter, s;
    bool has_min_iter, has_max_iter, has_s;
    double eta;  // > 1, default 3
    bool strict; // default true
    int line, column;
};

struct wn_limits {   // 0: no limit
    double timeout;  // seconds of wall time
    double cpu_time; // seconds of user + system time of the whole tree
    double silence;  // seconds without any output
    double grace;    // seconds between SIGTERM and SIGKILL; default 30
    uint64_t memory; // bytes of resident memory of the whole tree
    uint64_t log;    // bytes of its log that are kept; default 64 MiB
};

struct wn_race_settings { // repeats until it is clear which configuration is better: core/race.h
    bool on;
    double min_effect; // 0: every difference matters
    double confidence; // default 0.95
};

struct wn_until {    // ends the sweep early; all optional
    bool has_target; // until: {target: 0.95} or metric.target
    double target;
    int64_t plateau; // 0: off; no new best in this many finished configurations
};

enum wn_event { // what on_event may name
#define X(id, name, help) WN_EVENT_##id,
#include "core/events.def"
#undef X
    WN_EVENTS
};
const char *wn_event_name(enum wn_event event);
const char *wn_event_help(enum wn_event event); // when it happens

struct wn_spec {
    char *source;  // the text it was read from (kept in the store)
    uint64_t hash; // of the meaning: equal specs written differently hash alike
    char *name, *description, *project, *entity;
    char *method; // a row of sweep/searchers.def; W&B's grid, random, bayes
    struct wn_space *space;
    struct wn_objective *objectives; // the first is the one that ranks; none is allowed for plan
    size_t objective_count;
    char *program;
    struct wn_value command; // WN_LIST of scalars, or WN_NULL: the default command
    bool placeholders;       // the command uses {name}, {seed} or {trial}: braces are read
    struct wn_early_terminate early_terminate;
    int64_t parallel;  // 0: number of cores
    int64_t repeats;   // >= 1; of a race: the most
    int64_t retries;   // >= 0, of one trial
    int64_t fail_fast; // failures in a row (and first n) that end the sweep; 0: never; default 5
    uint64_t seed;
    bool has_seed;              // else the runner draws one and stores it
    int64_t max_configurations; // budget.trials and run_cap, the smaller; 0: no bound
    double max_seconds;         // budget.time; 0: no bound
    struct wn_limits limits;
    struct wn_until until;
    struct wn_race_settings race;
    struct wn_value configurations; // of method list: WN_LIST of mappings, else WN_NULL
    double cpus;                    // resources.cpus, for planning and slots; 1 where not given
    bool has_cpus;                  // it was given
    int64_t gpus;
    char **captures; // PCRE2 patterns with named groups
    size_t capture_count;
    bool output_line;       // output: line
    char *hooks[WN_EVENTS]; // on_event: shell commands; NULL: none
    bool artifacts;         // the trial gets WINNOW_ARTIFACTS
    char *executor;         // "local"
};

// Parses `text` (named `file` in messages). Warnings and errors go to `diags`; WN_BAD_INPUT where
// there was an error (then *spec is NULL).
enum wn_status wn_spec_parse(const char *file, const char *text, size_t length,
                             struct wn_spec **spec, struct wn_diags *diags);
// What a layer above knows of a spec, told together with what the parser finds; it is also asked
// where there were mistakes, and the spec is then what could be read.
typedef void wn_spec_vetter(const struct wn_spec *spec, struct wn_diags *diags);
// {name} in the command that is no parameter and is most likely a slip of one. Not for the parser:
// what is stored must stay readable.
void wn_spec_check_braces(const struct wn_spec *spec, struct wn_diags *diags);

// From the command line: `params` are the -p texts ("lr=log(1e-5,0.1)"), `command` the words after
// "--" (may be empty). The result is a spec as if read from a file; its `source` is an equivalent
// YAML document that wn_spec_parse() reads back to the same spec, and the file's own text where
// nothing overrides it.
struct wn_spec_words {
    const char *const *params;
    size_t param_count;
    const char *const *command;
    size_t command_count;
    const char *const *settings; // "key=value" for top-level keys: method=random, budget.trials=60
    size_t setting_count;
    const char *base_text; // a spec file's text that these override, or NULL
    size_t base_length;
    const char *base_file; // its name in messages
    wn_spec_vetter *vet;   // or NULL
};
enum wn_status wn_spec_from_words(const struct wn_spec_words *words, struct wn_spec **spec,
                                  struct wn_diags *diags);
void wn_spec_free(struct wn_spec *spec);
// Appends a parameter's range as -p takes it: "log(1e-05,0.1)", "16|32|64". False, and nothing
// appended: -p has no words for it.
bool wn_spec_range(const struct wn_param *param, struct wn_str *out);

// Durations "90", "30m", "1h30m", "500ms", "2d" in seconds; sizes "4GiB", "512MB", "1e9" in bytes.
bool wn_parse_duration(const char *text, double *seconds);
bool wn_parse_size(const char *text, uint64_t *bytes);
// "812 B", "1.2 GiB"; `out` holds at least 32 bytes.
const char *wn_size_text(double bytes, char *out);

// The command line of one configuration (argv.c): W&B's macros, or {name} placeholders. `trial` and
// `seed` fill {trial} and {seed}; `json_file` is the path that ${args_json_file} yields (the caller
// writes it when wn_spec_wants_json_file()). Fails where there is neither program nor command,
// saying what to add.
struct wn_argv {
    char **items; // NULL-terminated
    size_t count, capacity;
    bool python3; // python3 stands where python was asked for
};
struct wn_argv_context {
    int64_t trial;
    uint64_t seed;
    const char *json_file;
    const char *(*getenv)(const char *name); // for ${envvar:NAME} and PATH; the caller's
    bool to_run;                             // `python` that is not installed becomes python3
};
enum wn_status wn_spec_argv(const struct wn_spec *spec, const struct wn_config *config,
                            const struct wn_argv_context *context, struct wn_argv *argv,
                            struct wn_err *err);
bool wn_spec_wants_json_file(const struct wn_spec *spec);
void wn_argv_free(struct wn_argv *argv);

// The rows of the key table, for `--help`, the manual and "did you mean".
struct wn_spec_key {
    const char *name, *type, *fallback, *help;
    bool wandb; // a key of W&B's own format
};
const struct wn_spec_key *wn_spec_keys(size_t *count);

#endif
