// SPDX-License-Identifier: GPL-3.0-or-later
// The form is a list of rows: label, value, and beside it what is wrong, else a hint. Below it, or
// beside it where there is room, what the words would do and the words themselves. Small panes give
// up the title, the rule, and lines of the plan, in this order.
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/numbers.h"
#include "tui/screens/launch.h"
#include "tui/tui.h"

#define WIDE_FROM 110 // columns: two panes
#define LEAST_LABEL 9
#define VALUE_WIDTH 26
#define LEAST_HINT 10

struct layout {
    struct wn_pane title, list, rest; // no rows: not there
    bool wide;
};

static struct layout lay_out(const struct wn_pane *pane) {
    struct layout layout = {.wide = pane->columns >= WIDE_FROM};
    int title = pane->rows >= 12, rows = pane->rows - title;
    layout.title = wn_pane_part(pane, 0, 0, title, pane->columns);
    if (layout.wide) {
        int left = pane->columns * 9 / 20;
        layout.list = wn_pane_part(pane, title, 0, rows, left);
        layout.rest = wn_pane_part(pane, title, left + 1, rows, pane->columns - left - 2);
        return layout;
    }
    int foot = rows >= 17 ? 7 : rows >= 11 ? 4 : 2;
    layout.list = wn_pane_part(pane, title, 0, rows - foot, pane->columns);
    layout.rest = wn_pane_part(pane, title + rows - foot, 0, foot, pane->columns);
    return layout;
}

// ---- rows ---------------------------------------------------------------------------------------

struct columns {
    int label, value, hint; // where they begin
};

static struct columns columns_of(const struct wn_form *form, const struct wn_pane *pane) {
    int width = LEAST_LABEL;
    for (size_t i = 0; i < form->count; i++) {
        int needed = wn_canvas_width(pane->canvas, wn_field_label(&form->fields[i]));
        width = needed > width ? needed : width;
    }
    width = width < pane->columns / 3 ? width : pane->columns / 3;
    return (struct columns){.label = 1, .value = width + 3, .hint = width + 3 + VALUE_WIDTH + 2};
}

// The first row that is shown, so that the focus is among them.
static size_t top_of(const struct wn_form *form, const size_t *rows, size_t count, int shown) {
    size_t at = 0, room = shown > 0 ? (size_t)shown : 1;
    for (size_t i = 0; i < count; i++)
        if (rows[i] == form->focus)
            at = i;
    return at >= room ? at - room + 1 : 0;
}

// What holds where nothing is given.
static const char *empty_text(const struct wn_launch_field *field) {
    switch (field->kind) {
    case WN_LAUNCH_NAME:
        return "as the file or program";
    case WN_LAUNCH_PARALLEL:
        return "as many as cores";
    case WN_LAUNCH_TRIALS:
    case WN_LAUNCH_TIME:
        return "no bound";
    case WN_LAUNCH_SEED:
        return "drawn";
    default:
        return field->name ? "as in the file" : "none";
    }
}

static const char *value_text(const struct wn_form *form, const struct wn_launch_field *field) {
    if (field->kind == WN_LAUNCH_SPEC)
        return form->undecided ? "" : form->file ? form->file : WN_LAUNCH_ALONE;
    return field->text;
}

// Returns the columns used.
static int put_value(const struct wn_form *form, const struct wn_pane *pane, struct wn_span span,
                     const struct wn_launch_field *field, bool focus) {
    const char *text = value_text(form, field);
    if (focus && form->typing) {
        wn_edit_draw(&form->edit, pane, span, true);
        return wn_canvas_width(pane->canvas, wn_str_text(&form->edit.text)) + 1;
    }
    if (focus && wn_field_is_choice(field)) {
        struct wn_str shown = {0};
        wn_str_addf(&shown, "%s %s %s", wn_glyph(pane->canvas, WN_GLYPH_BACK_ARROW), text,
                    wn_glyph(pane->canvas, WN_GLYPH_ARROW));
        int used = wn_put_span(pane, span, WN_PLAIN, wn_str_text(&shown));
        wn_str_free(&shown);
        return used;
    }
    if (!*text && field->kind != WN_LAUNCH_SPEC)
        return wn_put_span(pane, span, WN_DIM, field->own ? "" : empty_text(field));
    enum wn_look look =
        field->kind > WN_LAUNCH_GOAL && wn_field_edited(field) ? WN_ACCENT : WN_PLAIN;
    return wn_put_span(pane, span, look, text);
}

