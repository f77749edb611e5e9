// SPDX-License-Identifier: GPL-3.0-or-later
// The launch form's keys. A field is typed into only after Enter, so that no key acts while
// somebody types; digits and Backspace begin that at once. What the form starts is a command of
// winnow, and the line of it stands below: the sweep belongs to a runner of its own.
#include "tui/screens/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/value.h"
#include "tui/app.h"

enum { START = WN_ACTION_OWN, EDIT, NEXT, PREVIOUS, TURN, TRY, PLAN, COPY, WRITE, ADD, RESET };

static const struct wn_binding bindings[] = {
    {EDIT, "Enter", "edit", "edit the field, or choose; on the button: start", .writes = true},
    {START, "F5", "start", "start the sweep, or put the trial in", .writes = true},
    {TURN, "Space", NULL, "the next choice; Left and Right, too"},
    {TRY, "t", "try", "run one trial now and show what winnow reads of it", .writes = true},
    {PLAN, "p", "plan", "the whole plan: parameters with their quantiles"},
    {COPY, "y", "copy", "the command line into the clipboard"},
    {WRITE, "w", "write", "write a spec file that says all of it", .writes = true},
    {ADD, "a", "add", "add a parameter"},
    {RESET, "d Delete", NULL, "as the spec has it; a parameter that was added goes"},
    {NEXT, "Tab", NULL, "the next field"},
    {PREVIOUS, "S-Tab", NULL, "the field before"},
    {0},
};

// What the footer tells of them, by where the focus is.
static const struct wn_hint hints_of_text[] = {
    {EDIT, "edit"}, {START, "start"},       {TRY, "try"},     {PLAN, "plan"},
    {COPY, "copy"}, {ADD, "add parameter"}, {RESET, "reset"}, {0},
};
static const struct wn_hint hints_of_choice[] = {
    {EDIT, "choose"}, {TURN, "next one"}, {START, "start"}, {TRY, "try"},
    {PLAN, "plan"},   {COPY, "copy"},     {WRITE, "write"}, {0},
};
static const struct wn_hint hints_of_button[] = {
    {EDIT, "start"}, {TRY, "try"}, {PLAN, "plan"}, {COPY, "copy"}, {WRITE, "write"}, {0},
};
static const struct wn_hint hints_of_again[] = {
    {EDIT, "edit"}, {START, "run it again"}, {COPY, "copy"}, {RESET, "reset"}, {0},
};
static const struct wn_hint hints_of_typing[] = {
    {EDIT, "done"}, {NEXT, "next field"}, {WN_APP_BACK, "as it was"}, {START, "start"}, {0},
};

static const struct wn_hint *hints(const void *state, bool *alone) {
    const struct wn_form *form = state;
    *alone = form->typing;
    if (form->typing)
        return hints_of_typing;
    if (form->sweep)
        return hints_of_again;
    if (form->focus == form->count)
        return hints_of_button;
    return wn_field_is_choice(&form->fields[form->focus]) ? hints_of_choice : hints_of_text;
}

// ---- queries ------------------------------------------------------------------------------------

static void *open_screen(const struct wn_place *place) {
    return wn_form_new(place);
}

static void close_screen(void *state) {
    wn_form_free(state);
}

static void *ask(const void *state, struct wn_extent extent) {
    (void)extent;
    return wn_form_query(state);
}

static enum wn_status load(struct wn_store *store, void *query, struct wn_err *err) {
    return wn_launch_read(store, query, err);
}

static void begin_typing(struct wn_form *form);

static void take(void *state, void *query) {
    struct wn_form *form = state;
    if (!form) {
        wn_launch_release(query);
        return;
    }
    bool first = !form->model, empty = !*form->fields[WN_LAUNCH_COMMAND].text;
    wn_form_take(form, query);
    if (!first || form->file || form->sweep || !empty)
        return;
    form->focus = WN_LAUNCH_COMMAND; // there is no file to choose
    begin_typing(form);
}

static bool stale(const void *state, struct wn_extent extent) {
    const struct wn_form *form = state;
    (void)extent;
    return !form->model || form->model->edition != form->edition;
}

