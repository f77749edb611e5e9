// SPDX-License-Identifier: GPL-3.0-or-later
// Moments as values come.
#include "core/data/running.h"

#include <math.h>

void wn_running_add(struct wn_running *running, double value) {
    double away = value - running->mean;
    if (running->count == 0)
        running->least = running->most = value;
    running->count++;
    running->mean += away / running->count;
    running->squares += away * (value - running->mean);
    running->least = value < running->least ? value : running->least;
    running->most = value > running->most ? value : running->most;
}

void wn_running_merge(struct wn_running *running, const struct wn_running *other) {
    if (other->count == 0)
        return;
    if (running->count == 0) {
        *running = *other;
        return;
    }
    double all = running->count + other->count, away = other->mean - running->mean;
    running->mean += away * other->count / all;
    running->squares += other->squares + away * away * running->count * other->count / all;
    running->count = all;
    running->least = fmin(running->least, other->least);
    running->most = fmax(running->most, other->most);
}

double wn_running_deviation(const struct wn_running *running) {
    return running->count < 2 ? NAN : sqrt(fmax(running->squares, 0) / (running->count - 1));
}
