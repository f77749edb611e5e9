// SPDX-License-Identifier: GPL-3.0-or-later
// winnow ask-tell: the optimiser alone, for programs that run their trials themselves.
#include <stdio.h>
#include <stdlib.h>

#include "cli/asktell.h"
#include "cli/common.h"
#include "cli/spec_args.h"

// A longer line is answered by an error; what one message holds fits many times.
enum { LINE_MAX_BYTES = 8 << 20 };

enum line { LINE_READ, LINE_TOO_LONG, LINE_NONE };

static enum line read_line(FILE *in, struct wn_str *line) {
    enum line kind = LINE_READ;
    int c;
    wn_str_clear(line);
    while ((c = getc_unlocked(in)) != EOF && c != '\n') {
        if (line->length < LINE_MAX_BYTES)
            wn_str_add_char(line, (char)c);
        else
            kind = LINE_TOO_LONG;
    }
    return c == EOF && line->length == 0 ? LINE_NONE : kind;
}

static void converse(struct wn_asktell *session, struct wn_output *out) {
    struct wn_str line = {0}, answer = {0};
    enum line kind;
    while (!out->error && (kind = read_line(stdin, &line)) != LINE_NONE) {
        if (kind == LINE_TOO_LONG) {
            wn_str_clear(&answer);
            wn_str_add(&answer, "{\"error\":\"a line must be shorter than 8 MiB\"}");
        } else {
            wn_asktell_line(session, wn_str_text(&line), line.length, &answer);
        }
        wn_print_bytes(out, answer.text, answer.length);
        wn_print(out, "\n");
        wn_print_flush(out);
    }
    wn_str_free(&line);
    wn_str_free(&answer);
}

static enum wn_status run(struct wn_invocation *invocation, struct wn_err *err) {
    struct wn_spec *spec;
    struct wn_asktell *session;
    enum wn_status status = wn_spec_from_file(invocation->operands[0], &spec, err);
    if (status != WN_OK)
        return status;
    uint64_t seed = (uint64_t)wn_args_integer(invocation, "seed", (int64_t)spec->seed);
    status = wn_asktell_new(spec, seed, &session, err);
    if (status == WN_OK) {
        converse(session, &invocation->out);
        wn_asktell_free(session);
    }
    wn_spec_free(spec);
    return status;
}

static const struct wn_option options[] = {
    {
        .name = "seed",
        .type = WN_OPTION_NATURAL,
        .value = "N",
        .fallback = "the spec's, else 0",
        .help = "the same seed and the same answers give the same proposals",
    },
    {0},
};

static const struct wn_example examples[] = {
    {"echo '{\"op\":\"ask\",\"n\":3}' | winnow ask-tell sweep.yaml --seed 1",
     "three configurations"},
    {0},
};

const struct wn_command wn_command_ask_tell = {
    .name = "ask-tell",
    .talks = "it talks over its standard input",
    .summary = "the optimiser alone: JSON lines on stdin and stdout",
    .also = "ask tell asktell suggest",
    .options = {options},
    .operands = {{.name = "SPEC", .kind = WN_OPERAND_FILE}},
    .description =
        "Answers each JSON object on a line of standard input by one on standard output, until "
        "the input ends. Nothing is run and nothing is stored.\n\n"
        "{\"op\":\"ask\",\"n\":1} is answered by "
        "{\"trials\":[{\"id\":0,\"params\":{...}}]}, with \"exhausted\":true once a finite space "
        "has no more. {\"op\":\"tell\",\"id\":0,\"metrics\":{\"loss\":0.3}} is answered by "
        "{\"ok\":true}; \"status\":\"failed\" tells of a failure. With \"step\":N and without a "
        "status it is an intermediate report, answered by {\"ok\":true,\"stop\":false}. "
        "{\"op\":\"best\"} asks for the best trial so far. A line that makes no sense is answered "
        "by {\"error\":\"...\"}, and the session goes on.",
    .examples = examples,
    .run = run,
};
