// SPDX-License-Identifier: GPL-3.0-or-later
// Per event: what was noted, what is committed and waits for its command, and the command that
// runs.
#include "sweep/events.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "sweep/environment.h"
#include "sweep/hook.h"

enum { PATIENCE_MS = 1000 };

struct burst { // happenings of one event
    int64_t count;
    struct wn_happening last;
    char *reason; // of the last one
};

struct slot {
    struct wn_events *events;
    struct burst noted, waiting;
    struct wn_hook *hook; // NULL: none runs
    bool told;            // that one failed
};

struct wn_events {
    const struct wn_runner_setup *setup;
    double limit;
    uv_loop_t *loop; // NULL: between two loops
    struct slot slots[WN_EVENTS];
    uv_timer_t *patience;
    char *log_path, *store_dir;
    int log; // -1: not open
    rlim_t files;
};

// ---- bursts -------------------------------------------------------------------------------------

static void clear(struct burst *burst) {
    free(burst->reason);
    *burst = (struct burst){0};
}

// The later one stands for both.
static void join(struct burst *into, struct burst *later) {
    int64_t count = into->count + later->count;
    clear(into);
    *into = *later;
    into->count = count;
    *later = (struct burst){0};
}

void wn_events_note(struct wn_events *events, const struct wn_happening *happening) {
    struct burst one = {.count = 1, .last = *happening};
    one.reason = happening->reason ? wn_strdup(happening->reason) : NULL;
    one.last.reason = NULL;
    join(&events->slots[happening->event].noted, &one);
}

// ---- events.log ---------------------------------------------------------------------------------

