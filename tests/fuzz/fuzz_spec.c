// SPDX-License-Identifier: GPL-3.0-or-later
// Hostile spec files: any text is refused with a message or becomes a spec, of which then a few
// configurations are encoded, printed, read back and made into command lines, as a run would.
// Build with clang -fsanitize=fuzzer,address,undefined.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/rng.h"
#include "core/doc.h"
#include "core/spec.h"
#include "sweep/searcher.h"
#include "sweep/session.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *no_environment(const char *name) {
    (void)name;
    return NULL;
}

static void expect(bool truth) {
    if (!truth)
        abort();
}

// As deep as it gets: values as JSON and as trees, arguments, and the unit cube there and back.
static void use(const struct wn_spec *spec, const struct wn_config *config) {
    const struct wn_space *space = spec->space;
    const struct wn_argv_context context = {.json_file = "x.json", .getenv = no_environment};
    double *unit = wn_calloc(space->count, sizeof *unit);
    struct wn_config *again = wn_config_new(space);
    struct wn_value tree = wn_space_config_value(space, config);
    struct wn_argv argv = {0};
    struct wn_err err = {0};
    wn_space_encode(space, config, unit);
    for (size_t i = 0; i < space->count; i++)
        expect(unit[i] > 0 && unit[i] < 1);
    if (wn_space_config_parse(space, &tree, again, &err) == WN_OK)
        expect(wn_space_hash(space, again) == wn_space_hash(space, config));
    else
        expect(*err.text);
    expect(wn_spec_argv(spec, config, &context, &argv, &err) == WN_OK || *err.text);
    wn_argv_free(&argv);
    wn_value_clear(&tree);
    wn_config_free(again);
    free(unit);
}

static void search(const struct wn_spec *spec) {
    enum { ASKED = 3, MOST_LEAVES = 200 };
    const struct wn_searcher_setup setup = {.spec = spec, .seed = 1};
    struct wn_diags diags = {0};
    struct wn_searcher *searcher;
    int64_t id;
    if (spec->space->constraint_count || spec->space->forbidden_count ||
        spec->space->count > MOST_LEAVES) // these take long, and fuzz_expr has the expressions
        return;
    if (wn_searcher_find(spec->method) && wn_searcher_new(&setup, &searcher, &diags) == WN_OK) {
        struct wn_config *config = wn_config_new(spec->space);
        for (int i = 0; i < ASKED && wn_searcher_ask(searcher, &id, config) == WN_ASK_OK; i++)
            use(spec, config);
        wn_config_free(config);
        wn_searcher_free(searcher);
    }
    wn_diags_free(&diags);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct wn_diags diags = {0};
    struct wn_spec *spec;
    struct wn_str text = {0};
    enum wn_status status = wn_spec_parse("f", (const char *)data, size, &spec, &diags);
    expect((status == WN_OK) == (spec != NULL) && (spec != NULL) == !diags.errors);
    wn_diags_print(&diags, &text);
    expect((text.length > 0) == (diags.count > 0));
    if (spec && wn_session_vet(spec, &diags) == WN_OK)
        search(spec);
    wn_spec_free(spec);
    wn_str_free(&text);
    wn_diags_free(&diags);
    return 0;
}
