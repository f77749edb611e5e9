// SPDX-License-Identifier: GPL-3.0-or-later
// Pauses for want of disk. Where room is low no trials are started. Where a commit failed for it,
// the runner has left its loop: it waits here for room and then begins anew from the store, as if
// it had been killed, so that everything since the last commit is read again.
#include "sweep/runner/internal.h"

#include <signal.h>

#include "core/base/clock.h"
#include "sweep/disk.h"
#include "sweep/owner.h"

enum { LOOK_MS = 500, LONGEST_MS = 30000 };

const char wn_runner_room_again[] = "there is room on the disk again: going on";

static void set_low(const struct wn_runner_setup *setup, bool low) {
    if (setup->carried->low != low)
        wn_owner_wait_for_room(setup->lock, low);
    setup->carried->low = low;
}

void wn_runner_look_at_disk(struct wn_runner *runner) {
    const char *dir = runner->setup->sweep_dir;
    struct wn_carried *carried = runner->setup->carried;
    enum wn_room room = wn_disk_room(dir);
    char text[80];
    if (room == WN_ROOM_LOW) {
        carried->low_at = wn_now();
        if (!carried->low)
            wn_runner_notice(runner, "paused: %s; no new trials until there is room",
                             wn_disk_text(dir, text, sizeof text));
        set_low(runner->setup, true);
    } else if (carried->low && room == WN_ROOM_AMPLE) {
        wn_runner_notice(runner, "%s", wn_runner_room_again);
        set_low(runner->setup, false);
        runner->dirty = true;
    }
}

struct wait {
    uv_loop_t loop;
    uv_timer_t timer;
    uv_signal_t sigint, sigterm, sighup;
    const char *dir;
    bool interrupted;
};

static void on_look(uv_timer_t *timer) {
    struct wait *wait = timer->data;
    if (wn_disk_room(wait->dir) == WN_ROOM_AMPLE)
        uv_stop(&wait->loop);
}

static void on_interrupt(uv_signal_t *handle, int number) {
    struct wait *wait = handle->data;
    if (number == SIGHUP)
        return;
    wait->interrupted = true;
    uv_stop(&wait->loop);
}

static void heed(struct wait *wait, uv_signal_t *handle, int number) {
    uv_signal_init(&wait->loop, handle);
    handle->data = wait;
    uv_signal_start(handle, on_interrupt, number);
}

static void close_handle(uv_handle_t *handle, void *context) {
    (void)context;
    uv_close(handle, NULL);
}

bool wn_runner_wait_for_room(const struct wn_runner_setup *setup, int tries) {
    struct wait wait = {.dir = setup->sweep_dir};
    if (uv_loop_init(&wait.loop) != 0)
        return false;
    // A disk that seems to have room, and yet does not take it, has a quota: ever less often.
    uint64_t pause = LOOK_MS;
    set_low(setup, true);
    while (tries-- > 0 && pause < LONGEST_MS)
        pause *= 2;
    uv_timer_init(&wait.loop, &wait.timer);
    wait.timer.data = &wait;
    uv_timer_start(&wait.timer, on_look, pause, LOOK_MS);
    heed(&wait, &wait.sigint, SIGINT);
    heed(&wait, &wait.sigterm, SIGTERM);
    heed(&wait, &wait.sighup, SIGHUP);
    uv_run(&wait.loop, UV_RUN_DEFAULT);
    uv_walk(&wait.loop, close_handle, NULL);
    uv_run(&wait.loop, UV_RUN_DEFAULT);
    uv_loop_close(&wait.loop);
    set_low(setup, false);
    return !wait.interrupted;
}