// Without room, say, the commands run all the same.
static void open_log(struct wn_events *events) {
    if (events->log < 0)
        events->log = open(events->log_path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
}

static void write_log(const struct wn_events *events, const char *text, size_t length) {
    ssize_t written = events->log < 0 ? 0 : write(events->log, text, length);
    (void)written; // it is for people; nothing hangs on it
}

__attribute__((format(printf, 3, 4))) static void
log_line(const struct wn_events *events, enum wn_event event, const char *format, ...) {
    char moment[32];
    struct tm utc;
    time_t now = (time_t)wn_now();
    strftime(moment, sizeof moment, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
    struct wn_str line = {0};
    wn_str_addf(&line, "%s %s ", moment, wn_event_name(event));
    va_list args;
    va_start(args, format);
    wn_str_vaddf(&line, format, args);
    va_end(args);
    wn_str_add_char(&line, '\n');
    write_log(events, line.text, line.length);
    wn_str_free(&line);
}

// All who write to it append, so it can be made shorter under their hands.
static void trim_log(const struct wn_events *events) {
    static const char mark[] = "[older lines were dropped]\n";
    off_t size = events->log < 0 ? 0 : lseek(events->log, 0, SEEK_END);
    if (size <= WN_EVENTS_LOG_MOST)
        return;
    size_t keep = WN_EVENTS_LOG_MOST / 2;
    char *tail = wn_malloc(keep);
    ssize_t length = pread(events->log, tail, keep, size - (off_t)keep);
    if (length > 0 && ftruncate(events->log, 0) == 0) {
        const char *line = memchr(tail, '\n', (size_t)length);
        const char *from = line ? line + 1 : tail;
        write_log(events, mark, sizeof mark - 1);
        write_log(events, from, (size_t)(tail + length - from));
    }
    free(tail);
}

// ---- one command --------------------------------------------------------------------------------

// Takes the text over.
static void tell(const struct wn_events *events, char *text) {
    const struct wn_runner_watch *watch = &events->setup->watch;
    if (watch->notice)
        watch->notice(watch->context, text);
    free(text);
}

static void complain(struct slot *slot, enum wn_event event, const char *what) {
    const struct wn_events *events = slot->events;
    log_line(events, event, "%s", what);
    if (!slot->told)
        tell(events,
             wn_format("the %s hook %s; see %s", wn_event_name(event), what, events->log_path));
    slot->told = true;
}

static void begin(struct slot *slot);

static void on_look(void *context) {
    const struct slot *slot = context;
    trim_log(slot->events);
}

static void on_end(void *context, const struct wn_hook_end *end) {
    struct slot *slot = context;
    struct wn_events *events = slot->events;
    enum wn_event event = (enum wn_event)(slot - events->slots);
    slot->hook = NULL;
    char *what = NULL;
    if (end->timed_out)
        what = wn_format("was ended: it took longer than %g s", events->limit);
    else if (end->signal)
        what = wn_format("was ended by signal %d (%s)", end->signal, strsignal(end->signal));
    else if (end->code)
        what = wn_format("ended with exit code %d", end->code);
    if (what)
        complain(slot, event, what);
    else
        log_line(events, event, "ended after %.1f s", end->seconds);
    free(what);
    trim_log(events);
    begin(slot);
}

static void build_environment(const struct wn_events *events, const struct burst *burst,
                              struct wn_argv *environment) {
    const struct wn_happening *last = &burst->last;
    char number[32];
    char *trial = last->trial < 0 ? wn_strdup("") : wn_format("%lld", (long long)last->trial);
    char *count = wn_format("%lld", (long long)burst->count);
    const struct wn_variable variables[] = {
        {"WINNOW_EVENT", wn_event_name(last->event)},
        {"WINNOW_SWEEP", events->setup->sweep->name},
        {"WINNOW_TRIAL", trial},
        {"WINNOW_OBJECTIVE", isnan(last->objective) ? "" : wn_float_repr(last->objective, number)},
        {"WINNOW_STATE", last->state},
        {"WINNOW_REASON", burst->reason ? burst->reason : ""},
        {"WINNOW_COUNT", count},
        {"WINNOW_STORE", events->store_dir},
    };
    wn_environment_with(events->setup->environment, variables, sizeof variables / sizeof *variables,
                        environment);
    free(trial);
    free(count);
}

static void start(struct slot *slot, const char *command) {
    struct wn_events *events = slot->events;
    enum wn_event event = (enum wn_event)(slot - events->slots);
    struct wn_argv environment = {0};
    struct wn_err err;
    open_log(events);
    trim_log(events);
    log_line(events, event, "(%lld): %s", (long long)slot->waiting.count, command);
    build_environment(events, &slot->waiting, &environment);
    const struct wn_hook_setup setup = {.command = command,
                                        .cwd = events->setup->sweep->cwd,
                                        .environment = environment.items,
                                        .output = events->log,
                                        .limit = events->limit,
                                        .files = events->files,
                                        .on_look = on_look,
                                        .on_end = on_end,
                                        .context = slot};
    if (wn_hook_start(&setup, events->loop, &slot->hook, &err) != WN_OK)
        complain(slot, event, err.text);
    wn_argv_free(&environment);
}

// What waits, if its command is not running. A spec that was edited may have no command any more.
static void begin(struct slot *slot) {
    if (slot->hook || !slot->waiting.count || !slot->events->loop)
        return;
    const char *command = slot->events->setup->spec->hooks[slot->waiting.last.event];
    if (command)
        start(slot, command);
    clear(&slot->waiting);
}

// ---- all of them --------------------------------------------------------------------------------

void wn_events_committed(struct wn_events *events) {
    for (int event = 0; event < WN_EVENTS; event++) {
        struct slot *slot = &events->slots[event];
        if (!slot->noted.count)
            continue;
        join(&slot->waiting, &slot->noted);
        begin(slot);
    }
}

void wn_events_attach(struct wn_events *events, uv_loop_t *loop) {
    events->loop = loop;
    for (int event = 0; event < WN_EVENTS; event++) {
        struct slot *slot = &events->slots[event];
        clear(&slot->noted);
        if (slot->hook && !wn_hook_attach(slot->hook, loop)) {
            wn_hook_free(slot->hook);
            slot->hook = NULL;
        }
        begin(slot);
    }
}

static void on_timer_closed(uv_handle_t *timer) {
    free(timer);
}

void wn_events_detach(struct wn_events *events) {
    for (int event = 0; event < WN_EVENTS; event++)
        if (events->slots[event].hook)
            wn_hook_detach(events->slots[event].hook);
    if (events->patience)
        uv_close((uv_handle_t *)events->patience, on_timer_closed);
    events->patience = NULL;
    events->loop = NULL;
}

static void on_patience(uv_timer_t *timer) {
    const struct wn_events *events = timer->data;
    tell(events, wn_format("waiting for hooks of on_event, %g s at most for each; Ctrl-C leaves "
                           "them to themselves",
                           events->limit));
}

void wn_events_await(struct wn_events *events) {
    if (!events->loop)
        return;
    events->patience = wn_calloc(1, sizeof *events->patience);
    uv_timer_init(events->loop, events->patience);
    events->patience->data = events;
    uv_timer_start(events->patience, on_patience, PATIENCE_MS, 0);
    uv_unref((uv_handle_t *)events->patience);
}

struct wn_events *wn_events_new(const struct wn_runner_setup *setup, double limit) {
    struct wn_events *events = wn_calloc(1, sizeof *events);
    struct rlimit files = {0};
    getrlimit(RLIMIT_NOFILE, &files);
    *events =
        (struct wn_events){.setup = setup, .limit = limit, .log = -1, .files = files.rlim_cur};
    for (int event = 0; event < WN_EVENTS; event++)
        events->slots[event].events = events;
    events->log_path = wn_format("%s/events.log", setup->sweep_dir);
    events->store_dir = realpath(wn_store_dir(setup->store), NULL);
    return events;
}

void wn_events_free(struct wn_events *events) {
    if (!events)
        return;
    for (int event = 0; event < WN_EVENTS; event++) {
        clear(&events->slots[event].noted);
        clear(&events->slots[event].waiting);
        wn_hook_free(events->slots[event].hook);
    }
    if (events->log >= 0)
        close(events->log);
    free(events->log_path);
    free(events->store_dir);
    free(events);
}
