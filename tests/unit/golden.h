// SPDX-License-Identifier: GPL-3.0-or-later
// Golden screens: what a canvas shows is compared with tests/data/screens/NAME.txt, and with what a
// terminal makes of it. Run a test with GOLDEN=write to write the files anew, and read the diff.
#ifndef WN_TEST_GOLDEN_H
#define WN_TEST_GOLDEN_H

#include "tests/unit/emulator.h"
#include "tui/screen.h"

static void golden_text(const struct wn_canvas *canvas, struct wn_str *out) {
    for (int row = 0; row < canvas->rows; row++) {
        wn_canvas_text(canvas, row, out);
        wn_str_add_char(out, '\n');
    }
}

// ASCII is what a terminal without colours and little else gets.
static void golden_terminal(const struct wn_canvas *canvas) {
    const char *type = canvas->ascii ? "vt100" : "xterm-256color";
    struct emulator *emulator = emulator_open(canvas->rows, canvas->columns, type);
    emulator_show(emulator, canvas);
    emulator_close(emulator);
}

static void golden_check(const struct wn_canvas *canvas, const char *name) {
    struct wn_str seen = {0}, wanted = {0};
    char path[512], buffer[4096];
    golden_text(canvas, &seen);
    snprintf(path, sizeof path, "tests/data/screens/%s.txt", name);
    const char *mode = getenv("GOLDEN");
    if (mode && strcmp(mode, "write") == 0) {
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        fwrite(seen.text, 1, seen.length, file);
        fclose(file);
    }
    FILE *file = fopen(path, "r");
    if (!file)
        fail_msg("there is no %s; GOLDEN=write makes it", path);
    for (size_t count; (count = fread(buffer, 1, sizeof buffer, file)) > 0;)
        wn_str_add_bytes(&wanted, buffer, count);
    fclose(file);
    if (strcmp(wn_str_text(&wanted), wn_str_text(&seen)) != 0)
        fail_msg("%s differs; the screen is now:\n%s", path, wn_str_text(&seen));
    wn_str_free(&seen);
    wn_str_free(&wanted);
    golden_terminal(canvas);
}

// Draws a screen's state on a canvas of its own, at a fixed moment, and compares it with
// NAME-COLUMNSxROWS.txt, or NAME-COLUMNSxROWS-ascii.txt.
static inline void golden_screen(const struct wn_screen *screen, const void *state,
                                 struct wn_extent extent, bool ascii, const char *name) {
    struct wn_canvas canvas = {.ascii = ascii};
    wn_canvas_reset(&canvas, extent.rows, extent.columns);
    const struct wn_view view = {.pane = wn_pane_whole(&canvas), .now = 1800000000};
    screen->draw(state, &view);
    char file[256];
    snprintf(file, sizeof file, "%s-%dx%d%s", name, extent.columns, extent.rows,
             ascii ? "-ascii" : "");
    golden_check(&canvas, file);
    wn_canvas_free(&canvas);
}

#endif
