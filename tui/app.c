// SPDX-License-Identifier: GPL-3.0-or-later
// The loop: keys, changes of the store, signals and time each mark what is to be loaded or drawn,
// and at the end of a turn it is. Nothing is drawn, and nothing written, where nothing changed.
#include <fcntl.h>
#include <malloc.h>
#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "tui/app.h"
#include "tui/terminal.h"

#define FRESH_MS 100      // the store is asked no more often than this
#define REST 4            // and at most this part of the time is spent on it
#define HOLD_MS 40        // how long a frame waits for what it is about to show
#define FIRST_HOLD_MS 150 // the first one
#define LATER_MS 100      // how long keys have rested when what no key waits for is loaded
#define SLOW_MS 2000      // where no event tells of a change: runners that died, other file systems
#define LOOK_MS 500       // at files beside the store
#define LEAST_ROWS 6
#define LEAST_COLUMNS 30

const struct wn_binding wn_app_bindings[] = {
    {WN_APP_COMMAND, ":", "command", "run any command of winnow; Tab completes it"},
    {WN_APP_BACK, "Esc Backspace", "back", "back to the screen before"},
    {WN_APP_QUIT, "q ^C", "quit", "quit; sweeps go on"},
    {WN_APP_HELP, "? F1", NULL, "all keys of this screen"},
    {WN_APP_TAB + 0, "1", NULL, "sweeps"},
    {WN_APP_TAB + 1, "2", NULL, "leaderboard of the sweep"},
    {WN_APP_TAB + 2, "3", NULL, "the trial"},
    {WN_APP_TAB + 3, "4", NULL, "compare trials"},
    {WN_APP_TAB + 4, "5", NULL, "drift"},
    {WN_APP_REPAINT, "^L", NULL, "draw everything anew"},
    {WN_APP_MOUSE, "M-m", NULL, "leave the mouse to the terminal, or take it back"},
    {WN_APP_SUSPEND, "^Z", NULL, "suspend; fg comes back"},
    {0},
};

bool wn_tui_read_only(const struct wn_tui *tui) {
    return tui->options->read_only;
}

void wn_tui_say(struct wn_tui *tui, enum wn_look look, const char *format, ...) {
    struct wn_str text = {0};
    va_list args;
    va_start(args, format);
    wn_str_vaddf(&text, format, args);
    va_end(args);
    free(tui->message);
    tui->message = wn_str_take(&text);
    tui->message_look = look;
    tui->dirty = true;
}

void wn_tui_page(struct wn_tui *tui, const char *title, const char *text) {
    char *both = wn_format("%s\n%s", title, text);
    wn_tui_go(tui, &wn_screen_pager, &(struct wn_place){.trial = -1, .text = both});
    free(both);
}

void wn_tui_copy(struct wn_tui *tui, const char *text, const char *what) {
    if (wn_terminal_copy(text, strlen(text)))
        wn_tui_say(tui, WN_GOOD, "%s copied", what);
    else
        wn_tui_say(tui, WN_WARN, "%s is too long for a terminal's clipboard", what);
}

// ---- drawing ------------------------------------------------------------------------------------

struct wn_pane wn_tui_pane(struct wn_tui *tui) {
    struct wn_pane whole = wn_pane_whole(&tui->canvas);
    int top = wn_chrome_top(&tui->canvas);
    return wn_pane_part(&whole, top, 0, whole.rows - top - 1, whole.columns);
}

// A terminal that is too small shows nothing: then what the smallest one would.
struct wn_extent wn_tui_extent(struct wn_tui *tui) {
    struct wn_pane pane = wn_tui_pane(tui);
    int rows = LEAST_ROWS - wn_chrome_top(&tui->canvas) - 1;
    return (struct wn_extent){pane.rows > rows ? pane.rows : rows,
                              pane.columns > LEAST_COLUMNS ? pane.columns : LEAST_COLUMNS};
}

static void draw_canvas(struct wn_tui *tui, int rows, int columns) {
    const struct wn_open_screen *top = wn_tui_top(tui);
    wn_canvas_reset(&tui->canvas, rows, columns);
    struct wn_pane whole = wn_pane_whole(&tui->canvas);
    if (rows < LEAST_ROWS || columns < LEAST_COLUMNS) {
        wn_put(&whole, 0, 0, WN_PLAIN, "winnow needs 40x10");
        return;
    }
    const struct wn_view view = {.pane = wn_tui_pane(tui),
                                 .now = wn_now(),
                                 .loading = tui->loading && !tui->held && !tui->load.quiet,
                                 .read_only = tui->options->read_only};
    top->screen->draw(top->state, &view);
    wn_chrome_draw(tui, &whole);
}

