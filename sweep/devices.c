// SPDX-License-Identifier: GPL-3.0-or-later
// Finding GPUs by the environment or by their device nodes.
#include "sweep/devices.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "sweep/slots.h"

static void add(struct wn_devices *devices, char *name) {
    if (devices->count < WN_DEVICES_MAX && name[0])
        *WN_PUSH(devices->names, devices->count, devices->capacity) = name;
    else
        free(name);
}

static void add_listed(struct wn_devices *devices, const char *list) {
    while (*list) {
        size_t length = strcspn(list, ",");
        add(devices, wn_strndup(list, length));
        list += length;
        list += *list == ',';
    }
}

static void add_nodes(struct wn_devices *devices) {
    for (int i = 0; i < WN_DEVICES_MAX; i++) {
        char *node = wn_format("/dev/nvidia%d", i);
        if (access(node, F_OK) == 0)
            add(devices, wn_format("%d", i));
        free(node);
    }
}

void wn_devices_find(const char *visible, struct wn_devices *devices) {
    *devices = (struct wn_devices){0};
    if (visible)
        add_listed(devices, visible);
    else
        add_nodes(devices);
}

enum wn_status wn_devices_check(const struct wn_devices *devices, int64_t wanted,
                                struct wn_err *err) {
    if (wanted <= (int64_t)devices->count)
        return WN_OK;
    return wn_fail(err, WN_ENVIRONMENT,
                   "each trial wants %lld GPUs but this machine has %zu: lower resources.gpus, or "
                   "name devices in CUDA_VISIBLE_DEVICES",
                   (long long)wanted, devices->count);
}

void wn_devices_clear(struct wn_devices *devices) {
    for (size_t i = 0; i < devices->count; i++)
        free(devices->names[i]);
    free(devices->names);
    *devices = (struct wn_devices){0};
}
