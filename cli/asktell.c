// SPDX-License-Identifier: GPL-3.0-or-later
// The searcher and the scheduler behind JSON lines. A trial is open from its ask to its final tell;
// what was told of it while it was open ranks as in a sweep: the best value, or the last one.
#include "cli/asktell.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/common.h"
#include "core/base/mem.h"
#include "sweep/outcome.h"
#include "sweep/scheduler.h"

enum { ASK_MAX = 10000, TEXT_SHOWN = 60 };

struct trial {
    struct wn_config *config;
    struct wn_summary objective; // of what was reported while it was open
    bool told;
    bool condemned;
};

struct wn_asktell {
    const struct wn_spec *spec;
    struct wn_searcher *searcher;
    const struct wn_scheduler_type *scheduler; // NULL: no early stopping
    void *scheduler_state;
    struct trial *trials; // by id
    size_t count, capacity;
    bool has_best;
    double best; // objective in its own direction
    size_t best_trial;
};

// ---- the session --------------------------------------------------------------------------------

static enum wn_status make_scheduler(struct wn_asktell *session, struct wn_err *err) {
    const struct wn_early_terminate *settings = &session->spec->early_terminate;
    if (!settings->type)
        return WN_OK;
    session->scheduler = wn_scheduler_find(settings->type);
    if (!session->scheduler)
        return wn_fail(err, WN_BAD_INPUT, "early_terminate.type: there is no %s", settings->type);
    struct wn_diags diags = {0};
    enum wn_status status = session->scheduler->create(settings, &session->scheduler_state, &diags);
    wn_say_diags(&diags);
    wn_diags_free(&diags);
    if (status == WN_OK)
        return WN_OK;
    session->scheduler = NULL;
    return wn_fail(err, status, "early_terminate cannot be used");
}

enum wn_status wn_asktell_new(const struct wn_spec *spec, uint64_t seed,
                              struct wn_asktell **session, struct wn_err *err) {
    if (!spec->objective_count)
        return wn_fail(err, WN_BAD_INPUT,
                       "the spec has no metric: add metric: {name: NAME, goal: minimize}");
    struct wn_asktell *made = wn_calloc(1, sizeof *made);
    made->spec = spec;
    enum wn_status status = wn_new_searcher(spec, seed, &made->searcher, err);
    if (status == WN_OK)
        status = make_scheduler(made, err);
    if (status == WN_OK)
        *session = made;
    else
        wn_asktell_free(made);
    return status;
}

void wn_asktell_free(struct wn_asktell *session) {
    if (session->scheduler)
        session->scheduler->free(session->scheduler_state);
    if (session->searcher)
        wn_searcher_free(session->searcher);
    for (size_t i = 0; i < session->count; i++)
        wn_config_free(session->trials[i].config);
    free(session->trials);
    free(session);
}

// ---- reading a message --------------------------------------------------------------------------

// Python's json.dumps writes NaN, Infinity and -Infinity bare, which is no JSON: they become
// strings.
static size_t bare_length(const char *text, size_t left) {
    static const char *const words[] = {"NaN", "Infinity", "-Infinity", "-NaN"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t length = strlen(words[i]);
        if (left >= length && memcmp(text, words[i], length) == 0)
            return length;
    }
    return 0;
}

static char *quote_bare_numbers(const char *line, size_t length) {
    struct wn_str out = {0};
    bool inside = false; // of a string
    for (size_t i = 0; i < length; i++) {
        size_t bare = inside ? 0 : bare_length(&line[i], length - i);
        if (bare) {
            wn_str_addf(&out, "\"%.*s\"", (int)bare, &line[i]);
            i += bare - 1;
            continue;
        }
        if (inside && line[i] == '\\' && i + 1 < length)
            wn_str_add_char(&out, line[i++]);
        else if (line[i] == '"')
            inside = !inside;
        wn_str_add_char(&out, line[i]);
    }
    return wn_str_take(&out);
}

