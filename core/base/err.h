// SPDX-License-Identifier: GPL-3.0-or-later
// Expected failures: a status that the caller can branch on and one sentence for the user.
// Functions that can fail return `enum wn_status` and fill the caller's `struct wn_err`.
// Broken invariants are asserts; running out of memory ends the program (mem.h).
#ifndef WN_ERR_H
#define WN_ERR_H

enum wn_status {
    WN_OK = 0,
    WN_NO,          // the answer is no: nothing finished, a gate failed         (exit code 1)
    WN_BAD_INPUT,   // what the user wrote cannot be used                        (exit code 2)
    WN_ENVIRONMENT, // disk, memory, permissions, a missing program or library   (exit code 3)
};

struct wn_err {
    enum wn_status status;
    char text[1024]; // one sentence, no newline, says what to do; UTF-8, NUL-terminated
};

// Fills `err` (may be NULL) and returns `status`, so that a failing branch is one return.
enum wn_status wn_fail(struct wn_err *err, enum wn_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

// Puts "PREFIX: " before the sentence in `err`; returns err->status.
enum wn_status wn_err_prefix(struct wn_err *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
