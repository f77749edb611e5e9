// SPDX-License-Identifier: GPL-3.0-or-later
// A window onto a log of any size: lines from anywhere in it, and searching. A place is the byte at
// which a line begins. Only what is asked for is read, and a log that grows is read on. What was
// left out of it (sweep/logs.h) is passed over.
#ifndef WN_LOGVIEW_H
#define WN_LOGVIEW_H

#include "core/base/str.h"
#include "sweep/logs.h"

struct wn_logview;

// WN_NO: the attempt has no log (yet).
enum wn_status wn_logview_open(struct wn_logs *logs, int64_t trial, int64_t attempt,
                               struct wn_logview **view, struct wn_err *err);
void wn_logview_close(struct wn_logview *view);
int64_t wn_logview_size(const struct wn_logview *view);

// Replaces `line` by the line at *at, without its end, and moves *at to the next one. Longer ones
// come in pieces of WN_LOGVIEW_LINE bytes. False: there is none.
#define WN_LOGVIEW_LINE 65536
bool wn_logview_line(struct wn_logview *view, int64_t *at, struct wn_str *line);
// Where the line begins that is `lines` lines before the one at `at`; 0: in which `at` lies.
int64_t wn_logview_back(struct wn_logview *view, int64_t at, size_t lines);
// The place of the next line from `at` on that holds `text`, or of the last one before `at`; -1:
// there is none. Capitals count only where `text` has some.
int64_t wn_logview_find(struct wn_logview *view, int64_t at, bool forward, const char *text);
// Replaces `plain` by at most `most` bytes of what a terminal would leave of a line: what stands
// behind the last carriage return, without colours; and no bytes of zero, which stand where
// something was left out.
void wn_logview_plain(const struct wn_str *line, size_t most, struct wn_str *plain);

#endif