// A metric's value: a number, or null and the names of what is not finite.
static bool read_metric(const struct wn_value *value, double *number) {
    static const struct {
        const char *name;
        double number;
    } names[] = {{"NaN", NAN},           {"nan", NAN},      {"-NaN", NAN},
                 {"Infinity", INFINITY}, {"inf", INFINITY}, {"-Infinity", -INFINITY},
                 {"-inf", -INFINITY}};
    *number = NAN;
    if (value->type == WN_NULL || wn_value_number(value, number))
        return true;
    for (size_t i = 0; value->type == WN_STRING && i < sizeof names / sizeof *names; i++) {
        if (strcmp(value->string.text, names[i].name) != 0)
            continue;
        *number = names[i].number;
        return true;
    }
    return false;
}

static enum wn_status read_trial(struct wn_asktell *session, const struct wn_value *message,
                                 int64_t *id, struct wn_err *err) {
    const struct wn_value *value = wn_value_get(message, "id");
    if (!value)
        return wn_fail(err, WN_BAD_INPUT, "id is missing: the number that ask gave");
    if (value->type != WN_INT)
        return wn_fail(err, WN_BAD_INPUT, "id must be an integer (found %s)",
                       wn_type_name(value->type));
    *id = value->integer;
    if (*id < 0 || (uint64_t)*id >= session->count)
        return wn_fail(err, WN_BAD_INPUT, "no trial %lld was handed out", (long long)*id);
    if (session->trials[*id].told)
        return wn_fail(err, WN_BAD_INPUT, "trial %lld was told already", (long long)*id);
    return WN_OK;
}

// Checks all metrics; *objective is NaN and *found false where it is not among them.
static enum wn_status read_metrics(const struct wn_asktell *session, const struct wn_value *message,
                                   double *objective, bool *found, struct wn_err *err) {
    const struct wn_value *metrics = wn_value_get(message, "metrics");
    *objective = NAN;
    *found = false;
    if (!metrics)
        return WN_OK;
    if (metrics->type != WN_MAP)
        return wn_fail(err, WN_BAD_INPUT, "metrics must be an object (found %s)",
                       wn_type_name(metrics->type));
    for (size_t i = 0; i < metrics->list.count; i++) {
        const char *name = metrics->list.keys[i].string.text;
        double number;
        if (!read_metric(&metrics->list.items[i], &number))
            return wn_fail(err, WN_BAD_INPUT, "metrics.%.*s must be a number (found %s)",
                           TEXT_SHOWN, name, wn_type_name(metrics->list.items[i].type));
        if (strcmp(name, session->spec->objectives->name) != 0)
            continue;
        *objective = number;
        *found = true;
    }
    return WN_OK;
}

static enum wn_status read_state(const struct wn_value *message, enum wn_trial_state *state,
                                 struct wn_err *err) {
    const struct wn_value *status = wn_value_get(message, "status");
    *state = WN_TRIAL_FINISHED;
    if (!status)
        return WN_OK;
    bool known = status->type == WN_STRING && wn_trial_state_parse(status->string.text, state);
    if (known && wn_trial_ended(*state))
        return WN_OK;
    return wn_fail(err, WN_BAD_INPUT,
                   "status must say how the trial ended: finished, stopped, failed, timeout, oom, "
                   "nan, killed or lost");
}

// ---- ask ----------------------------------------------------------------------------------------

static enum wn_status read_count(const struct wn_value *message, int64_t *count,
                                 struct wn_err *err) {
    const struct wn_value *n = wn_value_get(message, "n");
    *count = 1;
    if (n && (n->type != WN_INT || n->integer < 1 || n->integer > ASK_MAX))
        return wn_fail(err, WN_BAD_INPUT, "n must be an integer from 1 to %d", ASK_MAX);
    if (n)
        *count = n->integer;
    return WN_OK;
}

