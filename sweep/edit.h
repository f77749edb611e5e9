// SPDX-License-Identifier: GPL-3.0-or-later
// Changing the spec of a sweep that exists: words are laid over the stored spec, and what comes of
// it is checked whole before anything is stored. What would make its trials incomparable, or
// renumber them, cannot be changed.
#ifndef WN_EDIT_H
#define WN_EDIT_H

#include "core/spec.h"
#include "core/store/store.h"

struct wn_edit { // borrowed
    const char *const *words;
    size_t count;
    bool settings; // KEY=VALUE as of --set; otherwise NAME=RANGE as of -p
};

struct wn_edited {
    struct wn_spec *spec; // the caller frees
    bool changed;         // it differs from what was stored
    bool parallel;        // the words say how many trials run at once
};

// Lays the words over the stored spec of a sweep. All mistakes go to diags, and then edited->spec
// is NULL.
enum wn_status wn_edit_lay(const struct wn_sweep_row *sweep, const struct wn_edit *edit,
                           struct wn_edited *edited, struct wn_diags *diags);

// The words as the argument of a request; the caller frees.
char *wn_edit_argument(const struct wn_edit *edit);

// The same of a request, `edit` or `set`, over what is stored now; err tells the first mistake.
enum wn_status wn_edit_lay_request(struct wn_store *store, const struct wn_request_row *request,
                                   struct wn_edited *edited, struct wn_err *err);
// Stores the new version, if it is one; its sweep's row follows. `answer` gets what was done. Both
// in one transaction of the caller's.
enum wn_status wn_edit_store(struct wn_store *store, const struct wn_request_row *request,
                             const struct wn_edited *edited, struct wn_str *answer,
                             struct wn_err *err);

#endif
