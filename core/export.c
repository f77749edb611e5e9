// SPDX-License-Identifier: GPL-3.0-or-later
// The table of exporters, and the streams of points and trials.
#include "core/export.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/str.h"

#define X(id) extern const struct wn_exporter wn_exporter_##id;
#include "core/exports.def"
#undef X

static const struct wn_exporter *const exporters[] = {
#define X(id) &wn_exporter_##id,
#include "core/exports.def"
#undef X
};

const struct wn_exporter *wn_exporter_find(const char *name) {
    for (size_t i = 0; i < sizeof exporters / sizeof *exporters; i++)
        if (strcmp(exporters[i]->name, name) == 0)
            return exporters[i];
    return NULL;
}

// ---- cells --------------------------------------------------------------------------------------

void wn_csv_text(struct wn_str *out, const char *text) {
    if (!strpbrk(text, ",\"\r\n")) {
        wn_str_add(out, text);
        return;
    }
    wn_str_add_char(out, '"');
    for (; *text; text++) {
        if (*text == '"')
            wn_str_add_char(out, '"');
        wn_str_add_char(out, *text);
    }
    wn_str_add_char(out, '"');
}

void wn_csv_number(struct wn_str *out, double number) {
    char text[32];
    wn_str_add(out, isnan(number) ? "NaN" : wn_float_repr(number, text));
}

void wn_csv_value(struct wn_str *out, const struct wn_value *value) {
    struct wn_str json = {0};
    switch (value->type) {
    case WN_NULL:
        break;
    case WN_STRING:
        wn_csv_text(out, value->string.text);
        break;
    case WN_FLOAT:
        wn_csv_number(out, value->number);
        break;
    default:
        wn_value_json(&json, value, WN_JSON_COMPACT);
        wn_csv_text(out, wn_str_text(&json));
        wn_str_free(&json);
    }
}

// ---- points -------------------------------------------------------------------------------------

struct points {
    const struct wn_sink *sink;
    bool csv;
    struct wn_str piece; // reused
};

// Steps are nearly always whole, and then written without a point.
static void add_step(struct wn_str *out, double step, void (*add)(struct wn_str *, double)) {
    if (fabs(step) < 0x1p53 && step == floor(step))
        wn_str_addf(out, "%.0f", step);
    else
        add(out, step);
}

static void add_csv_point(struct wn_str *out, int64_t trial, const char *name,
                          const struct wn_point *point) {
    wn_str_addf(out, "%lld,", (long long)trial);
    add_step(out, point->step, wn_csv_number);
    wn_str_add_char(out, ',');
    wn_csv_text(out, name);
    wn_str_add_char(out, ',');
    wn_csv_number(out, point->value);
    wn_str_add_char(out, '\n');
}

static void add_json_point(struct wn_str *out, int64_t trial, const char *name,
                           const struct wn_point *point) {
    wn_str_addf(out, "{\"trial\":%lld,\"step\":", (long long)trial);
    add_step(out, point->step, wn_json_number);
    wn_str_add(out, ",\"metric\":");
    wn_json_string(out, name);
    wn_str_add(out, ",\"value\":");
    wn_json_number(out, point->value);
    wn_str_add(out, "}\n");
}

static bool write_chunk(void *context, int64_t trial, const char *name,
                        const struct wn_point *points, size_t count) {
    struct points *state = context;
    wn_str_clear(&state->piece);
    for (size_t i = 0; i < count; i++)
        (state->csv ? add_csv_point : add_json_point)(&state->piece, trial, name, &points[i]);
    return state->sink->write(state->sink->context, wn_str_text(&state->piece),
                              state->piece.length);
}

enum wn_status wn_export_points(struct wn_store *store, int64_t sweep, bool csv,
                                const struct wn_sink *sink, struct wn_err *err) {
    static const char head[] = "trial,step,metric,value\n";
    struct points state = {.sink = sink, .csv = csv};
    if (csv && !sink->write(sink->context, head, sizeof head - 1))
        return WN_OK;
    enum wn_status status = wn_store_each_chunk(store, sweep, -1, NULL, write_chunk, &state, err);
    wn_str_free(&state.piece);
    return status;
}
