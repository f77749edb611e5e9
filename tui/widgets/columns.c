// SPDX-License-Identifier: GPL-3.0-or-later
// Leaving out comes before shrinking, as a number that is cut says nothing.
#include "tui/widgets/columns.h"

static int total(const struct wn_fit *fits, size_t count, int gap, bool least) {
    int sum = 0;
    for (size_t i = 0; i < count; i++)
        if (fits[i].width)
            sum += (least ? fits[i].least : fits[i].width) + gap;
    return sum > 0 ? sum - gap : 0;
}

// False: all that is left has to stay.
static bool leave_out_one(struct wn_fit *fits, size_t count) {
    struct wn_fit *sparest = NULL;
    for (size_t i = 0; i < count; i++)
        if (fits[i].width && fits[i].spare && (!sparest || fits[i].spare >= sparest->spare))
            sparest = &fits[i];
    if (sparest)
        sparest->width = 0;
    return sparest != NULL;
}

static bool shrink_one(struct wn_fit *fits, size_t count) {
    struct wn_fit *widest = NULL;
    for (size_t i = 0; i < count; i++) {
        int slack = fits[i].width - fits[i].least;
        if (slack > 0 && (!widest || slack > widest->width - widest->least))
            widest = &fits[i];
    }
    if (widest)
        widest->width--;
    return widest != NULL;
}

int wn_columns_fit(struct wn_fit *fits, size_t count, int room, int gap) {
    for (size_t i = 0; i < count; i++)
        fits[i].width = fits[i].wanted;
    while (total(fits, count, gap, true) > room && leave_out_one(fits, count))
        ;
    while (total(fits, count, gap, false) > room && shrink_one(fits, count))
        ;
    int left = 0;
    for (size_t i = 0; i < count; i++) {
        fits[i].left = left;
        left += fits[i].width ? fits[i].width + gap : 0;
    }
    return left > 0 ? left - gap : 0;
}
