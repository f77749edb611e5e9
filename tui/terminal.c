// SPDX-License-Identifier: GPL-3.0-or-later
// Rows that changed are handed to curses, which writes what differs. How the terminal is to be left
// is known beforehand, so that a crash can do it, too.
#include "tui/terminal.h"

// curses comes last: its macros have common names.
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "tui/lag.h"

#define NCURSES_WIDECHAR 1
#include <ncurses.h>

#define COPY_LIMIT 74994 // bytes that most terminals take
#define GAP 12           // a wider one is no gap within a line's text

static struct {
    bool open, ascii_shown;
    bool pasting; // what comes is pasted, not typed
    double read;  // when keys were last asked for
    bool suspended;
    SCREEN *screen;
    FILE *in, *out;
    FILE *curses; // the same terminal as out, for curses alone
    struct termios before;
    bool has_before;
    int pairs[WN_LOOKS];       // colour pairs, 0: none
    attr_t fallback[WN_LOOKS]; // where there are no colours
    struct wn_canvas shown;
    bool answers; // it is said to, when it is asked for its state
    struct wn_lag lag;
    cchar_t *line;   // what is handed over of a row
    char leave[256]; // what to write when the process crashes
    size_t leave_length;
} terminal;

// ---- leaving ------------------------------------------------------------------------------------

static void add_capability(const char *name) {
    const char *sequence = tigetstr(name);
    if (!sequence || sequence == (const char *)-1)
        return;
    size_t length = strlen(sequence);
    if (terminal.leave_length + length < sizeof terminal.leave) {
        memcpy(terminal.leave + terminal.leave_length, sequence, length);
        terminal.leave_length += length;
    }
}

static void prepare_leaving(void) {
    static const char mouse_off[] = "\033[?1006;1000;2004l";
    terminal.leave_length = 0;
    memcpy(terminal.leave, mouse_off, sizeof mouse_off - 1);
    terminal.leave_length = sizeof mouse_off - 1;
    add_capability("sgr0");
    add_capability("cnorm");
    add_capability("rmkx");
    add_capability("rmcup");
}

// Safe within a signal handler.
static void leave_at_once(void) {
    if (!terminal.open || terminal.suspended)
        return;
    terminal.open = false;
    int fd = fileno(terminal.out);
    ssize_t written = write(fd, terminal.leave, terminal.leave_length);
    (void)written; // nothing else could be done
    if (terminal.has_before)
        tcsetattr(fd, TCSANOW, &terminal.before);
}