static const char *hint_of(const struct wn_form *form, const struct wn_launch_field *field,
                           bool focus) {
    if (field->kind == WN_LAUNCH_SPEC && form->model)
        for (size_t i = 0; form->file && i < form->model->file_count; i++)
            if (strcmp(form->model->files[i].path, form->file) == 0)
                return form->model->files[i].used ? "used before" : NULL;
    if (field->name && form->sweep)
        return field->note;
    if (field->name && !focus && (*field->text || !field->own))
        return field->note;
    if (field->name)
        return wn_field_help(field);
    return focus || field->kind == WN_LAUNCH_METHOD ? wn_field_help(field) : NULL;
}

static void put_hint(const struct wn_form *form, const struct wn_pane *pane, struct wn_span span,
                     const struct wn_launch_field *field, bool focus) {
    const struct wn_diag *mistake = focus && form->typing ? NULL : wn_form_mistake(form, field);
    const char *hint = hint_of(form, field, focus);
    if (field->own && !*field->text) // to be given, no mistake yet
        mistake = NULL;
    if (span.columns < LEAST_HINT)
        return;
    if (mistake) {
        wn_put_glyph(pane, span.row, span.column, WN_BAD, "!");
        span.column += 2;
        span.columns -= 2;
    }
    if (mistake || hint)
        wn_put_span(pane, span, mistake ? WN_BAD : WN_DIM, mistake ? mistake->text : hint);
}

static void draw_field(const struct wn_form *form, const struct wn_pane *pane,
                       const struct columns *at, int row, size_t index) {
    const struct wn_launch_field *field = &form->fields[index];
    bool focus = index == form->focus;
    struct wn_span label = {.row = row, .column = at->label, .columns = at->value - at->label - 1};
    wn_put_span(pane, label,
                focus         ? WN_ACCENT
                : field->name ? WN_PLAIN
                              : WN_DIM,
                wn_field_label(field));
    struct wn_span value = {
        .row = row, .column = at->value, .columns = pane->columns - at->value - 1};
    int used = put_value(form, pane, value, field, focus);
    int from = at->value + used + 2 > at->hint ? at->value + used + 2 : at->hint;
    put_hint(form, pane,
             (struct wn_span){.row = row, .column = from, .columns = pane->columns - from - 1},
             field, focus);
    if (!focus)
        return;
    value.columns = used < VALUE_WIDTH ? VALUE_WIDTH : used;
    if (value.columns > pane->columns - at->value)
        value.columns = pane->columns - at->value;
    wn_put_glyph(pane, row, 0, WN_ACCENT, wn_glyph(pane->canvas, WN_GLYPH_SELECTED));
    wn_mark(pane, value, WN_PLAIN, form->typing && !form->selected ? WN_UNDERLINE : WN_REVERSE);
}

static void draw_button(const struct wn_form *form, const struct wn_pane *pane,
                        const struct columns *at, int row) {
    const char *verb = form->busy ? "starting" : form->sweep ? "Run it again" : "Start";
    int used = wn_putf(pane, row, at->value, WN_ACCENT, "[ %s  F5 ]", verb);
    if (form->focus != form->count)
        return;
    wn_put_glyph(pane, row, 0, WN_ACCENT, wn_glyph(pane->canvas, WN_GLYPH_SELECTED));
    wn_mark(pane, (struct wn_span){.row = row, .column = at->value, .columns = used}, WN_PLAIN,
            WN_REVERSE);
}

