// SPDX-License-Identifier: GPL-3.0-or-later
// Handing out devices, lowest first.
#include "sweep/slots.h"

#include <assert.h>
#include <string.h>

#include "core/base/str.h"

bool wn_slots_suffice(const struct wn_slots *slots, int64_t wanted) {
    return (int64_t)slots->count - __builtin_popcountll(slots->held) >= wanted;
}

bool wn_slots_take(struct wn_slots *slots, int64_t wanted, uint64_t *taken) {
    *taken = 0;
    if (!wn_slots_suffice(slots, wanted))
        return false;
    for (size_t i = 0; i < slots->count && wanted > 0; i++)
        if (!(slots->held >> i & 1)) {
            *taken |= UINT64_C(1) << i;
            wanted--;
        }
    slots->held |= *taken;
    return true;
}

bool wn_slots_name_in(const char *list, const char *name) {
    for (size_t length; *list; list += length + (list[length] == ',')) {
        length = strcspn(list, ",");
        if (length == strlen(name) && memcmp(list, name, length) == 0)
            return true;
    }
    return false;
}

uint64_t wn_slots_claim(struct wn_slots *slots, const char *names) {
    uint64_t taken = 0;
    for (size_t i = 0; i < slots->count; i++)
        if (!(slots->held >> i & 1) && wn_slots_name_in(names, slots->names[i]))
            taken |= UINT64_C(1) << i;
    slots->held |= taken;
    return taken;
}

void wn_slots_hold(struct wn_slots *slots, uint64_t devices) {
    assert(!(slots->held & devices));
    slots->held |= devices;
}

void wn_slots_give_back(struct wn_slots *slots, uint64_t taken) {
    assert((slots->held & taken) == taken);
    slots->held &= ~taken;
}

char *wn_slots_names(const struct wn_slots *slots, uint64_t taken) {
    struct wn_str names = {0};
    for (size_t i = 0; i < slots->count; i++)
        if (taken >> i & 1)
            wn_str_addf(&names, "%s%s", names.length ? "," : "", slots->names[i]);
    return wn_str_take(&names);
}