static void on_settle(uv_timer_t *timer);

static void draw(struct wn_tui *tui) {
    int rows, columns;
    const struct wn_open_screen *top = wn_tui_top(tui);
    wn_terminal_size(&rows, &columns);
    draw_canvas(tui, rows, columns);
    wn_terminal_show(&tui->canvas);
    tui->dirty = false;
    double settles = top->screen->settles ? top->screen->settles(top->state, wn_now()) : 0;
    if (settles > 0)
        uv_timer_start(&tui->settle, on_settle, (uint64_t)(settles * 1000) + 1, 0);
}

static void on_settle(uv_timer_t *timer) {
    struct wn_tui *tui = timer->data;
    tui->dirty = true;
}

static void on_hold_over(uv_timer_t *timer) {
    struct wn_tui *tui = timer->data;
    tui->held = false;
}

static void on_later(uv_timer_t *timer) {
    struct wn_tui *tui = timer->data;
    struct wn_open_screen *top = wn_tui_top(tui);
    top->wanted = top->screen->ask != NULL;
}

void wn_tui_reload_later(struct wn_tui *tui) {
    uv_timer_start(&tui->later, on_later, LATER_MS, 0);
}

static void hold(struct wn_tui *tui, uint64_t milliseconds) {
    if (!tui->loading)
        return;
    tui->held = true;
    uv_timer_start(&tui->hold, on_hold_over, milliseconds, 0);
}

// A terminal that is behind tells when it is no more, which is a turn; where it does not, on_slow()
// is the next one.
static void on_turn(uv_prepare_t *turn) {
    struct wn_tui *tui = turn->data;
    wn_tui_load(tui);
    if (tui->dirty && !tui->held && !tui->quitting && wn_terminal_ready())
        draw(tui);
}

// ---- actions ------------------------------------------------------------------------------------

static void go_to_tab(struct wn_tui *tui, size_t index) {
    const struct wn_open_screen *top = wn_tui_top(tui);
    const struct wn_screen *screen = wn_screen_at(index);
    if (!screen || !screen->tab || screen == top->screen)
        return;
    struct wn_place place = top->screen->place ? top->screen->place(top->state) : top->place;
    if (index == 0)
        place = (struct wn_place){.trial = -1};
    else if (screen->of_sweep && place.sweep == 0) {
        wn_tui_say(tui, WN_WARN, "choose a sweep first");
        return;
    }
    if (index == 1) {
        place.trial = -1;
        place.text = NULL;
    }
    wn_tui_go(tui, screen, &place);
}

static void suspend(struct wn_tui *tui) {
    wn_terminal_suspend();
    raise(SIGSTOP);
    wn_terminal_resume();
    tui->dirty = true;
}

static void show_help(struct wn_tui *tui) {
    const struct wn_screen *screen = wn_tui_top(tui)->screen;
    struct wn_place place = {.trial = -1, .text = wn_strdup(screen->name)};
    if (screen != &wn_screen_help)
        wn_tui_go(tui, &wn_screen_help, &place);
    free(place.text);
}

static void quit(struct wn_tui *tui) {
    tui->quitting = true;
    uv_stop(&tui->loop);
}

static void act_of_app(struct wn_tui *tui, int action) {
    switch (action) {
    case WN_APP_QUIT:
        quit(tui);
        break;
    case WN_APP_BACK:
        wn_tui_back(tui);
        break;
    case WN_APP_HELP:
        show_help(tui);
        break;
    case WN_APP_COMMAND:
        wn_modal_open(tui, WN_MODAL_COMMAND, ":", NULL);
        break;
    case WN_APP_REPAINT:
        wn_terminal_repaint();
        break;
    case WN_APP_MOUSE:
        tui->mouse = !tui->mouse;
        wn_terminal_mouse(tui->mouse);
        wn_tui_say(tui, WN_PLAIN, tui->mouse ? "the mouse is ours" : "the mouse is the terminal's");
        break;
    case WN_APP_SUSPEND:
        suspend(tui);
        break;
    default:
        go_to_tab(tui, (size_t)(action - WN_APP_TAB));
        break;
    }
}

void wn_tui_act(struct wn_tui *tui, int action, const struct wn_key *key) {
    struct wn_open_screen *top = wn_tui_top(tui);
    tui->dirty = true;
    if (!top->screen->act(top->state, tui, action, key) && action >= WN_ACTION_APP &&
        action < WN_ACTION_OWN)
        act_of_app(tui, action);
}