static void draw_titles(const struct wn_form *form, const struct wn_pane *pane,
                        const struct columns *at, int row) {
    wn_put(pane, row, at->label, WN_HEAD, "PARAMETER");
    wn_put(pane, row, at->value, WN_HEAD, form->sweep ? "VALUE" : "RANGE");
    if (pane->columns - at->hint >= LEAST_HINT)
        wn_put(pane, row, at->hint, WN_HEAD, form->sweep ? "RANGE" : "KIND");
}

static void draw_rows(const struct wn_form *form, const struct wn_pane *pane) {
    size_t count;
    size_t *rows = wn_form_rows(form, &count);
    size_t top = top_of(form, rows, count, pane->rows);
    struct columns at = columns_of(form, pane);
    for (size_t i = top; i < count && i < top + (size_t)pane->rows; i++) {
        int row = (int)(i - top);
        if (rows[i] == WN_FORM_TITLES)
            draw_titles(form, pane, &at, row);
        else if (rows[i] == form->count)
            draw_button(form, pane, &at, row);
        else
            draw_field(form, pane, &at, row, rows[i]);
    }
    free(rows);
}

size_t wn_form_at(const struct wn_form *form, struct wn_extent extent, const struct wn_key *key) {
    size_t count, found = WN_FORM_TITLES;
    struct wn_canvas canvas = {.rows = extent.rows, .columns = extent.columns};
    struct wn_pane whole = {&canvas, 0, 0, extent.rows, extent.columns};
    struct layout layout = lay_out(&whole);
    size_t *rows = wn_form_rows(form, &count);
    int row = key->row - layout.list.top;
    size_t at = top_of(form, rows, count, layout.list.rows) + (size_t)(row > 0 ? row : 0);
    if (row >= 0 && row < layout.list.rows && key->column < layout.list.columns && at < count)
        found = rows[at];
    free(rows);
    return found;
}

// ---- what would come of it ----------------------------------------------------------------------

// Broken at blanks, further lines indented; at most `most` rows. Returns the rows used.
static int put_folded(const struct wn_pane *pane, int row, int most, enum wn_look look,
                      const char *text) {
    struct wn_str folded = {0};
    int used = 0;
    wn_text_fold(&folded, text, (struct wn_fold){.indent = 4, .width = pane->columns - 2});
    for (const char *line = wn_str_text(&folded); *line && used < most; used++) {
        size_t length = strcspn(line, "\n");
        bool last = used == most - 1; // what is left is cut there
        char *one = last ? wn_strdup(line) : wn_strndup(line, length);
        for (char *c = one; *c; c++)
            *c = *c == '\n' ? ' ' : *c;
        wn_put_span(pane,
                    (struct wn_span){.row = row + used, .column = 1, .columns = pane->columns - 2},
                    look, one);
        free(one);
        line += length + (line[length] == '\n');
    }
    wn_str_free(&folded);
    return used;
}

static void tell_trials(const struct wn_launch_plan *plan, struct wn_str *out) {
    long long declared = (long long)plan->declared, repeats = (long long)plan->repeats;
    if (!declared)
        wn_str_add(out, plan->most_seconds > 0 ? "as many trials as there is time for"
                                               : "trials without end: give trials or time");
    else if (repeats > 1)
        wn_str_addf(out, "%lld trials: %lld repeats of %lld configurations", declared, repeats,
                    declared / repeats);
    else
        wn_str_addf(out, "%lld trial%s", declared, declared == 1 ? "" : "s");
    if (plan->configurations && (long long)plan->configurations * repeats > declared)
        wn_str_addf(out, " of %llu configurations", (unsigned long long)plan->configurations);
    wn_str_addf(out, ", %lld at once", (long long)plan->parallel);
}