static bool hand_out(struct wn_asktell *session, struct wn_emit *emit) {
    struct wn_config *config = wn_config_new(session->spec->space);
    int64_t id;
    if (wn_searcher_ask(session->searcher, &id, config) == WN_ASK_EXHAUSTED) {
        wn_config_free(config);
        return false;
    }
    *WN_PUSH(session->trials, session->count, session->capacity) =
        (struct trial){.config = config, .objective = {.last = NAN, .min = NAN, .max = NAN}};
    char *params = wn_params_json(session->spec->space, config);
    wn_emit_open(emit, NULL, '{');
    wn_emit_integer(emit, "id", id);
    wn_emit_raw(emit, "params", params);
    wn_emit_close(emit, '}');
    free(params);
    return true;
}

static enum wn_status ask(struct wn_asktell *session, const struct wn_value *message,
                          struct wn_emit *emit, struct wn_err *err) {
    int64_t wanted;
    if (read_count(message, &wanted, err) != WN_OK)
        return err->status;
    bool more = true;
    wn_emit_open(emit, NULL, '{');
    wn_emit_open(emit, "trials", '[');
    for (int64_t i = 0; i < wanted && more; i++)
        more = hand_out(session, emit);
    wn_emit_close(emit, ']');
    if (!more)
        wn_emit_bool(emit, "exhausted", true);
    wn_emit_close(emit, '}');
    return WN_OK;
}

// ---- tell ---------------------------------------------------------------------------------------

static void add_value(struct wn_summary *summary, double value) {
    summary->count++;
    summary->last = value;
    if (!isfinite(value))
        return;
    summary->min = fmin(summary->min, value); // of a NaN and a number: the number
    summary->max = fmax(summary->max, value);
}

static enum wn_status report(struct wn_asktell *session, const struct wn_value *message, int64_t id,
                             struct wn_emit *emit, struct wn_err *err) {
    double step, value;
    bool found;
    if (!wn_value_number(wn_value_get(message, "step"), &step))
        return wn_fail(err, WN_BAD_INPUT, "step must be a number");
    if (read_metrics(session, message, &value, &found, err) != WN_OK)
        return err->status;
    if (!found)
        return wn_fail(err, WN_BAD_INPUT, "metrics.%s is missing", session->spec->objectives->name);
    struct trial *trial = &session->trials[id];
    add_value(&trial->objective, value);
    if (isfinite(value)) {
        wn_searcher_report(session->searcher, id, step, value);
        double minimised = session->spec->objectives->maximize ? -value : value;
        if (session->scheduler)
            trial->condemned |=
                session->scheduler
                    ->report(session->scheduler_state, id, trial->objective.count, minimised)
                    .stop;
    }
    wn_emit_open(emit, NULL, '{');
    wn_emit_bool(emit, "ok", true);
    wn_emit_bool(emit, "stop", trial->condemned);
    wn_emit_close(emit, '}');
    return WN_OK;
}

static void note_best(struct wn_asktell *session, int64_t id, double objective) {
    bool maximize = session->spec->objectives->maximize;
    if (session->has_best && (maximize ? objective <= session->best : objective >= session->best))
        return;
    session->has_best = true;
    session->best = objective;
    session->best_trial = (size_t)id;
}

static void settle(struct wn_asktell *session, int64_t id, enum wn_trial_state state) {
    struct trial *trial = &session->trials[id];
    double objective = wn_objective_value(session->spec->objectives, &trial->objective);
    if (wn_trial_counts(state) && !isfinite(objective))
        state = WN_TRIAL_NAN;
    if (!wn_trial_counts(state))
        objective = NAN;
    const struct wn_observation observation = {
        .id = id, .state = state, .objective = objective, .se = NAN};
    wn_searcher_tell(session->searcher, &observation);
    if (session->scheduler && session->scheduler->end)
        session->scheduler->end(session->scheduler_state, id);
    if (wn_trial_counts(state))
        note_best(session, id, objective);
    trial->told = true;
}

