// SPDX-License-Identifier: GPL-3.0-or-later
// winnow verify: whether each declared point x repeat has exactly one accepted result.
#include <string.h>

#include "cli/common.h"
#include "cli/spec_args.h"
#include "sweep/verify.h"

static void print_json(struct wn_output *out, const struct wn_sweep_row *row,
                       const struct wn_verify *verify) {
    struct wn_emit emit = {0};
    wn_emit_open(&emit, NULL, '{');
    wn_emit_text(&emit, "sweep", row->name);
    wn_emit_integer(&emit, "declared", verify->declared);
    wn_emit_integer(&emit, "accepted", verify->accepted);
    wn_emit_integer(&emit, "missing", verify->missing);
    wn_emit_integer(&emit, "duplicate", verify->duplicate);
    wn_emit_integer(&emit, "torn", verify->torn);
    wn_emit_open(&emit, "faults", '[');
    for (size_t i = 0; i < verify->named; i++)
        wn_emit_text(&emit, NULL, verify->faults[i]);
    wn_emit_close(&emit, ']');
    wn_emit_close(&emit, '}');
    wn_print_json(out, &emit);
}

static void print_text(struct wn_output *out, const struct wn_sweep_row *row,
                       const struct wn_verify *verify) {
    wn_printf(out, "%s: %lld of %lld declared trials have their one result", row->name,
              (long long)verify->accepted, (long long)verify->declared);
    wn_printf(out, "; %lld missing, %lld duplicate, %lld torn series\n", (long long)verify->missing,
              (long long)verify->duplicate, (long long)verify->torn);
    for (size_t i = 0; i < verify->named; i++) {
        wn_print(out, "  ");
        wn_print_text(out, verify->faults[i], strlen(verify->faults[i]));
        wn_print(out, "\n");
    }
    int64_t faults = verify->missing + verify->duplicate + verify->torn;
    if (faults > WN_VERIFY_NAMED && verify->named == WN_VERIFY_NAMED)
        wn_print(out, "  and more\n");
}

static enum wn_status verify_sweep(struct wn_invocation *invocation, struct wn_store *store,
                                   const struct wn_sweep_row *row, struct wn_err *err) {
    struct wn_spec *spec;
    enum wn_status status = wn_spec_stored(row, &spec, err);
    if (status != WN_OK)
        return status;
    struct wn_verify verify;
    status = wn_verify_run(store, row, spec, &verify, err);
    if (status == WN_OK && wn_args_has(invocation, "json"))
        print_json(&invocation->out, row, &verify);
    else if (status == WN_OK)
        print_text(&invocation->out, row, &verify);
    if (status == WN_OK && !wn_verify_good(&verify))
        status = wn_fail(err, WN_NO, "%s", "");
    wn_verify_clear(&verify);
    wn_spec_free(spec);
    return status;
}

static enum wn_status run(struct wn_invocation *invocation, struct wn_err *err) {
    struct wn_store *store;
    struct wn_sweep_row row;
    enum wn_status status = wn_open_sweep(invocation, WN_STORE_READ, &store, &row, err);
    if (status != WN_OK)
        return status;
    status = verify_sweep(invocation, store, &row, err);
    wn_sweep_row_clear(&row);
    wn_store_close(store);
    return status;
}

static const struct wn_example examples[] = {
    {"winnow verify svm", "is every result of svm there, once?"},
    {"winnow verify svm --json && make report", "go on only with a whole sweep"},
    {0},
};

const struct wn_command wn_command_verify = {
    .name = "verify",
    .summary = "prove that a sweep is whole",
    .options = {wn_json_options},
    .operands = {{.name = "SWEEP", .kind = WN_OPERAND_SWEEP}},
    .description =
        "States from the store alone whether each declared point and repeat has exactly one "
        "accepted result, and names what is missing or doubled. For a grid each of its points is "
        "looked for; other methods are held to their number of configurations. A result is "
        "accepted when its trial finished, was stopped early, or failed with its retries spent. "
        "The database itself is checked too, and that every series has the points that its "
        "summary counts.",
    .examples = examples,
    .no_means = "something is missing, doubled or torn",
    .run = run,
};