static void tell_aim(const struct wn_launch_plan *plan, struct wn_str *out) {
    char text[32];
    wn_str_addf(out, "%s %s by %s", plan->maximize ? "maximize" : "minimize", plan->objective,
                plan->method);
    if (plan->most_seconds > 0) {
        wn_duration_text(plan->most_seconds, text, sizeof text);
        wn_str_addf(out, ", nothing new after %s", text);
    }
    if (plan->estimate > 0) {
        wn_duration_text(plan->estimate, text, sizeof text);
        wn_str_addf(out, ", about %s as %s went", text, plan->like);
    }
}

// One kind of them, as many as there are rows for.
static int put_mistakes(const struct wn_diags *diags, const struct wn_pane *pane, int row, int most,
                        enum wn_severity severity) {
    int used = 0;
    for (size_t i = 0; i < diags->count && used < most; i++) {
        const struct wn_diag *diag = &diags->items[i];
        struct wn_str text = {0};
        if (diag->severity != severity)
            continue;
        if (diag->line)
            wn_str_addf(&text, "%s:%d:%d: ", diags->file, diag->line, diag->column);
        wn_str_addf(&text, "%s%s%s", diag->path, *diag->path ? ": " : "", diag->text);
        used += put_folded(pane, row + used, most - used, severity == WN_ERROR ? WN_BAD : WN_WARN,
                           wn_str_text(&text));
        wn_str_free(&text);
    }
    return used;
}

static int put_plan(const struct wn_launch_query *model, const struct wn_pane *pane, int row,
                    int most) {
    const struct wn_launch_plan *plan = &model->plan;
    struct wn_str text = {0};
    int used = 0;
    if (plan->twin)
        wn_str_addf(&text, "%s %s and has this very spec", plan->twin,
                    plan->twin_runs ? "is running" : "is not finished");
    if (plan->twin && most > 0)
        used += put_folded(pane, row, 1, WN_WARN, wn_str_text(&text));
    wn_str_clear(&text);
    tell_trials(plan, &text);
    if (used < most)
        used += put_folded(pane, row + used, 1,
                           plan->declared || plan->most_seconds > 0 ? WN_PLAIN : WN_WARN,
                           wn_str_text(&text));
    wn_str_clear(&text);
    tell_aim(plan, &text);
    if (used < most)
        used += put_folded(pane, row + used, most - used, WN_DIM, wn_str_text(&text));
    wn_str_free(&text);
    return used + put_mistakes(&model->diags, pane, row + used, most - used, WN_WARNING);
}

static int put_again(const struct wn_launch_query *model, const struct wn_pane *pane, int row,
                     int most) {
    const char *text = model->sweep_runs
                           ? "it runs as soon as a slot is free"
                           : "no runner works on the sweep: it waits until that is resumed";
    return put_folded(pane, row, most, WN_PLAIN, text);
}

static int put_state(const struct wn_form *form, const struct wn_pane *pane, int row, int most) {
    const struct wn_launch_query *model = form->model;
    if (form->said)
        return put_folded(pane, row, most, WN_BAD, form->said);
    if (!model)
        return 0;
    if (model->sweep)
        return put_again(model, pane, row, most);
    const struct wn_launch_field *field =
        form->focus < form->count ? &form->fields[form->focus] : NULL;
    if (form->typing && field && wn_form_mistake(form, field)) // it is not at its end yet
        return put_folded(pane, row, most, WN_DIM, wn_field_help(field));
    if (model->plan.good)
        return put_plan(model, pane, row, most);
    int used = put_mistakes(&model->diags, pane, row, most, WN_ERROR);
    if (used == 0)
        used = put_folded(pane, row, most, WN_DIM,
                          "give a command, its metric, and a range for each parameter");
    return used;
}

static int put_line(const struct wn_form *form, const struct wn_pane *pane, int row, int most) {
    struct wn_words words = wn_form_words(form, form->sweep ? "enqueue" : "run");
    char *line = wn_tui_command_line(wn_words_list(&words));
    char *shown = wn_format("$ %s", line);
    int used = put_folded(pane, row, most, WN_DIM, shown);
    free(shown);
    free(line);
    wn_words_free(&words);
    return used;
}

