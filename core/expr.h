// SPDX-License-Identifier: GPL-3.0-or-later
// A SQLite expression over named values, compiled by SQLite itself under an authorizer that allows
// functions and nothing else: constraints, forbid, --where. Each expression owns a private
// in-memory connection, so expressions are independent of each other; one is used by one thread at
// a time.
#ifndef WN_EXPR_H
#define WN_EXPR_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/err.h"
#include "core/base/str.h"
#include "core/value.h"

struct wn_expr;

// Compiles `text` over `names`. A name such as lr is written lr; a dotted one optimizer.lr may be
// written bare or as "optimizer.lr". Unknown names are errors with "did you mean".
enum wn_status wn_expr_new(const char *text, const char *const *names, size_t count,
                           struct wn_expr **expr, struct wn_err *err);
// Appends the expression as SQL for a larger statement, each name replaced by its `source`, itself
// an SQL expression, which may speak of the tables of that statement. It is checked as by
// wn_expr_new().
enum wn_status wn_expr_sql(const char *text, const char *const *names, const char *const *sources,
                           size_t count, struct wn_str *sql, struct wn_err *err);
// Which of the names the expression uses (so that callers bind only those).
bool wn_expr_uses(const struct wn_expr *expr, size_t name);
// Binds the value of name `index`; lists and maps are bound as JSON text, booleans as 1 and 0,
// NaN as NULL. Unbound names are NULL; wn_expr_reset() makes all NULL again.
void wn_expr_bind(struct wn_expr *expr, size_t name, const struct wn_value *value);
void wn_expr_bind_number(struct wn_expr *expr, size_t name, double number);
void wn_expr_reset(struct wn_expr *expr);
enum wn_truth { WN_FALSE, WN_TRUE, WN_UNKNOWN }; // UNKNOWN: NULL, or an error while computing
enum wn_truth wn_expr_test(struct wn_expr *expr);
const char *wn_expr_text(const struct wn_expr *expr);
void wn_expr_free(struct wn_expr *expr);

#endif
