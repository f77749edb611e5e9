// SPDX-License-Identifier: GPL-3.0-or-later
// Axes: where a value lies, and the round numbers that are told beside them. Numbers are halved
// before they are subtracted, so that a range from -1e308 to 1e308 has a width.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tui/widgets/plot_private.h"

double wn_plot_place(const struct wn_plot_axis *axis, double value) {
    if (axis->log && !(value > 0))
        return -INFINITY;
    if (axis->log)
        return (log(value) - log(axis->low)) / (log(axis->high) - log(axis->low));
    return (value / 2 - axis->low / 2) / (axis->high / 2 - axis->low / 2);
}

// ---- labels -------------------------------------------------------------------------------------

static void trim_exponent(char *text) {
    char *e = strchr(text, 'e');
    if (!e)
        return;
    char *from = e + 2 + strspn(e + 2, "0"), *to = e[1] == '-' ? e + 2 : e + 1;
    memmove(to, from, strlen(from) + 1);
}

static int clamp(int value, int low, int high) {
    return value < low ? low : value > high ? high : value;
}

// With as many digits as tell it from its neighbours, which differ in the `decimals`-th one.
static void write_label(char *label, size_t room, double value, int decimals) {
    static const struct {
        double worth;
        int digits;
        const char *name;
    } units[] = {{1e12, 12, "T"}, {1e9, 9, "G"}, {1e6, 6, "M"}, {1e3, 3, "k"}};
    double size = fabs(value);
    int exponent = size > 0 ? (int)floor(log10(size) + 1e-9) : 0;
    size_t i = 0;
    while (i < 4 && size < units[i].worth)
        i++;
    if (size >= 1e15 || (size > 0 && size < 1e-4)) {
        snprintf(label, room, "%.*e", clamp(decimals + exponent, 0, 8), value);
        trim_exponent(label);
    } else if (size >= 1e4 && i < 4) {
        snprintf(label, room, "%.*f%s", clamp(decimals + units[i].digits, 0, 8),
                 value / units[i].worth, units[i].name);
    } else {
        snprintf(label, room, "%.*f", size > 0 ? clamp(decimals, 0, 12) : clamp(decimals, 0, 4),
                 value);
    }
}

// ---- linear -------------------------------------------------------------------------------------

static double round_step(double width, int most) {
    double raw = width / most, power = pow(10, floor(log10(raw)));
    for (int i = 0; i < 3; i++) {
        static const double steps[] = {1, 2, 5};
        if (steps[i] * power >= raw * (1 - 1e-9))
            return steps[i] * power;
    }
    return 10 * power;
}

static int linear_ticks(const struct wn_plot_axis *axis, int most, struct wn_plot_tick *ticks) {
    double width = axis->high - axis->low;
    if (!isfinite(width) || most < 1)
        return 0;
    double step = round_step(width, most), first = ceil(axis->low / step - 1e-9);
    if (!isnormal(step) || !isfinite(first)) // as good as no width
        return 0;
    int decimals = (int)-floor(log10(step) + 1e-9), count = 0;
    for (int i = 0; count < WN_PLOT_TICKS && i <= most; i++) {
        double value = (first + i) * step;
        if (value > axis->high + step * 1e-9)
            break;
        ticks[count] = (struct wn_plot_tick){.value = fabs(value) < step / 2 ? 0 : value};
        write_label(ticks[count].label, sizeof ticks->label, ticks[count].value, decimals);
        count++;
    }
    return count;
}

// ---- logarithmic --------------------------------------------------------------------------------

// What stands at a decade's numbers: its label, or none where only every `stride`-th decade or
// certain digits have room for one.
static bool has_label(int exponent, int digit, int stride, const char *digits) {
    return exponent % stride == 0 && strchr(digits, '0' + digit);
}

static int decade_ticks(const struct wn_plot_axis *axis, int stride, const char *digits,
                        struct wn_plot_tick *ticks) {
    int begin = (int)floor(log10(axis->low)), end = (int)floor(log10(axis->high) + 1e-9);
    bool minor = end - begin <= WN_PLOT_TICKS / 9 - 1;
    int count = 0;
    for (int exponent = begin; exponent <= end; exponent++)
        for (int digit = 1; digit <= (minor ? 9 : 1) && count < WN_PLOT_TICKS; digit++) {
            double value = digit * pow(10, exponent);
            bool labelled = has_label(exponent, digit, stride, digits);
            if (!isfinite(value) || value < axis->low * (1 - 1e-9) ||
                value > axis->high * (1 + 1e-9) || (!minor && !labelled))
                continue;
            ticks[count] = (struct wn_plot_tick){.value = value};
            if (labelled)
                write_label(ticks[count].label, sizeof ticks->label, value, -exponent);
            count++;
        }
    return count;
}

static int labels_in(const struct wn_plot_tick *ticks, int count) {
    int labels = 0;
    for (int i = 0; i < count; i++)
        labels += *ticks[i].label != '\0';
    return labels;
}

static int log_ticks(const struct wn_plot_axis *axis, int most, struct wn_plot_tick *ticks) {
    static const char *const digits[] = {"123456789", "125", "13", "1"};
    for (size_t i = 0; i < sizeof digits / sizeof *digits; i++) {
        int count = decade_ticks(axis, 1, digits[i], ticks), labels = labels_in(ticks, count);
        if (labels <= most)
            return labels >= 2 ? count : linear_ticks(axis, most, ticks);
    }
    for (int stride = 2; stride < 700; stride++) {
        int count = decade_ticks(axis, stride, "1", ticks);
        if (labels_in(ticks, count) <= most)
            return count;
    }
    return 0;
}

int wn_plot_ticks(const struct wn_plot_axis *axis, int most, struct wn_plot_tick *ticks) {
    if (axis->empty)
        return 0;
    most = most < WN_PLOT_TICKS ? most : WN_PLOT_TICKS;
    return axis->log ? log_ticks(axis, most, ticks) : linear_ticks(axis, most, ticks);
}