// ---- keys ---------------------------------------------------------------------------------------

static bool may_not(const struct wn_tui *tui, const struct wn_binding *bindings, int action) {
    const struct wn_binding *binding = wn_binding_find(bindings, action);
    return binding && binding->writes && wn_tui_read_only(tui);
}

// A click on the tabs, or in the coordinates of the screen.
static bool place_mouse(struct wn_tui *tui, struct wn_key *key) {
    key->row -= wn_chrome_top(&tui->canvas);
    return key->row >= 0 && key->row < wn_tui_pane(tui).rows;
}

// Pasted text is typed where text is typed, its line ends as blanks; nowhere does it act.
static void on_pasted(struct wn_tui *tui, struct wn_key *key) {
    struct wn_open_screen *top = wn_tui_top(tui);
    if (key->code < WN_KEY_SPACE)
        key->code = WN_KEY_SPACE;
    bool typed = tui->modal.kind == WN_MODAL_PROMPT || tui->modal.kind == WN_MODAL_COMMAND;
    if (typed)
        wn_modal_key(tui, key);
    else if (tui->modal.kind == WN_MODAL_NONE && top->screen->type)
        typed = top->screen->type(top->state, tui, key);
    if (!typed)
        wn_tui_say(tui, WN_DIM, "pasted text does nothing here; : begins a command");
}

static void on_key(struct wn_tui *tui, struct wn_key *key) {
    struct wn_open_screen *top = wn_tui_top(tui);
    free(tui->message);
    tui->message = NULL;
    tui->dirty = true;
    if (key->pasted) {
        on_pasted(tui, key);
        return;
    }
    if (tui->modal.kind != WN_MODAL_NONE) {
        wn_modal_key(tui, key);
        return;
    }
    if (key->code >= WN_KEY_CLICK && !place_mouse(tui, key))
        return;
    if (top->screen->type && top->screen->type(top->state, tui, key))
        return;
    int action = wn_binding_action(top->screen->bindings, key);
    if (may_not(tui, top->screen->bindings, action)) {
        wn_tui_say(tui, WN_WARN, "this dashboard is read only");
        return;
    }
    if (!action)
        action = wn_binding_action(wn_app_bindings, key);
    if (!action)
        action = wn_binding_action(wn_motion_bindings, key);
    if (action)
        wn_tui_act(tui, action, key);
}

static void hold_for_key(struct wn_tui *tui) {
    struct wn_open_screen *top = wn_tui_top(tui);
    if (top->screen->stale && top->screen->stale(top->state, wn_tui_extent(tui)))
        top->wanted = true;
    if (!top->wanted)
        return;
    wn_tui_load(tui);
    hold(tui, HOLD_MS);
}

static void on_input(uv_poll_t *poll, int status, int events) {
    struct wn_tui *tui = poll->data;
    struct wn_key key;
    int waiting = 0;
    (void)events;
    bool gone = status < 0 || (ioctl(STDIN_FILENO, FIONREAD, &waiting) == 0 && waiting == 0);
    while (!tui->quitting && wn_terminal_key(&key)) {
        on_key(tui, &key);
        gone = false;
    }
    if (gone)
        quit(tui);
    else if (!tui->quitting)
        hold_for_key(tui);
}

// ---- changes of the store and of the terminal ---------------------------------------------------

static void on_refresh(uv_timer_t *timer) {
    struct wn_tui *tui = timer->data;
    if (tui->loading) // it may have begun before the change
        uv_timer_start(timer, on_refresh, FRESH_MS / 2, 0);
    else
        tui->pulse = true;
}

void wn_tui_refresh_soon(struct wn_tui *tui) {
    if (uv_is_active((uv_handle_t *)&tui->refresh))
        return;
    double since = (wn_monotonic() - tui->began) * 1000;
    double least = fmax(FRESH_MS, tui->took * 1000 * REST);
    uv_timer_start(&tui->refresh, on_refresh, since < least ? (uint64_t)(least - since) : 0, 0);
}

// Files of other hosts tell no change, a runner that dies neither. Logs are looked at more often.
static void on_slow(uv_timer_t *timer) {
    struct wn_tui *tui = timer->data;
    bool light = ++tui->looks % (SLOW_MS / LOOK_MS) != 0;
    if (light && !wn_tui_top(tui)->screen->moved)
        return;
    tui->light = light && !uv_is_active((uv_handle_t *)&tui->refresh);
    if (!light)
        wn_tui_follow(tui);
    wn_tui_refresh_soon(tui);
}

