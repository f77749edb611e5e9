// SPDX-License-Identifier: GPL-3.0-or-later
// From a spec to a sweep in the store.
#include "cli/make_sweep.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "cli/print.h"
#include "core/base/mem.h"
#include "sweep/session.h"

enum wn_status wn_sweep_check(const struct wn_spec *spec, const char *file, struct wn_err *err) {
    struct wn_diags diags = {.file = file ? file : "command line"};
    enum wn_status status = wn_session_check(spec, &diags);
    wn_say_diags(&diags);
    wn_diags_free(&diags);
    return status == WN_OK ? WN_OK : wn_fail(err, status, "this sweep cannot be run");
}

enum wn_status wn_sweep_make(struct wn_store *store, const struct wn_spec *spec, const char *name,
                             const char *file, struct wn_sweep_row *sweep, struct wn_err *err) {
    char cwd[PATH_MAX];
    if (!getcwd(cwd, sizeof cwd))
        return wn_fail(err, WN_ENVIRONMENT, "cannot tell the working directory: %s",
                       strerror(errno));
    const struct wn_session_origin origin = {
        .spec_file = file, .name = name, .cwd = cwd, .version = WN_VERSION};
    return wn_session_create(store, spec, &origin, sweep, err);
}
