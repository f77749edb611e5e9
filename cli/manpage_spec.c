// SPDX-License-Identifier: GPL-3.0-or-later
// The page of the spec: its keys, methods, distributions and events out of their tables, and what a
// trial is told and may say.
#include "cli/manpage.h"
#include "cli/mdoc.h"
#include "core/dist.h"
#include "core/spec.h"
#include "sweep/searcher.h"

struct term {
    const char *term, *meaning; // NULL term ends an array
};

static void open_list(struct wn_str *out) {
    wn_str_add(out, ".Bl -tag -width Ds\n");
}

static void add_terms(struct wn_str *out, const struct term *terms) {
    open_list(out);
    for (; terms->term; terms++)
        wn_mdoc_term(out, terms->term, terms->meaning);
    wn_str_add(out, ".El\n");
}

static void add_example(struct wn_str *out) {
    static const char *const lines[] = {
        "command: [./train, --lr, \"{lr}\", --opt, \"{optimizer}\"]",
        "method: random",
        "metric: {name: loss, goal: minimize}",
        "budget: {trials: 50}",
        "parameters:",
        "  lr: {distribution: log_uniform_values, min: 1e-5, max: 0.1}",
        "  optimizer: {values: [adam, sgd]}",
        "  momentum: {min: 0.0, max: 0.9, when: {optimizer: sgd}}",
    };
    wn_str_add(out, ".Bd -literal -offset indent\n");
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        wn_str_addf(out, "%s\n", lines[i]);
    wn_str_add(out, ".Ed\n");
}

static void add_keys(struct wn_str *out) {
    size_t count;
    const struct wn_spec_key *keys = wn_spec_keys(&count);
    open_list(out);
    for (size_t i = 0; i < count; i++) {
        wn_str_addf(out, ".It Cm %s : Ar", keys[i].name);
        wn_mdoc_argument(out, keys[i].type);
        wn_str_add_char(out, '\n');
        wn_mdoc_text(out, keys[i].help);
        wn_str_add(out, ".\n");
        if (!keys[i].fallback || !*keys[i].fallback)
            continue;
        wn_str_add(out, "Default: ");
        wn_mdoc_text(out, keys[i].fallback);
        wn_str_add(out, ".\n");
    }
    wn_str_add(out, ".El\n");
}

static void add_methods(struct wn_str *out) {
    size_t count;
    const struct wn_searcher_type *const *searchers = wn_searcher_all(&count);
    open_list(out);
    for (size_t i = 0; i < count; i++) {
        wn_str_addf(out, ".It Cm %s\n", searchers[i]->name);
        wn_mdoc_text(out, searchers[i]->summary);
        wn_str_add(out, ".\n");
    }
    wn_str_add(out, ".El\n");
}

static void add_distributions(struct wn_str *out) {
    size_t count;
    const struct wn_dist *const *dists = wn_dist_all(&count);
    open_list(out);
    for (size_t i = 0; i < count; i++) {
        wn_str_addf(out, ".It Cm %s\n", dists[i]->name);
        wn_mdoc_text(out, dists[i]->summary);
        wn_str_add(out, ".\n");
    }
    wn_str_add(out, ".El\n");
}

static void add_events(struct wn_str *out) {
    open_list(out);
    for (int event = 0; event < WN_EVENTS; event++) {
        wn_str_addf(out, ".It Cm %s\n", wn_event_name((enum wn_event)event));
        wn_mdoc_text(out, wn_event_help((enum wn_event)event));
        wn_str_add(out, ".\n");
    }
    wn_str_add(out, ".El\n");
}

static const struct term words[] = {
    {"a..b", "integers where both ends are written as such, else numbers"},
    {"a..b step q", "the same, rounded to multiples of q"},
    {"log(a,b)", "numbers on a log scale"},
    {"int log(a,b)", "integers on a log scale"},
    {"normal(mu,sigma)", "a normal distribution"},
    {"x|y|z", "choices"},
    {"=v", "a constant"},
    {0},
};

static const struct term told[] = {
    {"WINNOW_PARAM_NAME", "a parameter; in NAME, what is no letter or digit is an underscore"},
    {"WINNOW_PARAMS", "all parameters as a JSON object"},
    {"WINNOW_TRIAL", "the number of the trial"},
    {"WINNOW_SEED", "its seed; {seed} in the command is the same"},
    {"WINNOW_METRICS", "a file that metrics may be appended to"},
    {"WINNOW_ARTIFACTS", "a folder for files to keep, with artifacts: true"},
    {"CUDA_VISIBLE_DEVICES", "the GPUs of the trial, with resources.gpus"},
    {0},
};

static const struct term hook_told[] = {
    {"WINNOW_EVENT", "which event it is"},
    {"WINNOW_SWEEP", "the name of the sweep"},
    {"WINNOW_TRIAL", "the trial, or the best one at the end; empty: there is none"},
    {"WINNOW_OBJECTIVE", "its objective, of several repeats the mean; empty: it has none"},
    {"WINNOW_STATE", "how the trial, or at the end the sweep, ended"},
    {"WINNOW_REASON", "why, a sentence"},
    {"WINNOW_COUNT", "how often it happened since the hook was started last"},
    {"WINNOW_STORE", "the store, so that winnow finds the sweep"},
    {0},
};

static const struct term said[] = {
    {"accuracy=0.93", "name=value words on a line"},
    {"{\"step\": 3, \"loss\": 0.12}", "a JSON object on a line; what is nested becomes a.b"},
    {"Accuracy = 93%",
     "anything, with a capture pattern such as 'Accuracy = (?<accuracy>[0-9.]+)%'"},
    {0},
};

void wn_manpage_spec(struct wn_str *out) {
    wn_mdoc_title(out, "winnow-spec", 5);
    wn_mdoc_name(out, "winnow-spec", "the file that describes a sweep");
    wn_str_add(out, ".Sh DESCRIPTION\n"
                    "A YAML or JSON file in the sweep format of Weights & Biases, with further\n"
                    "keys that are all optional:\n");
    add_example(out);
    wn_str_add(out, ".Ss Keys\n");
    add_keys(out);
    wn_str_add(out, ".Ss Methods\n");
    add_methods(out);
    wn_str_add(out, ".Ss Distributions of a parameter\n");
    wn_mdoc_text(
        out, "Without distribution it follows from the other keys: value, values, or min and max, "
             "which mean integers where both are integers. With when, as in the example, a "
             "parameter is there only where another one has one of the values named.");
    wn_str_add_char(out, '\n');
    add_distributions(out);
    wn_str_add(out, ".Ss Events\n");
    wn_mdoc_text(out,
                 "A command under on_event is run by the shell, in the folder of the sweep. What "
                 "it prints goes to events.log in the sweep's folder of the store; after 30 s "
                 "it is ended. What happens while it runs is told together, once it is done.");
    wn_str_add_char(out, '\n');
    add_events(out);
    wn_str_add(out, ".Ss Parameters on the command line\n"
                    "After\n.Fl p Ar NAME Ns = :\n");
    add_terms(out, words);
    wn_str_add(out, ".Sh ENVIRONMENT\nEach trial is started with:\n");
    add_terms(out, told);
    wn_str_add(out, "Each command of\n.Cm on_event\nis started with:\n");
    add_terms(out, hook_told);
    wn_str_add(out, ".Sh METRICS\nThey are read from what a trial prints:\n");
    add_terms(out, said);
    wn_str_add(out, ".Sh SEE ALSO\n.Xr winnow 1 ,\n.Xr winnow-plan 1 ,\n.Xr winnow-try 1\n");
}