static void on_signal(uv_signal_t *handle, int signal_number) {
    struct wn_tui *tui = handle->data;
    if (signal_number == SIGWINCH) {
        if (wn_terminal_resize()) {
            wn_tui_reload(tui);
            int rows, columns;
            wn_terminal_size(&rows, &columns);
            wn_canvas_reset(&tui->canvas, rows, columns);
        }
    } else if (signal_number == SIGTSTP) {
        suspend(tui);
    } else {
        quit(tui);
    }
}

// ---- beginning and end --------------------------------------------------------------------------

static void start_handles(struct wn_tui *tui) {
    static const int signals[] = {SIGWINCH, SIGTERM, SIGHUP, SIGINT, SIGTSTP};
    uv_loop_init(&tui->loop);
    uv_timer_t *timers[] = {&tui->refresh, &tui->settle, &tui->slow, &tui->hold, &tui->later};
    for (size_t i = 0; i < sizeof timers / sizeof timers[0]; i++) {
        uv_timer_init(&tui->loop, timers[i]);
        timers[i]->data = tui;
    }
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        uv_signal_init(&tui->loop, &tui->signals[i]);
        tui->signals[i].data = tui;
        uv_signal_start(&tui->signals[i], on_signal, signals[i]);
    }
    uv_prepare_init(&tui->loop, &tui->turn);
    // libuv makes it non-blocking, which whoever shares the terminal would notice.
    int flags = fcntl(STDIN_FILENO, F_GETFL);
    uv_poll_init(&tui->loop, &tui->input, STDIN_FILENO);
    fcntl(STDIN_FILENO, F_SETFL, flags);
    uv_fs_event_init(&tui->loop, &tui->files);
    tui->turn.data = tui->input.data = tui->files.data = tui;
    uv_prepare_start(&tui->turn, on_turn);
    uv_poll_start(&tui->input, UV_READABLE | UV_DISCONNECT, on_input);
    wn_tui_follow(tui);
    uv_timer_start(&tui->slow, on_slow, LOOK_MS, LOOK_MS);
}