static void draw(const void *state, const struct wn_view *view) {
    wn_form_draw(state, view);
}

// ---- fields -------------------------------------------------------------------------------------

static struct wn_launch_field *focused(struct wn_form *form) {
    return form->focus < form->count ? &form->fields[form->focus] : NULL;
}

static void forget_answer(struct wn_form *form) {
    free(form->said);
    form->said = NULL;
}

static void begin_typing(struct wn_form *form) {
    const struct wn_launch_field *field = focused(form);
    if (!field || wn_field_is_choice(field))
        return;
    free(form->before);
    form->before = wn_strdup(field->text);
    form->typing = true;
    form->selected = false;
    wn_edit_set(&form->edit, field->text);
}

static void set_choice(struct wn_form *form, const char *text) {
    const struct wn_launch_field *field = focused(form);
    if (field && field->kind == WN_LAUNCH_SPEC)
        wn_form_choose_file(form, strcmp(text, WN_LAUNCH_ALONE) ? text : NULL);
    else if (field)
        wn_form_set(form, form->focus, text);
}

static const char *chosen(const struct wn_form *form, const struct wn_launch_field *field) {
    if (field->kind != WN_LAUNCH_SPEC)
        return field->text;
    return form->file ? form->file : WN_LAUNCH_ALONE;
}

static void turn(struct wn_form *form, int by) {
    const struct wn_launch_field *field = focused(form);
    struct wn_words room = {0};
    if (field && wn_form_choices(form, field, &room) && room.count) {
        size_t at = 0;
        for (size_t i = 0; i < room.count; i++)
            if (strcmp(room.items[i], chosen(form, field)) == 0)
                at = i;
        set_choice(form, room.items[(at + room.count + (size_t)by) % room.count]);
    }
    wn_words_free(&room);
}

static void on_choice(void *state, struct wn_tui *tui, const char *text) {
    (void)tui;
    set_choice(state, text);
}

static void edit(struct wn_form *form, struct wn_tui *tui) {
    const struct wn_launch_field *field = focused(form);
    struct wn_words room = {0};
    const char *const *choices = field ? wn_form_choices(form, field, &room) : NULL;
    if (choices)
        wn_tui_choose(tui, wn_field_label(field), choices, on_choice);
    else
        begin_typing(form);
    for (size_t i = 0; i < room.count; i++)
        if (strcmp(room.items[i], chosen(form, field)) == 0)
            tui->modal.cursor = i;
    wn_words_free(&room);
}

static void end_typing(struct wn_form *form, bool keep) {
    form->typing = false;
    if (!keep)
        wn_form_set(form, form->focus, form->before);
}

// ---- starting -----------------------------------------------------------------------------------

static void go_to_board(struct wn_tui *tui, const char *name) {
    const struct wn_screen *board = wn_screen_find("board");
    struct wn_place place = {.sweep = wn_tui_find_sweep(tui, name), .trial = -1};
    wn_tui_back(tui); // the form is done with
    if (board && place.sweep)
        wn_tui_go(tui, board, &place);
}

static char *sweep_of_answer(const char *text) {
    struct wn_value value = {0};
    struct wn_err err;
    if (wn_value_parse_json(text, &value, &err) != WN_OK)
        return wn_strdup("");
    const struct wn_value *name = wn_value_get(&value, "sweep");
    char *copy = wn_strdup(name && name->type == WN_STRING ? name->string.text : "");
    wn_value_clear(&value);
    return copy;
}

// Its lines one after the other, without the program's name.
static void keep_answer(struct wn_form *form, const char *text) {
    static const char name[] = "winnow: ";
    struct wn_str said = {0};
    while (*text) {
        text += wn_starts_with(text, name) ? sizeof name - 1 : 0;
        size_t length = strcspn(text, "\n");
        wn_str_add(&said, said.length ? "; " : "");
        wn_str_add_bytes(&said, text, length);
        text += length + (text[length] == '\n');
    }
    forget_answer(form);
    form->said = said.length ? wn_str_take(&said) : wn_strdup("the command failed, saying nothing");
}

