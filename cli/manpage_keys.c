// SPDX-License-Identifier: GPL-3.0-or-later
// The page of the dashboard's keys: a section per screen, out of the very rows that its footer and
// help are drawn from.
#include "cli/manpage.h"
#include "cli/mdoc.h"
#include "tui/screen.h"

static void add_bindings(struct wn_str *out, const struct wn_binding *bindings) {
    wn_str_add(out, ".Bl -tag -width Ds\n");
    for (; bindings->action; bindings++)
        wn_mdoc_term(out, bindings->keys, bindings->help);
    wn_str_add(out, ".El\n");
}

void wn_manpage_keys(struct wn_str *out) {
    const struct wn_screen *screen;
    wn_mdoc_title(out, "winnow-keys", 7);
    wn_mdoc_name(out, "winnow-keys", "keys of the dashboard");
    wn_str_add(out, ".Sh DESCRIPTION\n"
                    "In the dashboard the keys of the moment stand at the bottom, and\n.Cm \\&?\n"
                    "lists all of them.\n.Ql ^N\nis Control and n,\n.Ql M-v\nis Alt and v.\n"
                    "Columns, their order and width, the order and the filter of rows, the axes of "
                    "curves\nand typed commands are kept for the next time, sweep by sweep.\n"
                    ".Sh EVERY SCREEN\n");
    add_bindings(out, wn_app_bindings);
    wn_str_add(out, ".Sh MOVING\n");
    add_bindings(out, wn_motion_bindings);
    for (size_t i = 0; (screen = wn_screen_at(i)) != NULL; i++) {
        if (!screen->bindings->action)
            continue;
        wn_str_addf(out, ".Sh SCREEN %s\n", screen->name);
        add_bindings(out, screen->bindings);
    }
    wn_str_add(out, ".Sh SEE ALSO\n.Xr winnow-top 1\n");
}
