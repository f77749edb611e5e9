// SPDX-License-Identifier: GPL-3.0-or-later
// winnow ls: the sweeps of the store, newest first.
#include "cli/common.h"
#include "cli/labels.h"
#include "cli/progress.h"
#include "cli/table.h"
#include "core/base/clock.h"

struct listing {
    struct wn_store *store;
    struct wn_table table;
    struct wn_str waiting; // lines below the table
    struct wn_emit emit;
    double now;
    struct wn_err *err;
    enum wn_status status;
};

static const struct wn_column columns[] = {
    {.title = "SWEEP"},
    {.title = "ID", .right = true, .spare = 1},
    {.title = "STATE"},
    {.title = "DONE", .right = true},
    {.title = "RUNNING", .right = true},
    {.title = "FAILED", .right = true},
    {.title = "OBJECTIVE", .spare = 1},
    {.title = "BEST", .right = true},
    {.title = "TRIAL", .right = true, .spare = 1},
    {.title = "AGE", .right = true, .spare = 1},
    {0},
};

struct tally {
    int64_t ended, failed;
};

static struct tally tally(const struct wn_sweep_row *row) {
    struct tally tally = {0};
    for (int i = 0; i < WN_TRIAL_STATES; i++) {
        enum wn_trial_state state = (enum wn_trial_state)i;
        tally.ended += wn_trial_ended(state) ? row->counts[i] : 0;
        tally.failed += wn_trial_failed(state) ? row->counts[i] : 0;
    }
    return tally;
}

// What the newest queued trial of a sweep that is worked on waits for; the caller clears it.
static bool find_waiting(const struct listing *listing, const struct wn_sweep_row *row,
                         struct wn_trial_row *trial) {
    struct wn_err err;
    *trial = (struct wn_trial_row){0};
    return row->counts[WN_TRIAL_QUEUED] && wn_sweep_alive(listing->store, row->id) &&
           wn_store_last_waiting(listing->store, row->id, trial, &err) == WN_OK;
}

static void add_waiting(struct listing *listing, const struct wn_sweep_row *row) {
    struct wn_trial_row trial;
    if (find_waiting(listing, row, &trial))
        wn_str_addf(&listing->waiting, "%s trial %lld %s\n", row->name, (long long)trial.number,
                    trial.reason);
    wn_trial_row_clear(&trial);
}

static void emit_waiting(const struct listing *listing, const struct wn_sweep_row *row,
                         struct wn_emit *emit) {
    struct wn_trial_row trial;
    bool waits = find_waiting(listing, row, &trial);
    wn_emit_text(emit, "waits", waits ? trial.reason : NULL);
    wn_trial_row_clear(&trial);
}

static void add_best(struct wn_table *table, const struct wn_sweep_row *row) {
    char number[32];
    wn_table_add(table, WN_ROLE_PLAIN, "%s", row->objective ? row->objective : "-");
    if (!row->has_best) {
        wn_table_add(table, WN_ROLE_DIM, "-");
        wn_table_add(table, WN_ROLE_DIM, "-");
        return;
    }
    wn_table_add(table, WN_ROLE_HEAD, "%s", wn_number_text(row->best, number));
    wn_table_add(table, WN_ROLE_PLAIN, "%lld", (long long)row->best_trial);
}

static bool list_row(void *context, const struct wn_sweep_row *row) {
    struct listing *listing = context;
    struct wn_table *table = &listing->table;
    const char *state = wn_sweep_shown_state(listing->store, row);
    struct tally counts = tally(row);
    char age[32], declared[32] = "";
    wn_duration_text(listing->now - row->created, age, sizeof age);
    if (row->declared)
        snprintf(declared, sizeof declared, "/%lld", (long long)row->declared);
    wn_table_add(table, WN_ROLE_PLAIN, "%s", row->name);
    wn_table_add(table, WN_ROLE_DIM, "%lld", (long long)row->id);
    wn_table_add(table, wn_sweep_state_role(state), "%s", state);
    wn_table_add(table, WN_ROLE_PLAIN, "%lld%s", (long long)counts.ended, declared);
    wn_table_add(table, WN_ROLE_PLAIN, "%lld", (long long)row->counts[WN_TRIAL_RUNNING]);
    wn_table_add(table, counts.failed ? WN_ROLE_BAD : WN_ROLE_PLAIN, "%lld",
                 (long long)counts.failed);
    add_best(table, row);
    wn_table_add(table, WN_ROLE_PLAIN, "%s", age);
    add_waiting(listing, row);
    return true;
}