static void draw_foot(const struct wn_form *form, const struct wn_pane *pane) {
    int row = pane->rows > 2;
    if (row)
        wn_put_rule(pane, 0);
    int room = pane->rows - row, line = room > 4 ? 3 : 1;
    row += put_state(form, pane, row, room - line);
    put_line(form, pane, row, pane->rows - row);
}

// ---- the file, where there is room --------------------------------------------------------------

static bool is_wrong(const struct wn_diags *diags, int line) {
    for (size_t i = 0; i < diags->count; i++)
        if (diags->items[i].severity == WN_ERROR && diags->items[i].line == line)
            return true;
    return false;
}

static int first_mistake(const struct wn_diags *diags) {
    for (size_t i = 0; i < diags->count; i++)
        if (diags->items[i].severity == WN_ERROR && diags->items[i].line)
            return diags->items[i].line;
    return 0;
}

static void draw_source(const struct wn_launch_query *model, const struct wn_pane *pane, int row) {
    int shown = pane->rows - row, wrong = first_mistake(&model->diags);
    int skipped = wrong > shown - 2 ? wrong - shown / 2 : 0, number = 0;
    for (const char *line = model->source; *line && row < pane->rows;) {
        size_t length = strcspn(line, "\n");
        if (++number > skipped) {
            char *one = wn_strndup(line, length);
            bool bad = is_wrong(&model->diags, number);
            wn_putf(pane, row, 1, bad ? WN_BAD : WN_DIM, "%4d%s", number, bad ? "!" : " ");
            wn_put_span(pane,
                        (struct wn_span){.row = row, .column = 7, .columns = pane->columns - 8},
                        bad ? WN_BAD : WN_PLAIN, one);
            free(one);
            row++;
        }
        line += length + (line[length] == '\n');
    }
}

static void draw_side(const struct wn_form *form, const struct wn_pane *pane) {
    const struct wn_launch_query *model = form->model;
    for (int row = 0; row < pane->rows; row++)
        wn_put_glyph(pane, row, 0, WN_DIM, wn_glyph(pane->canvas, WN_GLYPH_BAR));
    struct wn_pane inner = wn_pane_part(pane, 0, 1, pane->rows, pane->columns - 1);
    int row = put_state(form, &inner, 0, 8) + 1;
    row += put_line(form, &inner, row, 8) + 1;
    if (!model || !model->source || !model->file)
        return;
    wn_put_span(
        &inner,
        (struct wn_span){.row = row, .column = 1, .columns = inner.columns - 2, .align = WN_MIDDLE},
        WN_HEAD, model->file);
    draw_source(model, &inner, row + 1);
}

// ---- the whole ----------------------------------------------------------------------------------

static void draw_title(const struct wn_form *form, const struct wn_pane *pane, bool loading) {
    const struct wn_launch_query *model = form->model;
    if (form->sweep)
        wn_putf(pane, 0, 1, WN_HEAD, "%s %s trial %lld again",
                model && model->sweep_name ? model->sweep_name : "",
                wn_glyph(pane->canvas, WN_GLYPH_ARROW), (long long)form->trial);
    else
        wn_put(pane, 0, 1, WN_HEAD, "New sweep");
    struct wn_span right = {
        .column = pane->columns / 2, .columns = pane->columns / 2 - 1, .align = WN_RIGHT};
    char *text = NULL;
    if (loading)
        text = wn_strdup("reading");
    else if (model && !form->sweep)
        text = wn_format("%zu spec file%s found", model->file_count,
                         model->file_count == 1 ? "" : "s");
    if (text)
        wn_put_span(pane, right, WN_DIM, text);
    free(text);
}

void wn_form_draw(const struct wn_form *form, const struct wn_view *view) {
    struct layout layout = lay_out(&view->pane);
    if (layout.title.rows > 0)
        draw_title(form, &layout.title, view->loading && !form->model);
    draw_rows(form, &layout.list);
    if (layout.wide)
        draw_side(form, &layout.rest);
    else
        draw_foot(form, &layout.rest);
}
