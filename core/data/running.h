// SPDX-License-Identifier: GPL-3.0-or-later
// Mean, variance, least and greatest of numbers as they come, and of two parts taken together
// (Chan, Golub and LeVeque, Updating formulae and a pairwise algorithm for computing sample
// variances, 1979).
#ifndef WN_DATA_RUNNING_H
#define WN_DATA_RUNNING_H

struct wn_running {
    double count, mean, squares; // squares: of distances from the mean
    double least, most;          // 0 while there is no value
};

void wn_running_add(struct wn_running *running, double value);
void wn_running_merge(struct wn_running *running, const struct wn_running *other);
double wn_running_deviation(const struct wn_running *running); // by n - 1; NaN below two values

#endif