static bool emit_row(void *context, const struct wn_sweep_row *row) {
    struct listing *listing = context;
    struct wn_emit *emit = &listing->emit;
    wn_emit_open(emit, NULL, '{');
    wn_emit_sweep(emit, row);
    wn_emit_text(emit, "state", wn_sweep_shown_state(listing->store, row));
    wn_emit_text(emit, "method", row->method);
    wn_emit_text(emit, "objective", row->objective);
    wn_emit_text(emit, "goal", row->maximize ? "maximize" : "minimize");
    wn_emit_counts(emit, row->counts);
    wn_emit_integer(emit, "declared", row->declared);
    wn_emit_best(emit, row);
    emit_waiting(listing, row, emit);
    wn_emit_time(emit, "created", row->created);
    wn_emit_time(emit, "started", row->started);
    wn_emit_time(emit, "ended", row->ended);
    listing->status = wn_emit_tags(emit, listing->store, row->id, WN_WHOLE_SWEEP, listing->err);
    wn_emit_close(emit, '}');
    return listing->status == WN_OK;
}

static void print_table(const struct listing *listing, struct wn_output *out) {
    wn_table_print(&listing->table, out);
    if (listing->waiting.length) {
        wn_print(out, "\n");
        wn_print_text(out, listing->waiting.text, listing->waiting.length);
    }
}

static enum wn_status run(struct wn_invocation *invocation, struct wn_err *err) {
    bool json = wn_args_has(invocation, "json");
    struct wn_store *store = NULL;
    enum wn_status status = WN_OK;
    if (wn_has_store(invocation))
        status = wn_open_store(invocation, WN_STORE_READ, &store, err);
    if (status != WN_OK)
        return status;
    struct listing listing = {
        .store = store, .table.columns = columns, .now = wn_now(), .err = err};
    wn_emit_open(&listing.emit, NULL, '{');
    wn_emit_open(&listing.emit, "sweeps", '[');
    if (store)
        status = wn_store_each_sweep(store, json ? emit_row : list_row, &listing, err);
    status = status == WN_OK ? listing.status : status;
    wn_emit_close(&listing.emit, ']');
    wn_emit_close(&listing.emit, '}');
    if (status == WN_OK && json)
        wn_print_json(&invocation->out, &listing.emit);
    else if (status == WN_OK && listing.table.count)
        print_table(&listing, &invocation->out);
    else if (status == WN_OK)
        wn_say("no sweeps yet; winnow run starts one\n");
    wn_table_free(&listing.table);
    wn_str_free(&listing.waiting);
    wn_str_free(&listing.emit.text);
    wn_store_close(store);
    return status;
}

static const struct wn_example examples[] = {
    {"winnow ls", "the sweeps of this project"},
    {"winnow ls --json | jq -r '.sweeps[] | select(.state == \"interrupted\") | .name'",
     "the sweeps whose runner died, to be resumed"},
    {0},
};

const struct wn_command wn_command_ls = {
    .name = "ls",
    .summary = "list the sweeps",
    .also = "list status ps sweeps history dashboard",
    .options = {wn_json_options},
    .description =
        "Lists the sweeps of the store, newest first: how each stands, how many of its trials "
        "ended, run and failed, and its best result. A sweep that is interrupted was left by its "
        "runner; winnow resume goes on with it. One that is paused starts no trials: until winnow "
        "unpause, or until its disk has room again (winnow show tells which).",
    .examples = examples,
    .run = run,
};
