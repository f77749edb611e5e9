// SPDX-License-Identifier: GPL-3.0-or-later
// winnow stop: asks the runner of a sweep to end. The request is a row; its answer is waited for.
#include <pwd.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "cli/common.h"
#include "core/base/clock.h"
#include "core/base/mem.h"

static const double answer_patience = 10; // seconds

static char *user_name(void) {
    const struct passwd *entry = getpwuid(getuid());
    return entry ? wn_strdup(entry->pw_name) : wn_format("user %u", (unsigned)getuid());
}

struct search {
    int64_t request;
    bool open;
};

static bool find_request(void *context, const struct wn_request_row *row) {
    struct search *search = context;
    search->open |= row->id == search->request;
    return true;
}

// Waits until the request is answered, the runner is gone or patience ends.
static enum wn_status await(struct wn_store *store, int64_t sweep, struct search *search,
                            struct wn_err *err) {
    const struct timespec pause = {.tv_nsec = 20000000};
    double deadline = wn_monotonic() + answer_patience;
    for (;;) {
        search->open = false;
        enum wn_status status = wn_store_each_request(store, sweep, find_request, search, err);
        if (status != WN_OK || !search->open || wn_monotonic() > deadline ||
            !wn_sweep_alive(store, sweep))
            return status;
        nanosleep(&pause, NULL);
    }
}

static enum wn_status ask(struct wn_store *store, const struct wn_sweep_row *row, bool now,
                          struct wn_output *out, struct wn_err *err) {
    struct wn_request_row request = {
        .sweep = row->id,
        .trial = -1,
        .verb = wn_strdup(now ? "cancel" : "stop"),
        .user = user_name(),
        .created = wn_now(),
    };
    enum wn_status status = wn_store_add_request(store, &request, err);
    struct search search = {.request = request.id};
    wn_request_row_clear(&request);
    if (status == WN_OK)
        status = await(store, row->id, &search, err);
    if (status != WN_OK)
        return status;
    if (search.open && wn_sweep_alive(store, row->id))
        return wn_fail(err, WN_ENVIRONMENT,
                       "the runner of %s has not answered yet; the request stays and it will be "
                       "obeyed",
                       row->name);
    wn_printf(out,
              now ? "%s: its running trials are being ended\n"
                  : "%s: starts no new trials and ends with those that run\n",
              row->name);
    return WN_OK;
}

static enum wn_status run(struct wn_invocation *invocation, struct wn_err *err) {
    struct wn_store *store;
    struct wn_sweep_row row = {0};
    enum wn_status status = wn_open_sweep(invocation, WN_STORE_WRITE, &store, &row, err);
    if (status != WN_OK)
        return status;
    if (wn_sweep_alive(store, row.id))
        status = ask(store, &row, wn_args_has(invocation, "now"), &invocation->out, err);
    else
        status = wn_fail(err, WN_NO, "no runner works on %s, it is %s: there is nothing to stop",
                         row.name, wn_sweep_shown_state(store, &row));
    wn_sweep_row_clear(&row);
    wn_store_close(store);
    return status;
}

static const struct wn_option options[] = {
    {.name = "now", .help = "end the running trials too, instead of waiting for them"},
    {0},
};

static const struct wn_example examples[] = {
    {"winnow stop svm", "let running trials end, start no new ones"},
    {"winnow stop svm --now", "end running trials as well"},
    {0},
};

const struct wn_command wn_command_stop = {
    .name = "stop",
    .summary = "stop a running sweep",
    .also = "kill cancel abort pause end terminate",
    .options = {options},
    .operands = {{.name = "SWEEP", .kind = WN_OPERAND_SWEEP}},
    .description = "Asks the runner of a sweep to start no new trials and to end once those that "
                   "run are over. With --now they are ended too: SIGTERM, and SIGKILL after the "
                   "grace period. Either way winnow resume goes on with the sweep.",
    .examples = examples,
    .no_means = "no runner works on the sweep",
    .run = run,
};
