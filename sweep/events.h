// SPDX-License-Identifier: GPL-3.0-or-later
// What happens in a sweep, told to the commands that its spec names under on_event. What is noted
// within a transaction is told once that is committed. Of each event one command runs at a time;
// what happens meanwhile is told together, as the last of it and how often. What the commands print
// goes to events.log in the folder of the sweep. They outlive the loop of a runner that an edit
// ends, and are known to the next one.
#ifndef WN_EVENTS_H
#define WN_EVENTS_H

#include "sweep/runner.h"

typedef struct uv_loop_s uv_loop_t;

enum { WN_EVENTS_LOG_MOST = 1 << 20 }; // bytes of events.log; then its first half goes
#define WN_EVENTS_LIMIT 30.0           // seconds of one command

struct wn_happening {
    enum wn_event event;
    int64_t trial;      // -1: none
    double objective;   // NaN: none
    const char *state;  // of the trial or the sweep; static
    const char *reason; // a sentence, or NULL; copied
};

struct wn_events;

// `setup` is borrowed; its spec may be another one in each loop. `limit` in seconds.
struct wn_events *wn_events_new(const struct wn_runner_setup *setup, double limit);
void wn_events_free(struct wn_events *events); // commands that run go on by themselves

// Begins with a loop, and leaves it: what was noted and not committed did not happen.
void wn_events_attach(struct wn_events *events, uv_loop_t *loop);
void wn_events_detach(struct wn_events *events);

void wn_events_note(struct wn_events *events, const struct wn_happening *happening);
void wn_events_committed(struct wn_events *events);

// Says so once it takes a while until the loop has nothing more to do for the commands. Nothing is
// awaited after a loop was left: a Ctrl-C may do that before.
void wn_events_await(struct wn_events *events);

#endif
