// SPDX-License-Identifier: GPL-3.0-or-later
// A candidate is offered where it begins with what was typed.
#include "cli/candidates.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/typed.h"
#include "core/base/mem.h"
#include "core/numbers.h"
#include "core/spec.h"
#include "core/stats/stat.h"
#include "sweep/standing.h"

#define MOST 200       // candidates
#define MOST_TRIALS 20 // each of which is read for its note

struct offer {
    struct wn_store *store;
    const char *const *words;
    struct wn_typed typed;
    const char *word;   // that goes on
    const char *before; // a part of it that stays: "--method="
    size_t count;
    struct wn_str *out;
};

// Names are foreign text: one that would break the line is not offered.
static bool offer(struct offer *offer, const char *text, const char *note) {
    size_t length = strlen(offer->word);
    if (strncmp(text, offer->word, length) != 0 || strpbrk(text, "\t\n"))
        return true;
    wn_str_addf(offer->out, "%s%s\t%s\n", offer->before, text, note);
    return ++offer->count < MOST;
}

// ---- what stands in the table -------------------------------------------------------------------

static void offer_stats(struct offer *one) {
    size_t count;
    const struct wn_stat *const *stats = wn_stat_all(&count);
    char name[WN_STAT_NAME_MAX];
    for (size_t i = 0; i < count; i++)
        offer(one, wn_stat_shown_name(stats[i], name), stats[i]->summary);
}

static void offer_commands(struct offer *one) {
    size_t count;
    const struct wn_command *const *commands = wn_command_all(&count);
    for (size_t i = 0; i < count; i++)
        if (!commands[i]->hidden && !commands[i]->talks)
            offer(one, commands[i]->name, commands[i]->summary);
}

static bool is_given(const struct offer *one, const struct wn_option *option) {
    for (const char *const *word = one->words; word[1]; word++)
        if (wn_typed_option(one->typed.command, *word) == option)
            return !option->repeats;
    return false;
}

static void offer_option(struct offer *one, const struct wn_option *option) {
    if (is_given(one, option))
        return;
    char *dashed = wn_format("--%s", option->name);
    offer(one, dashed, option->help);
    free(dashed);
}

static void offer_options(struct offer *one) {
    const struct wn_option *option;
    for (size_t i = 0; (option = wn_command_option(one->typed.command, i)); i++)
        offer_option(one, option);
    offer(one, "--help", "show the help of the command");
}

static void offer_choices(struct offer *one, const char *choices) {
    while (*choices) {
        size_t length = strcspn(choices, "|");
        char *choice = wn_strndup(choices, length);
        offer(one, choice, "");
        free(choice);
        choices += length + (choices[length] == '|');
    }
}

static void offer_keys(struct offer *one) {
    size_t count;
    const struct wn_spec_key *keys = wn_spec_keys(&count);
    for (size_t i = 0; i < count; i++) {
        char *key = wn_format("%s=", keys[i].name);
        offer(one, key, keys[i].help);
        free(key);
    }
}

// ---- the store ----------------------------------------------------------------------------------

static bool offer_sweep(void *context, const struct wn_sweep_row *row) {
    struct offer *one = context;
    char *note = wn_format("%s, %s", wn_sweep_shown_state(one->store, row), row->method);
    bool more = offer(one, row->name, note);
    free(note);
    return more;
}

static void offer_sweeps(struct offer *one) {
    struct wn_err err;
    if (one->store)
        wn_store_each_sweep(one->store, offer_sweep, one, &err);
}

static bool find_sweep(const struct offer *one, struct wn_sweep_row *row) {
    struct wn_err err;
    return one->store && one->typed.first &&
           wn_store_find_sweep(one->store, one->typed.first, row, &err) == WN_OK;
}

static bool offer_trial(struct offer *one, const struct wn_trial_row *row) {
    char *number = wn_format("%lld", (long long)row->number), value[32] = "";
    double objective = row->repeat == 0 ? row->mean : row->objective;
    if (objective == objective) // not NaN
        wn_number_text(objective, value);
    char *note = wn_format("%s  %s", wn_trial_state_name(row->state), value);
    bool more = offer(one, number, note);
    free(number);
    free(note);
    return more && one->count < MOST_TRIALS;
}

static bool offer_number(struct offer *one, int64_t sweep, int64_t number) {
    struct wn_trial_row row = {0};
    struct wn_err err;
    if (wn_store_get_trial(one->store, sweep, number, &row, &err) != WN_OK)
        return true;
    bool more = offer_trial(one, &row);
    wn_trial_row_clear(&row);
    return more;
}

// Numbers that begin with those digits, a digit longer each time: none is looked for in vain.
static void offer_numbers(struct offer *one, int64_t sweep, int64_t last) {
    int64_t first = strtoll(one->word, NULL, 10), count = 1;
    bool more = true;
    for (; more && first <= last; first *= 10, count *= 10) {
        for (int64_t i = 0; more && i < count && first + i <= last; i++)
            more = offer_number(one, sweep, first + i);
        if (first == 0)
            return;
    }
}

struct best {
    int64_t numbers[MOST_TRIALS];
    size_t count;
};

static bool keep_best(void *context, int64_t number, double score) {
    struct best *best = context;
    (void)score;
    best->numbers[best->count++] = number;
    return best->count < MOST_TRIALS;
}

