// SPDX-License-Identifier: GPL-3.0-or-later
// Commands of winnow that run beside the dashboard. Their output is read as it comes; what they say
// on stderr is shown where they fail or print nothing else.
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/text.h"
#include "tui/app.h"

#define OUTPUT_LIMIT (1 << 20) // bytes kept of what a command prints
#define LONG_LINES 2           // more go to the pager

struct child {
    uv_process_t process;
    uv_pipe_t pipes[2]; // its stdout and stderr
    struct wn_str texts[2];
    int open; // handles
    int exit_code;
    struct wn_tui *tui;
    uint64_t serial; // of the screen that asked
    wn_tui_answered *answered;
    char *line; // as it could be typed
    char buffer[8192];
};

char *wn_tui_command_line(const char *const *words) {
    struct wn_str line = {0};
    wn_str_add(&line, "winnow");
    for (; *words; words++) {
        wn_str_add_char(&line, ' ');
        wn_text_quote(&line, *words);
    }
    return wn_str_take(&line);
}

// ---- what it printed ----------------------------------------------------------------------------

static size_t lines_of(const char *text) {
    size_t lines = 0;
    for (; *text; text++)
        lines += *text == '\n' || text[1] == '\0';
    return lines;
}

static void show(struct child *child) {
    const char *out = wn_str_text(&child->texts[0]), *talk = wn_str_text(&child->texts[1]);
    const char *text = *out && child->exit_code == 0 ? out : *talk ? talk : out;
    enum wn_look look = child->exit_code == 0 ? WN_PLAIN : WN_BAD;
    if (lines_of(text) > LONG_LINES) {
        char *both = wn_format("%s%s%s", out, *out && *talk ? "\n" : "", talk);
        wn_tui_page(child->tui, child->line, both);
        free(both);
        free(child->tui->message); // the command, which the title tells now
        child->tui->message = NULL;
    } else if (*text) {
        char *first = wn_strndup(text, strcspn(text, "\n"));
        wn_tui_say(child->tui, look, "%s", first);
        free(first);
    } else {
        wn_tui_say(child->tui, look, child->exit_code ? "%s: failed" : "%s: done", child->line);
    }
}

static void hand_over(struct child *child) {
    struct wn_tui *tui = child->tui;
    struct wn_open_screen *top = wn_tui_top(tui);
    if (tui->quitting)
        return;
    if (!child->answered)
        show(child);
    else if (child->serial == top->serial)
        child->answered(top->state, tui, child->exit_code,
                        wn_str_text(&child->texts[child->exit_code != 0]));
    wn_tui_reload(tui);
}

static void on_closed(uv_handle_t *handle) {
    struct child *child = handle->data;
    if (--child->open > 0)
        return;
    child->tui->commands--;
    hand_over(child);
    for (int i = 0; i < 2; i++)
        wn_str_free(&child->texts[i]);
    free(child->line);
    free(child);
}

// ---- running ------------------------------------------------------------------------------------

static void lend(uv_handle_t *handle, size_t size, uv_buf_t *buffer) {
    struct child *child = handle->data;
    (void)size;
    *buffer = uv_buf_init(child->buffer, sizeof child->buffer);
}

static void on_output(uv_stream_t *stream, ssize_t count, const uv_buf_t *buffer) {
    struct child *child = stream->data;
    struct wn_str *text = &child->texts[(uv_pipe_t *)stream - child->pipes];
    if (count < 0)
        uv_close((uv_handle_t *)stream, on_closed);
    else if (text->length < OUTPUT_LIMIT)
        wn_str_add_bytes(text, buffer->base, (size_t)count);
}

static void on_exit_status(uv_process_t *process, int64_t status, int signal_number) {
    struct child *child = process->data;
    child->exit_code = signal_number ? 128 + signal_number : (int)status;
    uv_close((uv_handle_t *)process, on_closed);
}

// The store goes before the words, which may end in a command of the user's own.
static char **arguments(const struct wn_tui *tui, const char *const *words) {
    char **argv = NULL;
    size_t count = 0, capacity = 0;
    const char *const own[] = {"winnow", words[0], "--store", tui->options->host.store};
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
        *WN_PUSH(argv, count, capacity) = wn_strdup(own[i]);
    for (words++; *words; words++)
        *WN_PUSH(argv, count, capacity) = wn_strdup(*words);
    (void)WN_PUSH(argv, count, capacity);
    return argv;
}

static void free_arguments(char **argv) {
    for (char **word = argv; *word; word++)
        free(*word);
    free(argv);
}

static void start(struct wn_tui *tui, const char *const *words, wn_tui_answered *answered) {
    struct child *child = wn_calloc(1, sizeof *child);
    child->tui = tui;
    child->serial = wn_tui_top(tui)->serial;
    child->answered = answered;
    child->line = wn_tui_command_line(words);
    char **argv = arguments(tui, words);
    uv_stdio_container_t stdio[3] = {{.flags = UV_IGNORE}};
    for (int i = 0; i < 2; i++) {
        uv_pipe_init(&tui->loop, &child->pipes[i], 0);
        child->pipes[i].data = child;
        stdio[1 + i].flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE;
        stdio[1 + i].data.stream = (uv_stream_t *)&child->pipes[i];
    }
    const uv_process_options_t options = {.file = tui->options->host.program,
                                          .args = argv,
                                          .stdio = stdio,
                                          .stdio_count = 3,
                                          .exit_cb = on_exit_status};
    child->process.data = child;
    int error = uv_spawn(&tui->loop, &child->process, &options);
    child->open = 3;
    tui->commands++;
    if (error == 0) {
        for (int i = 0; i < 2; i++)
            uv_read_start((uv_stream_t *)&child->pipes[i], lend, on_output);
    } else {
        child->exit_code = 3;
        wn_str_addf(&child->texts[1], "the command could not be started: %s", uv_strerror(error));
        for (int i = 0; i < 2; i++)
            uv_close((uv_handle_t *)&child->pipes[i], on_closed);
        uv_close((uv_handle_t *)&child->process, on_closed);
    }
    free_arguments(argv);
}

static bool is_refused(struct wn_tui *tui, const char *command) {
    const struct wn_tui_host *host = &tui->options->host;
    if (!wn_tui_read_only(tui) || (host->only_reads && host->only_reads(command)))
        return false;
    wn_tui_say(tui, WN_WARN, "this dashboard is read only: winnow %s would write", command);
    return true;
}

void wn_tui_command(struct wn_tui *tui, const char *const *words) {
    if (is_refused(tui, words[0]))
        return;
    char *line = wn_tui_command_line(words);
    wn_tui_say(tui, WN_DIM, "$ %s", line);
    free(line);
    start(tui, words, NULL);
}

void wn_tui_ask_command(struct wn_tui *tui, const char *const *words, wn_tui_answered *answered) {
    if (!is_refused(tui, words[0]))
        start(tui, words, answered);
}

void wn_command_leave(uv_handle_t *handle) {
    if (!uv_is_closing(handle))
        uv_close(handle, on_closed);
}