static void on_started(void *state, struct wn_tui *tui, int exit_code, const char *text) {
    struct wn_form *form = state;
    form->busy = false;
    if (exit_code) {
        keep_answer(form, text);
        return;
    }
    char *name = sweep_of_answer(text);
    wn_tui_say(tui, WN_GOOD, "%s runs by itself, whatever becomes of this terminal", name);
    go_to_board(tui, name);
    free(name);
}

// "--json" tells what it is called; "--new" or "--resume", which of two.
static void run(struct wn_form *form, struct wn_tui *tui, const char *which) {
    struct wn_words form_words = wn_form_words(form, "run"), words = {0};
    wn_words_add(&words, wn_strdup("run"));
    wn_words_add(&words, wn_strdup("--json"));
    if (which)
        wn_words_add(&words, wn_strdup(which));
    for (size_t i = 1; i < form_words.count; i++)
        wn_words_add(&words, wn_strdup(form_words.items[i]));
    form->busy = true;
    wn_tui_ask_command(tui, wn_words_list(&words), on_started);
    wn_words_free(&words);
    wn_words_free(&form_words);
}

#define GO_ON "go on with it (--resume)"
#define ANOTHER "make another one (--new)"
#define LOOK "look at its leaderboard"

static void on_twin(void *state, struct wn_tui *tui, const char *text) {
    struct wn_form *form = state;
    if (strcmp(text, GO_ON) == 0)
        run(form, tui, "--resume");
    else if (strcmp(text, ANOTHER) == 0)
        run(form, tui, "--new");
    else if (form->model && form->model->plan.twin)
        go_to_board(tui, form->model->plan.twin);
}

static void choose_twin(const struct wn_launch_plan *plan, struct wn_tui *tui) {
    const char *const items[] = {plan->twin_runs ? LOOK : GO_ON, ANOTHER, NULL};
    char *title =
        wn_format("%s %s", plan->twin, plan->twin_runs ? "is running" : "is not finished");
    wn_tui_choose(tui, title, items, on_twin);
    free(title);
}

static void on_resume(void *state, struct wn_tui *tui, const char *text) {
    const struct wn_form *form = state;
    (void)text;
    wn_tui_command(tui, (const char *[]){"resume", "--detach", form->model->sweep_name, NULL});
    wn_tui_back(tui);
}

static void on_enqueued(void *state, struct wn_tui *tui, int exit_code, const char *text) {
    struct wn_form *form = state;
    form->busy = false;
    if (exit_code) {
        keep_answer(form, text);
        return;
    }
    char *first = wn_strndup(text, strcspn(text, "\n"));
    if (form->model && !form->model->sweep_runs && form->model->sweep_name) {
        char *question = wn_format("%s. Resume it now?", first);
        wn_tui_ask(tui, question, on_resume);
        free(question);
    } else {
        wn_tui_say(tui, WN_GOOD, "%s", first);
        wn_tui_back(tui);
    }
    free(first);
}

static void enqueue(struct wn_form *form, struct wn_tui *tui) {
    struct wn_words words = wn_form_words(form, "enqueue");
    form->busy = true;
    wn_tui_ask_command(tui, wn_words_list(&words), on_enqueued);
    wn_words_free(&words);
}

// What is known to be refused is shown in place.
static bool show_mistake(struct wn_form *form, struct wn_tui *tui) {
    size_t errors = form->model->diags.errors;
    if (errors == 0)
        return false;
    for (size_t i = form->count; i-- > 0;)
        if (wn_form_mistake(form, &form->fields[i]))
            form->focus = i;
    wn_tui_say(tui, WN_BAD, "%zu mistake%s to be mended first", errors, errors == 1 ? "" : "s");
    return true;
}

static void start(struct wn_form *form, struct wn_tui *tui) {
    const struct wn_launch_plan *plan = form->model ? &form->model->plan : NULL;
    bool current = form->model && form->model->edition == form->edition;
    forget_answer(form);
    if (form->typing)
        end_typing(form, true);
    if (form->busy || !plan || wn_tui_read_only(tui) || (current && show_mistake(form, tui)))
        return;
    if (form->sweep)
        enqueue(form, tui);
    else if (plan->twin && current)
        choose_twin(plan, tui);
    else
        run(form, tui, NULL);
}

