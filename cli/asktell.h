// SPDX-License-Identifier: GPL-3.0-or-later
// A session of the ask-tell protocol: one JSON object per line in, one per line out. The session
// keeps going whatever a line holds; only the caller ends it.
#ifndef WN_CLI_ASKTELL_H
#define WN_CLI_ASKTELL_H

#include "core/spec.h"

struct wn_asktell;

// Fails where the spec has no metric, or its method or early termination cannot be used. The spec
// is borrowed.
enum wn_status wn_asktell_new(const struct wn_spec *spec, uint64_t seed,
                              struct wn_asktell **session, struct wn_err *err);
// Answers one line (without its newline; may hold any bytes) by one JSON object, put into `answer`,
// which is emptied first.
void wn_asktell_line(struct wn_asktell *session, const char *line, size_t length,
                     struct wn_str *answer);
void wn_asktell_free(struct wn_asktell *session);

#endif