static void on_crash(int signal_number) {
    leave_at_once();
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

static void catch_crashes(void) {
    static const int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
        sigaction(signals[i], &(struct sigaction){.sa_handler = on_crash}, NULL);
    wn_on_out_of_memory(leave_at_once);
}

// ---- colours ------------------------------------------------------------------------------------

struct palette {
    short few, many; // of 8 and of 256 colours; -1: the terminal's own
    attr_t mono;     // where there are none
};

static const struct palette palettes[WN_LOOKS] = {
    [WN_PLAIN] = {-1, -1, A_NORMAL},
    [WN_DIM] = {-1, 245, A_DIM},
    [WN_HEAD] = {-1, -1, A_BOLD},
    [WN_ACCENT] = {COLOR_CYAN, 37, A_BOLD},
    [WN_GOOD] = {COLOR_GREEN, 71, A_NORMAL},
    [WN_WARN] = {COLOR_YELLOW, 172, A_BOLD},
    [WN_BAD] = {COLOR_RED, 167, A_BOLD},
    [WN_SERIES + 0] = {COLOR_CYAN, 37, A_NORMAL},
    [WN_SERIES + 1] = {COLOR_YELLOW, 172, A_NORMAL},
    [WN_SERIES + 2] = {COLOR_MAGENTA, 133, A_NORMAL},
    [WN_SERIES + 3] = {COLOR_GREEN, 71, A_NORMAL},
    [WN_SERIES + 4] = {COLOR_BLUE, 68, A_NORMAL},
    [WN_SERIES + 5] = {COLOR_RED, 167, A_NORMAL},
};

static void set_colours(bool none) {
    bool coloured = !none && has_colors() && start_color() == OK && use_default_colors() == OK;
    for (int look = 0; look < WN_LOOKS; look++) {
        const struct palette *palette = &palettes[look];
        short colour = COLORS >= 256 ? palette->many : palette->few;
        bool own = !coloured || colour < 0;
        terminal.pairs[look] = own ? 0 : look;
        terminal.fallback[look] = own || look == WN_HEAD ? palette->mono : A_NORMAL;
        if (!own)
            init_extended_pair(look, colour, -1);
    }
}

// ---- opening ------------------------------------------------------------------------------------

bool wn_terminal_is_ascii(const char *type) {
    static const char *const plain[] = {"linux", "vt", "dumb", "ansi", "cons"};
    for (size_t i = 0; type && i < sizeof plain / sizeof plain[0]; i++)
        if (wn_starts_with(type, plain[i]))
            return true;
    return strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
}

// Curses reads on after an event of the mouse that nobody wants, as the end of a click with another
// button, and would wait there for whatever comes next.
static void never_wait(void) {
    struct termios modes;
    int fd = fileno(terminal.in);
    if (tcgetattr(fd, &modes) != 0)
        return;
    modes.c_cc[VMIN] = 0;
    modes.c_cc[VTIME] = 0;
    tcsetattr(fd, TCSANOW, &modes);
    def_prog_mode();
}

// Asks the terminal for its state. It answers when it has read all that was sent before.
static void ask_whether_shown(void) {
    static const char request[] = "\033[5n";
    ssize_t written = write(fileno(terminal.curses), request, sizeof request - 1);
    (void)written; // a terminal that is gone is noticed elsewhere
}

static const double PASTE_PAUSE = 1; // seconds

enum { INTERRUPT = 3 }; // ^C

// What a terminal tells, beyond what curses numbers its further keys by: pasted text begins, is
// over; what was sent is shown.
enum { KEY_PASTE = 0x7000, KEY_PASTED, KEY_SHOWN };

// A terminal that has a mouse may tell pasted text from typed keys (bracketed paste); curses does
// not ask it to.
static void tell_pasted(bool told) {
    static const char on[] = "\033[?2004h", off[] = "\033[?2004l";
    const char *mouse = tigetstr("kmous");
    if (!mouse || mouse == (const char *)-1)
        return;
    fflush(terminal.curses);
    ssize_t written = write(fileno(terminal.curses), told ? on : off, sizeof on - 1);
    (void)written; // a terminal that is gone is noticed elsewhere
    terminal.pasting = false;
}

static void set_modes(const struct wn_terminal_options *options) {
    raw();
    noecho();
    nonl();
    curs_set(0);
    keypad(stdscr, TRUE);
    nodelay(stdscr, TRUE);
    idlok(stdscr, TRUE);
    scrollok(stdscr, FALSE);
    mouseinterval(0); // a click is told when the button goes down
    if (!options->no_mouse)
        wn_terminal_mouse(true);
    never_wait();
    define_key("\033[200~", KEY_PASTE);
    define_key("\033[201~", KEY_PASTED);
    define_key("\033[0n", KEY_SHOWN);
    const char *request = tigetstr("u7"); // of the cursor's place, which is of the same kind
    terminal.answers = request && request != (const char *)-1 && strcmp(request, "\033[6n") == 0;
    terminal.lag = (struct wn_lag){0};
    tell_pasted(true);
}

// Before its first endwin() curses writes at each movement of the cursor; after it, frames as a
// whole. So it ends once, where nobody sees it.
static void begin_buffering(void) {
    int fd = fileno(terminal.curses), kept = dup(fd), nowhere = open("/dev/null", O_WRONLY);
    fflush(terminal.curses);
    if (kept >= 0 && nowhere >= 0) {
        dup2(nowhere, fd);
        endwin();
        doupdate();
        dup2(kept, fd);
        clearok(curscr, TRUE); // it takes what is there for blank
    }
    close(nowhere);
    close(kept);
}

// Rows go to the screen that is to be shown. Curses' own window, from which it would copy them, has
// nothing to hold: a third of what curses takes, 0.3 MB at 200x60.
static void leave_window(void) {
    wresize(stdscr, 1, 1);
    untouchwin(stdscr); // else it is copied when a key is read
}

static void resize_curses(int rows, int columns) {
    resizeterm(rows, columns);
    leave_window(); // one of a single row has grown
}

// A descriptor of its own.
static FILE *open_again(FILE *out) {
    int fd = fcntl(fileno(out), F_DUPFD_CLOEXEC, 3);
    return fd < 0 ? NULL : fdopen(fd, "w");
}

static void close_screen(void) {
    endwin();
    delscreen(terminal.screen);
    fclose(terminal.curses);
    terminal.screen = NULL;
    terminal.curses = NULL;
}

enum wn_status wn_terminal_open(const struct wn_terminal_options *options, struct wn_err *err) {
    const char *type = options->type ? options->type : getenv("TERM");
    terminal.in = options->in ? options->in : stdin;
    terminal.out = options->out ? options->out : stdout;
    terminal.has_before = tcgetattr(fileno(terminal.out), &terminal.before) == 0;
    set_escdelay(25);
    terminal.curses = open_again(terminal.out);
    if (type && *type && terminal.curses)
        terminal.screen = newterm(type, terminal.curses, terminal.in);
    if (!terminal.screen) {
        if (terminal.curses)
            fclose(terminal.curses);
        return wn_fail(err, WN_ENVIRONMENT,
                       "the terminal %s is not known here: set TERM to one that is, as xterm, or "
                       "use winnow top --once --plain",
                       type && *type ? type : "(TERM is not set)");
    }
    const char *move = tigetstr("cup");
    if (!move || move == (const char *)-1) {
        close_screen();
        return wn_fail(err, WN_ENVIRONMENT,
                       "the terminal %s cannot show screens; winnow top --once --plain prints them",
                       type);
    }
    leave_window();
    if (options->rows)
        resize_curses(options->rows, options->columns);
    set_colours(options->no_colour);
    set_modes(options);
    begin_buffering();
    wn_canvas_reset(&terminal.shown, LINES, COLS); // as curses has it
    prepare_leaving();
    terminal.open = true;
    catch_crashes();
    return WN_OK;
}

// An answer that came later would be typed into the shell. Keys that come meanwhile are lost, and
// make the wait no longer.
static void await_answer(void) {
    struct pollfd input = {.fd = fileno(terminal.in), .events = POLLIN};
    double end = wn_monotonic() + (terminal.lag.answers ? 1 : 0.1), left;
    wint_t code;
    while (terminal.lag.asked && (left = end - wn_monotonic()) > 0 &&
           poll(&input, 1, (int)(left * 1000) + 1) > 0 && get_wch(&code) != ERR)
        if (code == KEY_SHOWN)
            wn_lag_answered(&terminal.lag);
    terminal.lag.asked = false;
}

void wn_terminal_close(void) {
    if (!terminal.screen)
        return;
    await_answer();
    terminal.open = false;
    wn_terminal_mouse(false);
    tell_pasted(false);
    close_screen();
    wn_canvas_free(&terminal.shown);
}

void wn_terminal_size(int *rows, int *columns) {
    *rows = LINES;
    *columns = COLS;
}

bool wn_terminal_resize(void) {
    struct winsize size;
    if (ioctl(fileno(terminal.out), TIOCGWINSZ, &size) != 0 || size.ws_row == 0 ||
        size.ws_col == 0 || (size.ws_row == LINES && size.ws_col == COLS))
        return false;
    resize_curses(size.ws_row, size.ws_col);
    wn_terminal_repaint();
    return true;
}

void wn_terminal_suspend(void) {
    await_answer();
    terminal.suspended = true;
    wn_terminal_mouse(false);
    tell_pasted(false);
    endwin();
}

void wn_terminal_resume(void) {
    terminal.suspended = false;
    reset_prog_mode(); // first: a ^S that the shell got would hold up what is written
    wn_terminal_mouse(true);
    tell_pasted(true);
    wn_terminal_resize();
    wn_terminal_repaint();
}

void wn_terminal_mouse(bool ours) {
    const mmask_t told = BUTTON1_PRESSED | BUTTON1_RELEASED | BUTTON4_PRESSED | BUTTON5_PRESSED;
    mousemask(ours ? told : 0, NULL);
}

// ---- showing ------------------------------------------------------------------------------------

void wn_terminal_repaint(void) {
    wn_canvas_free(&terminal.shown);
    clearok(curscr, TRUE);
}

static bool is_bare(const struct wn_cell *cell) {
    return cell->glyph[0] == ' ' && cell->glyph[1] == '\0' && cell->marks == 0;
}

// What is selected is one bar, whatever colours its cells have.
static int own_look(const struct wn_cell *cell) {
    return cell->marks & WN_REVERSE ? WN_PLAIN : cell->look;
}

// The colour of a blank is not to be seen: in a gap between two glyphs that have one it is that of
// the right one, which saves two changes of colour, some 20 bytes. Beside plain text the gap stays
// plain, for a cursor that moves over it writes less than blanks.
static int shown_look(const struct wn_cell *cells, int at, int columns) {
    int left = at, right = at;
    while (left > 0 && at - left < GAP && is_bare(&cells[left]))
        left--;
    while (right + 1 < columns && right - left < GAP && is_bare(&cells[right]))
        right++;
    bool between = left < at && right > at && !is_bare(&cells[left]) && !is_bare(&cells[right]) &&
                   own_look(&cells[left]) != WN_PLAIN && own_look(&cells[right]) != WN_PLAIN;
    return own_look(&cells[between ? right : at]);
}

static cchar_t styled(const struct wn_cell *cell, int look) {
    wchar_t glyph[CCHARW_MAX + 1] = {(unsigned char)cell->glyph[0]};
    attr_t attributes = terminal.fallback[look];
    cchar_t shown;
    attributes |= cell->marks & WN_BOLD ? A_BOLD : 0;
    attributes |= cell->marks & WN_REVERSE ? A_REVERSE : 0;
    attributes |= cell->marks & WN_UNDERLINE ? A_UNDERLINE : 0;
    if ((cell->glyph[0] & 0x80 || cell->glyph[1]) &&
        mbstowcs(glyph, cell->glyph, CCHARW_MAX) == (size_t)-1)
        glyph[0] = L'?'; // nothing that the locale has not gets into a canvas
    setcchar(&shown, glyph, attributes, (short)terminal.pairs[look], NULL);
    return shown;
}

// Under screen and tmux curses fills the last corner by shifting the glyph before it there, and
// takes that for a narrow one. What stands behind a wide glyph there is left out.
static bool spoils_corner(const struct wn_canvas *canvas, int row) {
    const struct wn_cell *end = canvas->cells + (size_t)(row + 1) * (size_t)canvas->columns;
    return row == LINES - 1 && canvas->columns > 1 && end[-2].columns == 0 && end[-1].columns == 1;
}

struct range { // columns
    int start, end;
};

// Hands over the cells from `start` to `end`.
static void show_cells(const struct wn_canvas *canvas, int row, struct range range) {
    const struct wn_cell *cells = canvas->cells + (size_t)row * (size_t)canvas->columns;
    int columns = canvas->columns - spoils_corner(canvas, row), count = 0;
    for (int i = range.start; i < range.end && i < columns; i++)
        if (cells[i].columns > 0)
            terminal.line[count++] = styled(&cells[i], shown_look(cells, i, canvas->columns));
    mvwadd_wchnstr(newscr, row, range.start, terminal.line, count);
    if (columns < canvas->columns) {
        wmove(newscr, row, columns);
        wattr_set(newscr, A_NORMAL, 0, NULL);
        wclrtoeol(newscr);
    }
}

static bool same_cell(const struct wn_cell *a, const struct wn_cell *b) {
    return memcmp(a, b, sizeof *a) == 0;
}

// The cells of a row from the first to the last one that changed, with whole glyphs at both ends.
static struct range changed_cells(const struct wn_canvas *canvas, int row) {
    size_t at = (size_t)row * (size_t)canvas->columns;
    const struct wn_cell *now = canvas->cells + at, *before = terminal.shown.cells + at;
    struct range range = {0, canvas->columns};
    while (range.start < range.end && same_cell(&now[range.start], &before[range.start]))
        range.start++;
    while (range.end > range.start && same_cell(&now[range.end - 1], &before[range.end - 1]))
        range.end--;
    while (range.start < range.end && range.start > 0 && now[range.start].columns == 0)
        range.start--;
    return range;
}

static void keep_shown(const struct wn_canvas *canvas) {
    struct wn_canvas *shown = &terminal.shown;
    if (shown->rows != canvas->rows || shown->columns != canvas->columns)
        wn_canvas_reset(shown, canvas->rows, canvas->columns);
    size_t count = (size_t)canvas->rows * (size_t)canvas->columns;
    memcpy(shown->cells, canvas->cells, count * sizeof *canvas->cells);
}

static bool show_rows(const struct wn_canvas *canvas, bool all) {
    const struct range whole = {0, canvas->columns};
    bool changed = false;
    terminal.line = wn_calloc((size_t)canvas->columns, sizeof *terminal.line);
    for (int row = 0; row < canvas->rows && row < LINES; row++) {
        struct range range = all ? whole : changed_cells(canvas, row);
        if (range.start < range.end)
            show_cells(canvas, row, range);
        changed |= range.start < range.end;
    }
    free(terminal.line);
    return changed;
}

void wn_terminal_show(const struct wn_canvas *canvas) {
    const struct wn_canvas *shown = &terminal.shown;
    bool all = shown->rows != canvas->rows || shown->columns != canvas->columns;
    bool changed = show_rows(canvas, all), seen = canvas->cursor_row >= 0;
    curs_set(seen);
    leaveok(newscr, !seen); // its place is written only where it is to be seen
    if (seen)
        wmove(newscr, canvas->cursor_row, canvas->cursor_column);
    doupdate();
    if (changed && terminal.answers && wn_lag_sent(&terminal.lag, all, wn_monotonic()))
        ask_whether_shown();
    keep_shown(canvas);
}

bool wn_terminal_ready(void) {
    return wn_lag_ready(&terminal.lag, wn_monotonic());
}

// ---- keys ---------------------------------------------------------------------------------------

static int click_at(int row) {
    static double last;
    static int last_row = -1;
    double now = wn_monotonic();
    bool twice = last_row == row && now - last < 0.4;
    last = now;
    last_row = twice ? -1 : row;
    return twice ? WN_KEY_DOUBLE_CLICK : WN_KEY_CLICK;
}

// Curses tells once of events that came together: of a button that went down and up, say.
static int mouse_key(struct wn_key *key) {
    MEVENT event;
    while (getmouse(&event) == OK) {
        key->row = event.y;
        key->column = event.x;
        if (event.bstate & BUTTON4_PRESSED)
            return WN_KEY_WHEEL_UP;
        if (event.bstate & BUTTON5_PRESSED)
            return WN_KEY_WHEEL_DOWN;
        if (event.bstate & BUTTON1_PRESSED)
            return click_at(event.y);
    }
    return WN_KEY_NONE;
}

static int named_key(wint_t code) {
    static const struct {
        wint_t code;
        int key;
    } keys[] = {
        {KEY_UP, WN_KEY_UP},         {KEY_DOWN, WN_KEY_DOWN},     {KEY_LEFT, WN_KEY_LEFT},
        {KEY_RIGHT, WN_KEY_RIGHT},   {KEY_PPAGE, WN_KEY_PAGE_UP}, {KEY_NPAGE, WN_KEY_PAGE_DOWN},
        {KEY_HOME, WN_KEY_HOME},     {KEY_END, WN_KEY_END},       {KEY_DC, WN_KEY_DELETE},
        {KEY_BTAB, WN_KEY_BACK_TAB}, {KEY_ENTER, WN_KEY_ENTER},   {KEY_BACKSPACE, WN_KEY_BACKSPACE},
    };
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (keys[i].code == code)
            return keys[i].key;
    if (code >= KEY_F(1) && code <= KEY_F(12))
        return WN_KEY_F1 + (int)(code - KEY_F(1));
    return WN_KEY_NONE;
}

// What comes right after Esc is a key pressed with Alt.
static void read_alt(struct wn_key *key) {
    wint_t code;
    int kind = get_wch(&code);
    if (kind == ERR)
        return;
    if (kind == KEY_CODE_YES)
        ungetch((int)code);
    else if (code == WN_KEY_ESC)
        unget_wch((wchar_t)code);
    if (kind == KEY_CODE_YES || code == WN_KEY_ESC)
        return;
    key->alt = true;
    key->code = (int)code;
}

static int take_told(wint_t code) {
    if (code == KEY_SHOWN)
        wn_lag_answered(&terminal.lag);
    else
        terminal.pasting = code == KEY_PASTE;
    return WN_KEY_NONE;
}

// A paste whose end got lost is over when nothing came for a while.
static bool is_pasting(void) {
    double now = wn_monotonic(), since = now - terminal.read;
    terminal.read = now;
    return terminal.pasting && since < PASTE_PAUSE;
}

bool wn_terminal_key(struct wn_key *key) {
    wint_t code;
    terminal.pasting = is_pasting();
    *key = (struct wn_key){0};
    key->code = mouse_key(key);
    if (key->code != WN_KEY_NONE)
        return true;
    for (int kind; (kind = get_wch(&code)) != ERR;) {
        if (kind == OK && code == INTERRUPT) // whatever is pasted, it can be left
            terminal.pasting = false;
        *key = (struct wn_key){.code = (int)code, .pasted = terminal.pasting};
        if (kind == KEY_CODE_YES && code >= KEY_PASTE)
            key->code = take_told(code);
        else if (kind == KEY_CODE_YES)
            key->code = code == KEY_MOUSE ? mouse_key(key) : named_key(code);
        else if (code == '\n')
            key->code = WN_KEY_ENTER;
        else if (code == '\b')
            key->code = WN_KEY_BACKSPACE;
        else if (code == WN_KEY_ESC)
            read_alt(key);
        if (key->code != WN_KEY_NONE)
            return true;
    }
    return false;
}

// ---- bell and clipboard -------------------------------------------------------------------------

void wn_terminal_bell(void) {
    beep();
}

static void add_base64(struct wn_str *out, const char *text, size_t length) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *bytes = (const unsigned char *)text;
    for (size_t i = 0; i < length; i += 3) {
        unsigned long group = (unsigned long)bytes[i] << 16;
        group |= i + 1 < length ? (unsigned long)bytes[i + 1] << 8 : 0;
        group |= i + 2 < length ? bytes[i + 2] : 0;
        wn_str_add_char(out, digits[group >> 18 & 63]);
        wn_str_add_char(out, digits[group >> 12 & 63]);
        wn_str_add_char(out, i + 1 < length ? digits[group >> 6 & 63] : '=');
        wn_str_add_char(out, i + 2 < length ? digits[group & 63] : '=');
    }
}

bool wn_terminal_copy(const char *text, size_t length) {
    if (length > COPY_LIMIT)
        return false;
    struct wn_str code = {0}, out = {0};
    add_base64(&code, text, length);
    wn_str_addf(&out, "\033]52;c;%s\a", wn_str_text(&code));
    // tmux takes one or the other, by its settings; other terminals are asked through it.
    if (getenv("TMUX"))
        wn_str_addf(&out, "\033Ptmux;\033\033]52;c;%s\a\033\\", code.text);
    else if (wn_starts_with(getenv("TERM"), "screen"))
        wn_str_addf(&out, "\033P\033]52;c;%s\a\033\\", code.text);
    fflush(terminal.out);
    fwrite(out.text, 1, out.length, terminal.out);
    fflush(terminal.out);
    wn_str_free(&code);
    wn_str_free(&out);
    return true;
}