// Where nothing was typed yet: the best ones, or the newest as long as none has a result.
static void offer_first(struct offer *one, int64_t sweep, int64_t last) {
    struct best best = {0};
    struct wn_err err;
    wn_store_each_score(one->store, sweep, MOST_TRIALS, keep_best, &best, &err);
    for (size_t i = 0; i < best.count; i++)
        offer_number(one, sweep, best.numbers[i]);
    for (int64_t i = 0; best.count == 0 && i < MOST_TRIALS && i <= last; i++)
        offer_number(one, sweep, last - i);
}

static void offer_trials(struct offer *one) {
    struct wn_sweep_row sweep;
    struct wn_err err;
    int64_t last = -1;
    size_t length = strlen(one->word);
    if (length > 17 || strspn(one->word, "0123456789") != length || !find_sweep(one, &sweep))
        return;
    wn_store_last_trial(one->store, sweep.id, &last, &err);
    if (length)
        offer_numbers(one, sweep.id, last);
    else
        offer_first(one, sweep.id, last);
    wn_sweep_row_clear(&sweep);
}

static void offer_params(struct offer *one) {
    struct wn_sweep_row sweep;
    struct wn_spec *spec = NULL;
    struct wn_diags diags = {0};
    if (!find_sweep(one, &sweep))
        return;
    wn_spec_parse("spec", sweep.spec, strlen(sweep.spec), &spec, &diags);
    for (size_t i = 0; spec && i < spec->space->count; i++) {
        const struct wn_param *param = &spec->space->params[i];
        struct wn_str range = {0};
        char *name = wn_format("%s=", param->name);
        wn_spec_range(param, &range);
        offer(one, name, wn_str_text(&range));
        wn_str_free(&range);
        free(name);
    }
    wn_diags_free(&diags);
    wn_spec_free(spec);
    wn_sweep_row_clear(&sweep);
}

// ---- files --------------------------------------------------------------------------------------

static void offer_entry(struct offer *one, const char *folder, const struct dirent *entry) {
    struct stat found;
    char *path = wn_format("%s%s", folder, entry->d_name);
    bool is_folder = stat(path, &found) == 0 && S_ISDIR(found.st_mode);
    char *text = wn_format("%s%s", path, is_folder ? "/" : "");
    offer(one, text, "");
    free(text);
    free(path);
}

static void offer_files(struct offer *one) {
    const char *slash = strrchr(one->word, '/'), *name = slash ? slash + 1 : one->word;
    char *folder = wn_strndup(one->word, (size_t)(name - one->word));
    struct dirent **entries;
    int count = scandir(*folder ? folder : ".", &entries, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        const char *entry = entries[i]->d_name;
        bool hidden = entry[0] == '.' && name[0] != '.';
        if (!hidden && strcmp(entry, ".") != 0 && strcmp(entry, "..") != 0 && one->count < MOST &&
            wn_starts_with(entry, name))
            offer_entry(one, folder, entries[i]);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
    free(folder);
}

// ---- which of them ------------------------------------------------------------------------------

static void offer_value(struct offer *one, const struct wn_option *option) {
    if (option->type == WN_OPTION_CHOICE)
        offer_choices(one, option->choices);
    else if (option->type == WN_OPTION_FILE)
        offer_files(one);
    else if (option->type == WN_OPTION_TRIAL)
        offer_trials(one);
}

static void offer_operand(struct offer *one) {
    static void (*const offers[])(struct offer *) = {
        [WN_OPERAND_WORD] = NULL,
        [WN_OPERAND_FILE] = offer_files,
        [WN_OPERAND_SWEEP] = offer_sweeps,
        [WN_OPERAND_TRIAL] = offer_trials,
        [WN_OPERAND_COMMAND] = offer_commands,
        [WN_OPERAND_PARAM] = offer_params,
        [WN_OPERAND_SETTING] = offer_keys,
        [WN_OPERAND_STAT] = offer_stats,
    };
    const struct wn_operand *operand = wn_command_operand(one->typed.command, one->typed.operands);
    if (operand && offers[operand->kind])
        offers[operand->kind](one);
}

// "--goal=mi": the value goes on, the rest stays.
static void offer_joined(struct offer *one, const struct wn_option *option, const char *value) {
    char *before = wn_strndup(one->word, (size_t)(value - one->word));
    one->before = before;
    one->word = value;
    offer_value(one, option);
    free(before);
}

static void offer_dashed(struct offer *one) {
    const char *equals = strchr(one->word, '=');
    const struct wn_option *option = equals ? wn_typed_option(one->typed.command, one->word) : NULL;
    if (option && option->value && one->word[1] == '-')
        offer_joined(one, option, equals + 1);
    else
        offer_options(one);
}

void wn_candidates(struct wn_store *store, const char *const *words, struct wn_str *out) {
    size_t count = 0;
    while (words[count])
        count++;
    if (count == 0)
        return;
    struct offer one = {.store = store,
                        .words = words,
                        .typed = wn_typed_read(words, count - 1),
                        .word = words[count - 1],
                        .before = "",
                        .out = out};
    if (count == 1)
        offer_commands(&one);
    else if (!one.typed.command)
        return;
    else if (one.typed.rest)
        offer_files(&one);
    else if (one.typed.awaited)
        offer_value(&one, one.typed.awaited);
    else if (one.word[0] == '-')
        offer_dashed(&one);
    else
        offer_operand(&one);
}
