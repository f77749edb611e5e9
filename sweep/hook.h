// SPDX-License-Identifier: GPL-3.0-or-later
// One shell command of the user's beside the loop: a process in a session of its own that inherits
// nothing but its output, watched by its pidfd and ended with its process group when its time is
// up. A hook belongs to whoever started it until on_end was called.
#ifndef WN_HOOK_H
#define WN_HOOK_H

#include <stdbool.h>
#include <sys/resource.h>

#include "core/base/err.h"

typedef struct uv_loop_s uv_loop_t;

struct wn_hook_end {
    bool timed_out;   // it was ended, for its time was up
    int code, signal; // signal 0: it exited by itself
    double seconds;   // that it took
};

struct wn_hook_setup { // borrowed during the start, but for the context
    const char *command, *cwd;
    char *const *environment;       // NULL-terminated, complete
    int output;                     // a descriptor for what it prints; -1: nowhere
    double limit;                   // seconds
    rlim_t files;                   // that it may have open
    void (*on_look)(void *context); // every 100 ms while it runs
    void (*on_end)(void *context, const struct wn_hook_end *end); // the hook is gone
    void *context;
};

struct wn_hook;

// Fails where there can be no process in `cwd`; a command that is not there is an end with code
// 127.
enum wn_status wn_hook_start(const struct wn_hook_setup *setup, uv_loop_t *loop,
                             struct wn_hook **hook, struct wn_err *err);

// Between two loops nobody watches; the process goes on. False: it cannot be watched.
void wn_hook_detach(struct wn_hook *hook);
bool wn_hook_attach(struct wn_hook *hook, uv_loop_t *loop);

// Forgets a hook that no loop watches; its process goes on by itself.
void wn_hook_free(struct wn_hook *hook);

#endif
