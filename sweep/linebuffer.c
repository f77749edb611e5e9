// SPDX-License-Identifier: GPL-3.0-or-later
// The environment of `output: line`. An LD_PRELOAD that is there already is kept, after ours.
#include "sweep/linebuffer.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/base/str.h"

// Where distributions put it; coreutils looks in its own libexec folder.
static const char *const places[] = {
    "/usr/libexec/coreutils/libstdbuf.so",
    "/usr/lib/coreutils/libstdbuf.so",
    "/usr/local/libexec/coreutils/libstdbuf.so",
};

static const char *find_library(void) {
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (access(places[i], R_OK) == 0)
            return places[i];
    return NULL;
}

enum wn_status wn_linebuffer_new(char *const *environment, char ***copy, struct wn_err *err) {
    const char *library = find_library();
    if (!library)
        return wn_fail(err, WN_ENVIRONMENT,
                       "output: line needs libstdbuf.so of GNU coreutils, which is not in "
                       "/usr/libexec/coreutils; install coreutils or leave the key out");
    const char *earlier = NULL;
    size_t count = 0, capacity = 0;
    *copy = NULL;
    for (; *environment; environment++) {
        if (wn_starts_with(*environment, "LD_PRELOAD="))
            earlier = *environment + strlen("LD_PRELOAD=");
        else if (!wn_starts_with(*environment, "_STDBUF_O="))
            *WN_PUSH(*copy, count, capacity) = wn_strdup(*environment);
    }
    *WN_PUSH(*copy, count, capacity) = wn_strdup("_STDBUF_O=L");
    *WN_PUSH(*copy, count, capacity) =
        wn_format("LD_PRELOAD=%s%s%s", library, earlier ? ":" : "", earlier ? earlier : "");
    (void)WN_PUSH(*copy, count, capacity);
    return WN_OK;
}

void wn_linebuffer_free(char **copy) {
    for (size_t i = 0; copy && copy[i]; i++)
        free(copy[i]);
    free(copy);
}
