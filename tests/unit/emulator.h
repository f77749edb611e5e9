// SPDX-License-Identifier: GPL-3.0-or-later
// A terminal to test with: tui/terminal.c writes to a pseudo-terminal, libvterm shows what comes
// out at its other end, and that has to be the canvas, cell by cell.
#ifndef WN_TEST_EMULATOR_H
#define WN_TEST_EMULATOR_H

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <pty.h>
#include <unistd.h>
#include <vterm.h>
#include <wchar.h>

#include "tests/unit/check.h"
#include "tui/terminal.h"

int tigetnum(const char *name); // <curses.h> would take too many names

struct emulator {
    int master;
    FILE *tty;
    pthread_t reader; // what is not read would block the writer
    pthread_mutex_t lock;
    pthread_cond_t arrived;
    struct wn_str output; // what the terminal was sent since the last emulator_sync()
    VTerm *vterm;
    VTermScreen *screen;
    size_t bytes; // of the last emulator_sync()
};

// Sent after everything else; a terminal takes no notice of it.
static const char emulator_marker[] = "\033]777;end\007";

static void *emulator_read(void *context) {
    struct emulator *emulator = context;
    char buffer[4096];
    ssize_t count;
    while ((count = read(emulator->master, buffer, sizeof buffer)) > 0) {
        pthread_mutex_lock(&emulator->lock);
        wn_str_add_bytes(&emulator->output, buffer, (size_t)count);
        pthread_cond_signal(&emulator->arrived);
        pthread_mutex_unlock(&emulator->lock);
    }
    return NULL;
}

// Waits until all that was written has arrived, and shows it.
static inline void emulator_sync(struct emulator *emulator) {
    size_t length = sizeof emulator_marker - 1;
    fflush(emulator->tty);
    assert_int_equal(write(fileno(emulator->tty), emulator_marker, length), length);
    struct wn_str *output = &emulator->output;
    pthread_mutex_lock(&emulator->lock);
    while (output->length < length ||
           memcmp(output->text + output->length - length, emulator_marker, length) != 0)
        pthread_cond_wait(&emulator->arrived, &emulator->lock);
    emulator->bytes = output->length - length;
    vterm_input_write(emulator->vterm, output->text, emulator->bytes);
    wn_str_clear(output);
    pthread_mutex_unlock(&emulator->lock);
}

static inline void emulator_resize(struct emulator *emulator, int rows, int columns) {
    const struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};
    assert_int_equal(ioctl(emulator->master, TIOCSWINSZ, &size), 0);
    vterm_set_size(emulator->vterm, rows, columns);
}

// The pseudo-terminal alone, for whoever opens the terminal itself.
static inline struct emulator *emulator_new(int rows, int columns) {
    struct emulator *emulator = calloc(1, sizeof *emulator);
    int slave;
    unsetenv("LINES");
    unsetenv("COLUMNS");
    assert_int_equal(openpty(&emulator->master, &slave, NULL, NULL, NULL), 0);
    emulator->tty = fdopen(slave, "r+");
    emulator->vterm = vterm_new(rows, columns);
    vterm_set_utf8(emulator->vterm, 1);
    emulator->screen = vterm_obtain_screen(emulator->vterm);
    vterm_screen_enable_altscreen(emulator->screen, 1);
    vterm_screen_reset(emulator->screen, 1);
    emulator_resize(emulator, rows, columns);
    pthread_mutex_init(&emulator->lock, NULL);
    pthread_cond_init(&emulator->arrived, NULL);
    pthread_create(&emulator->reader, NULL, emulator_read, emulator);
    return emulator;
}

static inline struct wn_terminal_options emulator_options(const struct emulator *emulator,
                                                          const char *type) {
    return (struct wn_terminal_options){.type = type, .in = emulator->tty, .out = emulator->tty};
}

static inline struct emulator *emulator_open(int rows, int columns, const char *type) {
    struct emulator *emulator = emulator_new(rows, columns);
    const struct wn_terminal_options options = emulator_options(emulator, type);
    struct wn_err err = {0};
    if (wn_terminal_open(&options, &err) != WN_OK)
        fail_msg("%s", err.text);
    return emulator;
}

static inline void emulator_free(struct emulator *emulator) {
    fclose(emulator->tty);
    pthread_join(emulator->reader, NULL); // it reads the end
    close(emulator->master);
    vterm_free(emulator->vterm);
    wn_str_free(&emulator->output);
    free(emulator);
}

static inline void emulator_close(struct emulator *emulator) {
    wn_terminal_close();
    emulator_free(emulator);
}

static inline void emulator_type(struct emulator *emulator, const char *keys) {
    assert_int_equal(write(emulator->master, keys, strlen(keys)), strlen(keys));
}

// ---- what is to be seen -------------------------------------------------------------------------

static inline VTermScreenCell emulator_cell(const struct emulator *emulator, int row, int column) {
    VTermScreenCell cell;
    assert_true(vterm_screen_get_cell(emulator->screen, (VTermPos){row, column}, &cell));
    return cell;
}

// Appends the cell's text; a blank one is a blank.
static inline void emulator_text(const VTermScreenCell *cell, char *out, size_t room) {
    size_t length = 0;
    for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell->chars[i]; i++) {
        mbstate_t fresh = {0};
        char bytes[16];
        size_t count = wcrtomb(bytes, (wchar_t)cell->chars[i], &fresh);
        if (count == (size_t)-1 || length + count >= room)
            break;
        memcpy(out + length, bytes, count);
        length += count;
    }
    out[length] = '\0';
    if (length == 0)
        strcpy(out, " ");
}

static inline void emulator_expect_cell(const struct emulator *emulator, int row, int column,
                                        const struct wn_cell *wanted) {
    char text[32];
    VTermScreenCell cell = emulator_cell(emulator, row, column);
    emulator_text(&cell, text, sizeof text);
    if (strcmp(text, wanted->glyph) != 0)
        fail_msg("row %d column %d: the terminal shows '%s', the canvas '%s'", row, column, text,
                 wanted->glyph);
    bool reverse = wanted->marks & WN_REVERSE, underline = wanted->marks & WN_UNDERLINE;
    bool underlines = tigetnum("ncv") <= 0; // also what is coloured
    if (cell.attrs.reverse != reverse || (underlines && (cell.attrs.underline != 0) != underline))
        fail_msg("row %d column %d: the terminal's marks are not the canvas'", row, column);
}

// The last corner is left blank behind a wide glyph: see tui/terminal.c.
static inline bool emulator_is_spoilt(const struct wn_canvas *canvas, int row, int column) {
    return row == canvas->rows - 1 && column == canvas->columns - 1 && column > 0 &&
           canvas->cells[row * canvas->columns + column - 1].columns == 0;
}

// Everything on the terminal is what the canvas has.
static inline void emulator_expect(const struct emulator *emulator,
                                   const struct wn_canvas *canvas) {
    for (int row = 0; row < canvas->rows; row++)
        for (int column = 0; column < canvas->columns; column++) {
            const struct wn_cell *cell = &canvas->cells[row * canvas->columns + column];
            if (cell->columns > 0 && !emulator_is_spoilt(canvas, row, column))
                emulator_expect_cell(emulator, row, column, cell);
        }
}

// Shows a canvas, and expects it.
static inline void emulator_show(struct emulator *emulator, const struct wn_canvas *canvas) {
    wn_terminal_show(canvas);
    emulator_sync(emulator);
    emulator_expect(emulator, canvas);
}

#endif