static void command(struct wn_form *form, struct wn_tui *tui, const char *verb) {
    struct wn_words words = wn_form_words(form, verb);
    if (form->sweep)
        wn_tui_say(tui, WN_WARN, "that is of a new sweep, not of one trial");
    else
        wn_tui_command(tui, wn_words_list(&words));
    wn_words_free(&words);
}

static void copy(const struct wn_form *form, struct wn_tui *tui) {
    struct wn_words words = wn_form_words(form, form->sweep ? "enqueue" : "run");
    char *line = wn_tui_command_line(wn_words_list(&words));
    wn_tui_copy(tui, line, "the command line");
    free(line);
    wn_words_free(&words);
}

// ---- writing ------------------------------------------------------------------------------------

// A file that is there is somebody's.
static bool write_new(const char *path, const char *text) {
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    size_t length = strlen(text);
    if (fd < 0)
        return false;
    bool good = write(fd, text, length) == (ssize_t)length;
    return close(fd) == 0 && good;
}

static void on_path(void *state, struct wn_tui *tui, const char *path) {
    struct wn_form *form = state;
    if (!*path || !form->model || !form->model->whole)
        return;
    if (!write_new(path, form->model->whole)) {
        wn_tui_say(tui, WN_BAD, "%s cannot be written: %s", path, strerror(errno));
        return;
    }
    wn_tui_say(tui, WN_GOOD, "%s is written", path);
    form->searched = 0; // it is one of the files now
}

static void ask_path(struct wn_form *form, struct wn_tui *tui) {
    const char *name = form->fields[WN_LAUNCH_NAME].text;
    if (form->sweep || !form->model || !form->model->whole || form->model->diags.errors) {
        wn_tui_say(tui, WN_WARN, "there is no whole spec yet");
        return;
    }
    char *path = wn_format("%s.yaml", *name ? name : "sweep");
    wn_tui_prompt(tui, "write to", path, on_path);
    free(path);
}

// ---- keys ---------------------------------------------------------------------------------------

static void on_name(void *state, struct wn_tui *tui, const char *text) {
    (void)tui;
    if (!*text)
        return;
    wn_form_add_param(state, text);
    begin_typing(state);
}

static void on_leave(void *state, struct wn_tui *tui, const char *text) {
    struct wn_form *form = state;
    (void)text;
    form->abandoned = true;
    wn_tui_act(tui, form->leaving, NULL);
}

static bool leave(struct wn_form *form, struct wn_tui *tui, int action) {
    if (form->abandoned || !wn_form_edited(form))
        return false;
    form->leaving = action;
    wn_tui_ask(tui, "Leave the form, and lose what was typed?", on_leave);
    return true;
}

static void move(struct wn_form *form, int action) {
    if (form->typing)
        end_typing(form, true);
    wn_form_move(form, action);
}

static void press(struct wn_form *form, struct wn_tui *tui) {
    if (form->focus == form->count)
        start(form, tui);
    else
        edit(form, tui);
}

static void on_mouse(struct wn_form *form, struct wn_tui *tui, int action,
                     const struct wn_key *key) {
    struct wn_pane pane = wn_tui_pane(tui);
    size_t at = wn_form_at(form, (struct wn_extent){pane.rows, pane.columns}, key);
    if (at == WN_FORM_TITLES)
        return;
    if (form->typing)
        end_typing(form, true);
    bool again = form->focus == at;
    form->focus = at;
    if (action == WN_DOUBLE_CLICK || at == form->count || again)
        press(form, tui);
}

static bool act_on_field(struct wn_form *form, struct wn_tui *tui, int action) {
    switch (action) {
    case EDIT:
        press(form, tui);
        return true;
    case TURN:
    case WN_MOVE_RIGHT:
    case WN_MOVE_LEFT:
        turn(form, action == WN_MOVE_LEFT ? -1 : 1);
        return true;
    case ADD:
        if (!form->sweep)
            wn_tui_prompt(tui, "name of the parameter", NULL, on_name);
        return true;
    case RESET:
        if (focused(form))
            wn_form_reset(form, form->focus);
        return true;
    default:
        return false;
    }
}

