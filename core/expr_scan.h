// SPDX-License-Identifier: GPL-3.0-or-later
// A first look at the text of an expression, before SQLite sees it inside a statement: is it closed
// in itself (brackets, quotes; no comments, semicolons, placeholders), so that it cannot get out of
// the brackets it is put in; and which identifiers does it hold.
#ifndef WN_EXPR_SCAN_H
#define WN_EXPR_SCAN_H

#include <stddef.h>

#include "core/base/err.h"

struct wn_ident {
    char *group; // of group.name; NULL where there is none before it
    char *name;  // without quotes
};

struct wn_idents {
    struct wn_ident *items;
    size_t count, capacity;
};

// Function names and keywords are listed too. Free the list also after a failure.
enum wn_status wn_expr_scan(const char *text, struct wn_idents *idents, struct wn_err *err);
void wn_idents_free(struct wn_idents *idents);

#endif
