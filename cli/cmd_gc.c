// SPDX-License-Identifier: GPL-3.0-or-later
// winnow gc: frees what no sweep needs any more, and says what that was.
#include <stdlib.h>

#include "cli/common.h"
#include "cli/garbage.h"
#include "cli/table.h"

struct report {
    struct wn_table table;
    struct wn_emit emit;
    int64_t files, bytes;
};

static const struct wn_column columns[] = {
    {.title = "WHAT"},
    {.title = "SWEEP"},
    {.title = "FILES", .right = true},
    {.title = "FREES", .right = true},
    {0},
};

static void take(void *context, const struct wn_garbage *garbage) {
    struct report *report = context;
    char size[32];
    wn_table_add(&report->table, WN_ROLE_PLAIN, "%s", garbage->what);
    wn_table_add(&report->table, WN_ROLE_PLAIN, "%s", garbage->sweep ? garbage->sweep : "-");
    wn_table_add(&report->table, WN_ROLE_PLAIN, "%lld", (long long)garbage->files);
    wn_table_add(&report->table, WN_ROLE_PLAIN, "%s", wn_size_text((double)garbage->bytes, size));
    wn_emit_open(&report->emit, NULL, '{');
    wn_emit_text(&report->emit, "what", garbage->what);
    wn_emit_text(&report->emit, "sweep", garbage->sweep);
    wn_emit_integer(&report->emit, "files", garbage->files);
    wn_emit_integer(&report->emit, "bytes", garbage->bytes);
    wn_emit_close(&report->emit, '}');
    report->files += garbage->files;
    report->bytes += garbage->bytes;
}

static void print_json(struct report *report, struct wn_output *out) {
    struct wn_emit *emit = &report->emit;
    wn_emit_close(emit, ']');
    wn_emit_integer(emit, "files", report->files);
    wn_emit_integer(emit, "bytes", report->bytes);
    wn_emit_close(emit, '}');
    wn_print_json(out, emit);
}

static void print_text(const struct report *report, bool dry, struct wn_output *out) {
    char size[32];
    if (!report->table.count) {
        wn_say("there is nothing to free\n");
        return;
    }
    wn_table_print(&report->table, out);
    wn_printf(out, "\n%s %lld files, %s%s\n", dry ? "would free" : "freed",
              (long long)report->files, wn_size_text((double)report->bytes, size),
              dry ? "; nothing was changed" : "");
}

static enum wn_status run(struct wn_invocation *invocation, struct wn_err *err) {
    bool dry = wn_args_has(invocation, "dry-run");
    struct report report = {.table.columns = columns};
    struct wn_collection collection = {
        .try_only = dry,
        .failed_artifacts = wn_args_has(invocation, "failed-artifacts"),
        .each = take,
        .context = &report,
    };
    enum wn_status status =
        wn_open_store(invocation, dry ? WN_STORE_READ : WN_STORE_WRITE, &collection.store, err);
    if (status != WN_OK)
        return status;
    wn_emit_open(&report.emit, NULL, '{');
    wn_emit_bool(&report.emit, "dry_run", dry);
    wn_emit_open(&report.emit, "garbage", '[');
    status = wn_collect_garbage(&collection, err);
    if (status == WN_OK && wn_args_has(invocation, "json"))
        print_json(&report, &invocation->out);
    else if (status == WN_OK || report.table.count) // what went before a failure is told, too
        print_text(&report, dry, &invocation->out);
    wn_table_free(&report.table);
    wn_str_free(&report.emit.text);
    wn_store_close(collection.store);
    return status;
}

static const struct wn_option options[] = {
    {.name = "dry-run", .letter = 'n', .help = "say what would go, and change nothing"},
    {.name = "failed-artifacts", .help = "artifacts of trials that failed for good go too"},
    {0},
};

static const struct wn_example examples[] = {
    {"winnow gc --dry-run", "what could go, and how much that frees"},
    {"winnow gc --failed-artifacts", "free it, with what failed trials left in WINNOW_ARTIFACTS"},
    {0},
};

const struct wn_command wn_command_gc = {
    .name = "gc",
    .writes = true,
    .summary = "free what no sweep needs any more",
    .also = "garbage clean prune vacuum disk space du",
    .options = {options, wn_json_options},
    .description =
        "Deletes folders of sweeps that were removed, packs logs that a runner left as files into "
        "the sweep's archive, and gives free pages of the database back to the disk. No result and "
        "no log is lost. A sweep that runs is left alone, and nothing is asked.",
    .examples = examples,
    .run = run,
};
