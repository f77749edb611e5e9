// SPDX-License-Identifier: GPL-3.0-or-later
// How the difference of two arms of a race became clear: its mean after each round as a line, its
// confidence sequence as a band.
#ifndef WN_RACE_CHART_H
#define WN_RACE_CHART_H

#include "core/chart.h"
#include "core/race.h"

// `looks` are those of wn_race_path(), two at least. The caller clears the chart.
void wn_race_chart(const struct wn_race_look *looks, size_t count, size_t columns,
                   struct wn_chart *chart);
// A level line over the window of another chart: no difference, the least that matters.
void wn_race_level(const struct wn_chart *window, double level, struct wn_chart *chart);

#endif