static bool act(void *state, struct wn_tui *tui, int action, const struct wn_key *key) {
    struct wn_form *form = state;
    switch (action) {
    case WN_APP_BACK:
    case WN_APP_QUIT:
    case WN_APP_TAB: // to the sweeps, which are below the form
        return leave(form, tui, action);
    case START:
        start(form, tui);
        return true;
    case TRY:
        command(form, tui, "try");
        return true;
    case PLAN:
        command(form, tui, "plan");
        return true;
    case COPY:
        copy(form, tui);
        return true;
    case WRITE:
        ask_path(form, tui);
        return true;
    case NEXT:
    case PREVIOUS:
        move(form, action == NEXT ? WN_MOVE_DOWN : WN_MOVE_UP);
        return true;
    case WN_CLICK:
    case WN_DOUBLE_CLICK:
        on_mouse(form, tui, action, key);
        return true;
    default:
        break;
    }
    if (act_on_field(form, tui, action))
        return true;
    move(form, action);
    return action < WN_ACTION_APP;
}

// Tab goes on typing in the next field, in the place of what is there; arrows and Enter only go
// there.
static void leave_field(struct wn_form *form, const struct wn_key *key) {
    bool up = key->code == WN_KEY_UP || key->code == WN_KEY_BACK_TAB;
    move(form, up ? WN_MOVE_UP : WN_MOVE_DOWN);
    if (key->code == WN_KEY_TAB || key->code == WN_KEY_BACK_TAB) {
        begin_typing(form);
        form->selected = form->typing;
    }
}

static void replace_selected(struct wn_form *form, const struct wn_key *key) {
    bool letter = !key->alt && key->code >= WN_KEY_SPACE && key->code < WN_KEY_NAMED;
    if (form->selected && letter)
        wn_edit_set(&form->edit, "");
    form->selected = false;
}

static bool type_text(struct wn_form *form, const struct wn_key *key) {
    switch (key->code) {
    case WN_KEY_ESC:
    case 3: // ^C
    case 7: // ^G
        end_typing(form, false);
        return true;
    case WN_KEY_ENTER:
    case WN_KEY_TAB:
    case WN_KEY_BACK_TAB:
    case WN_KEY_UP:
    case WN_KEY_DOWN:
        leave_field(form, key);
        return true;
    default:
        break;
    }
    replace_selected(form, key);
    if (wn_edit_key(&form->edit, key)) {
        wn_form_set(form, form->focus, wn_str_text(&form->edit.text));
        return true;
    }
    // Keys with a name of their own act, all else is lost.
    return key->code < WN_KEY_F1 && key->code != 12 && key->code != 26;
}

static bool type(void *state, struct wn_tui *tui, const struct wn_key *key) {
    struct wn_form *form = state;
    const struct wn_launch_field *field = focused(form);
    forget_answer(form);
    if (wn_tui_read_only(tui))
        return false;
    if (form->typing)
        return type_text(form, key);
    bool digit = !key->alt && key->code >= '0' && key->code <= '9';
    bool rubs = key->code == WN_KEY_BACKSPACE && !key->alt;
    if (!field || !(rubs || (digit && wn_field_is_number(field))))
        return false;
    begin_typing(form);
    if (!form->typing)
        return rubs; // Backspace in a choice does not leave the form
    form->selected = digit;
    return type_text(form, key);
}

static struct wn_place place(const void *state) {
    const struct wn_form *form = state;
    return (struct wn_place){.sweep = form->sweep, .trial = form->sweep ? form->trial : -1};
}

const struct wn_screen wn_screen_launch = {
    .name = "launch",
    .bindings = bindings,
    .hints = hints,
    .open = open_screen,
    .close = close_screen,
    .storeless = true,
    .ask = ask,
    .load = load,
    .take = take,
    .stale = stale,
    .draw = draw,
    .act = act,
    .type = type,
    .place = place,
};
