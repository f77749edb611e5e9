// SPDX-License-Identifier: GPL-3.0-or-later
// winnow enqueue: puts a configuration of one's own into a sweep.
#include <stdlib.h>
#include <string.h>

#include "cli/request.h"
#include "cli/spec_args.h"
#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/doc.h"
#include "sweep/requeue.h"
#include "sweep/session.h"

// ---- the parameters -----------------------------------------------------------------------------

// Dots lead into groups that are there.
static void put_nested(struct wn_value *map, const char *name, struct wn_value value) {
    const char *dot = strchr(name, '.');
    char *group = dot ? wn_strndup(name, (size_t)(dot - name)) : NULL;
    const struct wn_value *found = group ? wn_value_get(map, group) : NULL;
    if (found && found->type == WN_MAP)
        put_nested(wn_value_entry(map, group), dot + 1, value);
    else
        wn_value_put(map, name, value);
    free(group);
}

// "lr=0.01": the value is read as a sweep file would read it.
static enum wn_status put_word(struct wn_value *params, const char *word, struct wn_err *err) {
    const char *equals = strchr(word, '=');
    if (!equals || equals == word)
        return wn_fail(err, WN_BAD_INPUT, "a parameter is given as NAME=VALUE (found %s)", word);
    char *name = wn_strndup(word, (size_t)(equals - word));
    put_nested(params, name, wn_doc_scalar(equals + 1));
    free(name);
    return WN_OK;
}

static enum wn_status like_trial(const struct wn_invocation *invocation, struct wn_store *store,
                                 int64_t sweep, struct wn_value *params, struct wn_err *err) {
    const char *like = wn_args_text(invocation, "like", NULL);
    struct wn_trial_row row = {0};
    int64_t number;
    if (!like)
        return WN_OK;
    enum wn_status status = wn_read_trial(like, &number, err);
    if (status == WN_OK)
        status = wn_store_get_trial(store, sweep, number, &row, err);
    if (status == WN_OK)
        status = wn_value_parse_json(row.params, params, err);
    wn_trial_row_clear(&row);
    return status;
}

// The whole configuration as JSON text.
static enum wn_status read_params(const struct wn_invocation *invocation, struct wn_store *store,
                                  int64_t sweep, struct wn_str *json, struct wn_err *err) {
    struct wn_value params = {.type = WN_MAP};
    enum wn_status status = like_trial(invocation, store, sweep, &params, err);
    for (size_t i = 0; i < invocation->many_count && status == WN_OK; i++)
        status = put_word(&params, invocation->many[i], err);
    if (status == WN_OK)
        wn_value_json(json, &params, WN_JSON_COMPACT);
    wn_value_clear(&params);
    return status;
}

// ---- without a runner ---------------------------------------------------------------------------

static enum wn_status add_rows(struct wn_store *store, const struct wn_sweep_row *sweep,
                               const struct wn_request_row *request, const struct wn_spec *spec,
                               struct wn_str *answer, struct wn_err *err) {
    struct wn_config *config;
    struct wn_begun begun;
    int64_t last = -1, more;
    enum wn_status status = wn_enqueue_parse(spec, request->argument, &config, err);
    if (status != WN_OK)
        return status;
    char *params = wn_params_json(spec->space, config);
    status = wn_session_count_begun(store, sweep->id, spec, &begun, err);
    if (status == WN_OK)
        status = wn_store_last_trial(store, sweep->id, &last, err);
    const struct wn_enqueued enqueued = {
        .sweep = sweep->id,
        .sweep_seed = sweep->seed,
        .id = (last + spec->repeats) / spec->repeats,
        .spec = spec,
        .outside = begun.outside,
        .params = params,
        .hash = (int64_t)wn_space_hash(spec->space, config),
        .user = request->user,
    };
    int64_t first = enqueued.id * spec->repeats;
    if (status == WN_OK)
        status = wn_enqueue(store, &enqueued, &more, err);
    if (status == WN_OK)
        status = wn_store_set_sweep_state(store, sweep->id, WN_SWEEP_STOPPED,
                                          "has trials that wait", wn_now(), err);
    if (status == WN_OK)
        wn_str_addf(answer, "trial %lld waits; winnow resume %s runs it", (long long)first,
                    sweep->name);
    free(params);
    wn_config_free(config);
    return status;
}

static enum wn_status enqueue(struct wn_store *store, const struct wn_sweep_row *sweep,
                              const struct wn_request_row *request, struct wn_str *answer,
                              struct wn_err *err) {
    struct wn_spec *spec;
    enum wn_status status = wn_spec_stored(sweep, &spec, err);
    if (status != WN_OK)
        return status;
    status = add_rows(store, sweep, request, spec, answer, err);
    wn_spec_free(spec);
    return status;
}

// ---- the command --------------------------------------------------------------------------------

// Whoever gives too little most likely wants the rest as another trial had it.
static void advise(const struct wn_invocation *invocation, struct wn_err *err) {
    static const char end[] = " missing";
    size_t length = strlen(err->text), tail = strlen(end);
    if (wn_args_has(invocation, "like") || length < tail ||
        strcmp(err->text + length - tail, end) != 0)
        return;
    char *text = wn_strdup(err->text);
    wn_fail(err, err->status, "%s; --like TRIAL takes the rest from a trial", text);
    free(text);
}

static enum wn_status run(struct wn_invocation *invocation, struct wn_err *err) {
    struct wn_store *store;
    struct wn_sweep_row sweep;
    struct wn_str json = {0};
    enum wn_status status = wn_open_sweep(invocation, WN_STORE_WRITE, &store, &sweep, err);
    if (status != WN_OK)
        return status;
    status = read_params(invocation, store, sweep.id, &json, err);
    if (status == WN_OK) {
        const struct wn_wish wish = {
            .verb = "enqueue", .trial = -1, .argument = json.text, .still = enqueue};
        status = wn_ask_sweep(invocation, store, &sweep, &wish, err);
        if (status == WN_NO)
            advise(invocation, err);
    }
    wn_str_free(&json);
    wn_sweep_row_clear(&sweep);
    wn_store_close(store);
    return status;
}

static const struct wn_option options[] = {
    {.name = "like",
     .type = WN_OPTION_TRIAL,
     .value = "TRIAL",
     .help = "take the parameters that are not given from this trial"},
    {0},
};

static const struct wn_example examples[] = {
    {"winnow enqueue svm C=10 gamma=0.05", "try this configuration"},
    {"winnow enqueue svm --like 21 gamma=0.1", "trial 21 with another gamma"},
    {0},
};

const struct wn_command wn_command_enqueue = {
    .name = "enqueue",
    .writes = true,
    .summary = "put in a configuration of one's own",
    .options = {options},
    .operands = {{.name = "SWEEP", .kind = WN_OPERAND_SWEEP},
                 {.name = "NAME=VALUE", .kind = WN_OPERAND_PARAM, .optional = true, .many = true}},
    .description =
        "Adds a configuration to a sweep, beyond its budget: it runs as soon as a slot is free, "
        "or with the next winnow resume where no runner works on the sweep. The search learns "
        "from it like from its own. Every parameter needs a value, or --like TRIAL to take the "
        "rest from. Values must lie within the space and its constraints; names "
        "of nested parameters are joined by dots.",
    .examples = examples,
    .no_means = "the configuration is not one of this sweep",
    .run = run,
};
