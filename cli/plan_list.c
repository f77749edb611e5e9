// SPDX-License-Identifier: GPL-3.0-or-later
// Asking the searcher as a run would, before any result is known.
#include "cli/plan_list.h"

#include <stdlib.h>
#include <string.h>

#include "cli/common.h"
#include "core/base/text.h"
#include "sweep/environment.h"
#include "sweep/searcher.h"

static bool has_command(const struct wn_spec *spec) {
    return spec->program || spec->command.type == WN_LIST;
}

static enum wn_status build_argv(const struct wn_spec *spec, const struct wn_config *config,
                                 int64_t id, struct wn_argv *argv, struct wn_err *err) {
    int64_t trial = id * spec->repeats;
    char *json_file = wn_format("configs/%lld.json", (long long)trial);
    const struct wn_argv_context context = {
        .trial = trial,
        .seed = (uint64_t)wn_trial_seed((int64_t)spec->seed, 0),
        .json_file = json_file,
        .getenv = wn_environment_value,
    };
    enum wn_status status = wn_spec_argv(spec, config, &context, argv, err);
    free(json_file);
    return status;
}

static void emit_argv(struct wn_emit *emit, const struct wn_argv *argv) {
    wn_emit_open(emit, "argv", '[');
    for (size_t i = 0; i < argv->count; i++)
        wn_emit_text(emit, NULL, argv->items[i]);
    wn_emit_close(emit, ']');
}

static void print_json_line(const struct wn_spec *spec, const struct wn_config *config,
                            const struct wn_argv *argv, struct wn_output *out) {
    struct wn_emit emit = {0};
    char *params = wn_params_json(spec->space, config);
    wn_emit_open(&emit, NULL, '{');
    wn_emit_raw(&emit, "params", params);
    if (has_command(spec))
        emit_argv(&emit, argv);
    else
        wn_emit_null(&emit, "argv");
    wn_emit_close(&emit, '}');
    wn_print_json(out, &emit);
    free(params);
}

static void print_plain_line(const struct wn_spec *spec, const struct wn_config *config,
                             const struct wn_argv *argv, struct wn_output *out) {
    struct wn_str line = {0};
    if (has_command(spec)) {
        for (size_t i = 0; i < argv->count; i++) {
            wn_str_add(&line, i ? " " : "");
            wn_text_quote(&line, argv->items[i]);
        }
    } else {
        char *params = wn_params_json(spec->space, config);
        wn_str_add(&line, params);
        free(params);
    }
    wn_print_text(out, wn_str_text(&line), line.length);
    wn_print(out, "\n");
    wn_str_free(&line);
}

static enum wn_status print_one(const struct wn_spec *spec, const struct wn_config *config,
                                int64_t id, bool json, struct wn_output *out, struct wn_err *err) {
    struct wn_argv argv = {0};
    enum wn_status status = WN_OK;
    if (has_command(spec))
        status = build_argv(spec, config, id, &argv, err);
    if (status == WN_OK && json)
        print_json_line(spec, config, &argv, out);
    else if (status == WN_OK)
        print_plain_line(spec, config, &argv, out);
    wn_argv_free(&argv);
    return status;
}

// Without results, a searcher that goes by them can show only what it begins with, and one that is
// not there yet not even that.
static void begin_without_results(struct wn_spec *spec, char *random) {
    const struct wn_searcher_type *type = wn_searcher_find(spec->method);
    if (type && !type->tell)
        return;
    wn_say("note: %s goes by results, of which there are none; these are %s configurations, such "
           "as it begins with\n",
           spec->method, type ? "evenly spread" : random);
    if (!type)
        spec->method = random;
}

enum wn_status wn_plan_list(const struct wn_spec *spec, int64_t limit, bool json,
                            struct wn_output *out, struct wn_err *err) {
    char random[] = "random";
    struct wn_spec begun = *spec;
    struct wn_searcher *searcher;
    begin_without_results(&begun, random);
    enum wn_status status = wn_new_searcher(&begun, spec->seed, &searcher, err);
    if (status != WN_OK)
        return status;
    struct wn_config *config = wn_config_new(spec->space);
    int64_t id, listed = 0;
    for (; status == WN_OK && !out->error && listed != limit; listed++) {
        if (wn_searcher_ask(searcher, &id, config) == WN_ASK_EXHAUSTED)
            break;
        status = print_one(spec, config, id, json, out, err);
    }
    if (status == WN_OK && !listed && limit)
        status = wn_fail(err, WN_BAD_INPUT, "the constraints allow no configuration at all");
    wn_config_free(config);
    wn_searcher_free(searcher);
    return status;
}