static void close_handle(uv_handle_t *handle, void *context) {
    (void)context;
    if (handle->type == UV_PROCESS || handle->type == UV_NAMED_PIPE)
        wn_command_leave(handle);
    else if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

static void save_views(struct wn_tui *tui) {
    size_t kept = tui->modal.history_kept;
    char *const *added = kept < tui->modal.history_count ? tui->modal.history + kept : NULL;
    wn_views_save(&tui->views, added, tui->modal.history_count - kept);
}

static void close_tui(struct wn_tui *tui) {
    uv_walk(&tui->loop, close_handle, NULL);
    uv_run(&tui->loop, UV_RUN_DEFAULT); // what is being loaded ends
    uv_loop_close(&tui->loop);
    wn_tui_close_all(tui);
    if (!tui->options->read_only)
        save_views(tui);
    wn_views_close(&tui->views);
    wn_modal_free(&tui->modal);
    wn_watch_list_free(&tui->watch.last);
    wn_canvas_free(&tui->canvas);
    wn_store_close(tui->store);
    wn_store_close(tui->front);
    free(tui->message);
}

static enum wn_status find_place(struct wn_tui *tui, struct wn_place *place, struct wn_err *err) {
    const struct wn_tui_options *options = tui->options;
    struct wn_sweep_row row;
    if (!wn_tui_open_store(tui))
        return wn_fail(err, WN_BAD_INPUT, "there are no sweeps yet; winnow run starts one");
    enum wn_status status = wn_store_find_sweep(tui->store, options->sweep, &row, err);
    if (status != WN_OK)
        return status;
    place->sweep = row.id;
    wn_sweep_row_clear(&row);
    for (size_t i = 0; i < options->trial_count && status == WN_OK; i++) {
        struct wn_trial_row trial = {0};
        status = wn_store_get_trial(tui->store, place->sweep, options->trials[i], &trial, err);
        wn_trial_row_clear(&trial);
    }
    return status;
}

// The numbers of several trials, parted by commas, as those that are marked; NULL: one or none.
static char *several_trials(const struct wn_tui_options *options) {
    struct wn_str text = {0};
    for (size_t i = 0; i < options->trial_count; i++)
        wn_str_addf(&text, "%s%lld", i ? "," : "", (long long)options->trials[i]);
    if (options->trial_count < 2)
        wn_str_free(&text);
    return options->trial_count > 1 ? wn_str_take(&text) : NULL;
}

static const char *first_screen(const struct wn_tui_options *options) {
    if (options->screen || !options->sweep)
        return options->screen ? options->screen : "sweeps";
    return options->trial_count == 0 ? "board" : options->trial_count == 1 ? "trial" : "compare";
}

// The first screen: the sweeps, and upon them what was asked for.
static enum wn_status open_first(struct wn_tui *tui, struct wn_err *err) {
    const struct wn_tui_options *options = tui->options;
    struct wn_place place = {.trial = options->trial_count ? options->trials[0] : -1};
    wn_tui_go(tui, &wn_screen_sweeps, NULL);
    const char *name = first_screen(options);
    const struct wn_screen *screen = wn_screen_find(name);
    if (!screen)
        return wn_fail(err, WN_BAD_INPUT, "there is no screen %s", name);
    if (screen->of_sweep && !options->sweep)
        return wn_fail(err, WN_BAD_INPUT, "the screen %s is about a sweep: name one", name);
    enum wn_status status = options->sweep ? find_place(tui, &place, err) : WN_OK;
    if (status != WN_OK || screen == &wn_screen_sweeps)
        return status;
    place.text = several_trials(options);
    wn_tui_go(tui, screen, &place);
    free(place.text);
    return WN_OK;
}

// What the first frame needs is read while the terminal is set up. One thread does: there is one
// query at a time, and more would cost the start more than the query.
static void begin_first_load(struct wn_tui *tui) {
    static const char threads[] = "UV_THREADPOOL_SIZE";
    struct winsize size = {.ws_row = 24, .ws_col = 80};
    bool chosen = getenv(threads) != NULL;
    if (!chosen)
        setenv(threads, "1", 1);
    ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
    wn_canvas_reset(&tui->canvas, size.ws_row, size.ws_col);
    wn_tui_load(tui);
    if (!chosen)
        unsetenv(threads); // commands have their own
}

static void take_terminal(struct wn_tui *tui) {
    const struct wn_canvas *canvas = &tui->canvas;
    int rows, columns;
    wn_terminal_size(&rows, &columns);
    if (rows != canvas->rows || columns != canvas->columns) {
        wn_canvas_reset(&tui->canvas, rows, columns);
        wn_tui_reload(tui);
    }
    tui->canvas.ascii = tui->options->ascii || wn_terminal_is_ascii(getenv("TERM"));
}

static void add_line(void *modal, const char *line) {
    wn_commandline_remember(modal, line);
}

// False: there are some, but damaged.
static bool open_views(struct wn_tui *tui) {
    bool good = wn_views_open(&tui->views, tui->options->host.store);
    wn_views_each_line(&tui->views, add_line, &tui->modal);
    tui->modal.history_kept = tui->modal.history_count;
    return good;
}

enum wn_status wn_tui_run(const struct wn_tui_options *options, struct wn_err *err) {
    struct wn_tui tui = {.options = options, .mouse = !options->no_mouse};
    const struct wn_terminal_options terminal = {.no_mouse = options->no_mouse,
                                                 .no_colour = options->no_colour};
    bool damaged = !open_views(&tui);
    mallopt(M_ARENA_MAX, 1);            // else each thread of the pool keeps a heap of its own
    mallopt(M_MMAP_THRESHOLD, 1 << 17); // what a large sort took goes back at once
    enum wn_status status = open_first(&tui, err);
    start_handles(&tui);
    if (status == WN_OK) {
        begin_first_load(&tui);
        status = wn_terminal_open(&terminal, err);
    }
    if (status == WN_OK) {
        take_terminal(&tui);
        hold(&tui, FIRST_HOLD_MS);
        if (damaged)
            wn_tui_say(&tui, WN_WARN, "views.json is damaged: everything is as if it were new");
        uv_run(&tui.loop, UV_RUN_DEFAULT);
        wn_terminal_close();
    }
    tui.quitting = true;
    close_tui(&tui);
    return status;
}

enum wn_status wn_tui_print(const struct wn_tui_options *options, struct wn_extent extent,
                            struct wn_str *out, struct wn_err *err) {
    struct wn_tui tui = {.options = options, .canvas.ascii = options->ascii};
    uv_loop_init(&tui.loop);
    wn_canvas_reset(&tui.canvas, extent.rows, extent.columns);
    enum wn_status status = open_first(&tui, err);
    if (status == WN_OK) {
        wn_tui_load(&tui);
        uv_run(&tui.loop, UV_RUN_DEFAULT);
        draw_canvas(&tui, extent.rows, extent.columns);
        for (int row = 0; row < extent.rows - 1; row++) { // the last one has keys
            wn_canvas_text(&tui.canvas, row, out);
            wn_str_add_char(out, '\n');
        }
    }
    tui.quitting = true;
    close_tui(&tui);
    return status;
}