static enum wn_status tell(struct wn_asktell *session, const struct wn_value *message,
                           struct wn_emit *emit, struct wn_err *err) {
    int64_t id = 0;
    enum wn_trial_state state;
    double value;
    bool found;
    if (read_trial(session, message, &id, err) != WN_OK)
        return err->status;
    if (wn_value_get(message, "step") && !wn_value_get(message, "status"))
        return report(session, message, id, emit, err);
    if (read_state(message, &state, err) != WN_OK ||
        read_metrics(session, message, &value, &found, err) != WN_OK)
        return err->status;
    struct trial *trial = &session->trials[id];
    if (!found && !trial->objective.count && wn_trial_counts(state))
        return wn_fail(err, WN_BAD_INPUT,
                       "metrics.%s is missing (a trial without it is told with "
                       "\"status\":\"failed\")",
                       session->spec->objectives->name);
    if (found)
        add_value(&trial->objective, value);
    settle(session, id, state);
    wn_emit_open(emit, NULL, '{');
    wn_emit_bool(emit, "ok", true);
    wn_emit_close(emit, '}');
    return WN_OK;
}

// ---- best ---------------------------------------------------------------------------------------

static enum wn_status best(struct wn_asktell *session, const struct wn_value *message,
                           struct wn_emit *emit, struct wn_err *err) {
    (void)message, (void)err;
    wn_emit_open(emit, NULL, '{');
    if (session->has_best) {
        const struct wn_config *config = session->trials[session->best_trial].config;
        char *params = wn_params_json(session->spec->space, config);
        wn_emit_integer(emit, "id", (int64_t)session->best_trial);
        wn_emit_raw(emit, "params", params);
        wn_emit_open(emit, "metrics", '{');
        wn_emit_real(emit, session->spec->objectives->name, session->best);
        wn_emit_close(emit, '}');
        free(params);
    } else {
        wn_emit_null(emit, "id");
    }
    wn_emit_close(emit, '}');
    return WN_OK;
}

// ---- lines --------------------------------------------------------------------------------------

static const struct {
    const char *op;
    enum wn_status (*answer)(struct wn_asktell *session, const struct wn_value *message,
                             struct wn_emit *emit, struct wn_err *err);
} operations[] = {{"ask", ask}, {"tell", tell}, {"best", best}};

static enum wn_status answer_message(struct wn_asktell *session, const struct wn_value *message,
                                     struct wn_emit *emit, struct wn_err *err) {
    if (message->type != WN_MAP)
        return wn_fail(err, WN_BAD_INPUT, "a line must be a JSON object (found %s)",
                       wn_type_name(message->type));
    const struct wn_value *op = wn_value_get(message, "op");
    if (!op || op->type != WN_STRING)
        return wn_fail(err, WN_BAD_INPUT, "op is missing: \"ask\", \"tell\" or \"best\"");
    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++)
        if (strcmp(op->string.text, operations[i].op) == 0)
            return operations[i].answer(session, message, emit, err);
    return wn_fail(err, WN_BAD_INPUT, "op must be ask, tell or best (found %.*s)", TEXT_SHOWN,
                   op->string.text);
}

static enum wn_status read_message(const char *line, size_t length, struct wn_value *message,
                                   struct wn_err *err) {
    if (memchr(line, '\0', length))
        return wn_fail(err, WN_BAD_INPUT, "a line must not hold NUL bytes");
    if (strspn(line, " \t\r") == length)
        return wn_fail(err, WN_BAD_INPUT, "the line is empty");
    struct wn_err cause;
    char *clean = quote_bare_numbers(line, length);
    enum wn_status status = wn_value_parse_json(clean, message, &cause);
    free(clean);
    return status == WN_OK ? WN_OK : wn_fail(err, status, "the line %s", cause.text);
}

void wn_asktell_line(struct wn_asktell *session, const char *line, size_t length,
                     struct wn_str *answer) {
    struct wn_emit emit = {.text = *answer};
    struct wn_value message = {0};
    struct wn_err err = {0};
    wn_str_clear(&emit.text);
    enum wn_status status = read_message(line, length, &message, &err);
    if (status == WN_OK)
        status = answer_message(session, &message, &emit, &err);
    if (status != WN_OK) {
        wn_emit_open(&emit, NULL, '{');
        wn_emit_text(&emit, "error", err.text);
        wn_emit_close(&emit, '}');
    }
    wn_value_clear(&message);
    *answer = emit.text;
}
