// SPDX-License-Identifier: GPL-3.0-or-later
// Words are taken apart as cli/args.c does it, but nothing is a mistake: they are not complete yet.
#include "cli/typed.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/str.h"

// ---- reading ------------------------------------------------------------------------------------

static bool is_called(const struct wn_option *option, const char *word) {
    if (word[1] != '-')
        return option->letter && word[1] == option->letter;
    size_t length = strcspn(word + 2, "=");
    return strlen(option->name) == length && strncmp(option->name, word + 2, length) == 0;
}

const struct wn_option *wn_typed_option(const struct wn_command *command, const char *word) {
    const struct wn_option *option;
    if (word[0] != '-' || !word[1])
        return NULL;
    for (size_t i = 0; command && (option = wn_command_option(command, i)); i++)
        if (is_called(option, word))
            return option;
    for (option = wn_global_options; option->name; option++)
        if (is_called(option, word))
            return option;
    return NULL;
}

static bool has_value(const char *word) {
    return word[1] == '-' ? strchr(word, '=') != NULL : word[2] != '\0';
}

static void read_word(struct wn_typed *typed, const char *word) {
    const struct wn_option *option = wn_typed_option(typed->command, word);
    if (typed->awaited) {
        typed->awaited = NULL;
    } else if (strcmp(word, "--") == 0) {
        typed->rest = true;
    } else if (word[0] == '-' && word[1]) {
        if (option && option->value && !has_value(word))
            typed->awaited = option;
    } else if (!typed->command && !typed->operands) {
        typed->command = wn_command_find(word);
        typed->operands = !typed->command; // an unknown one has no operands that matter
    } else {
        typed->first = typed->operands ? typed->first : word;
        typed->operands++;
    }
}

struct wn_typed wn_typed_read(const char *const *words, size_t count) {
    struct wn_typed typed = {0};
    for (size_t i = 0; i < count && !typed.rest; i++)
        read_word(&typed, words[i]);
    return typed;
}

// ---- running beside the dashboard ---------------------------------------------------------------

bool wn_typed_only_reads(const char *name) {
    const struct wn_command *command = wn_command_find(name);
    return command && !command->writes;
}

static const struct wn_option *own_option(const struct wn_command *command, const char *name) {
    const struct wn_option *option;
    for (size_t i = 0; (option = wn_command_option(command, i)); i++)
        if (strcmp(option->name, name) == 0)
            return option;
    return NULL;
}

static bool is_given(const char *const *words, const struct wn_command *command, const char *name) {
    for (; *words && strcmp(*words, "--") != 0; words++) {
        const struct wn_option *option = wn_typed_option(command, *words);
        if (option && strcmp(option->name, name) == 0)
            return true;
    }
    return false;
}

static bool takes(const struct wn_command *command, size_t index, enum wn_operand_kind kind) {
    const struct wn_operand *operand = wn_command_operand(command, index);
    return operand && operand->kind == kind && !operand->optional;
}

static bool is_number(const char *word) {
    return *word && strspn(word, "0123456789") == strlen(word);
}

// Where a command needs a sweep and none was named, the one that is looked at is meant. That it is
// not named is plain where there is no operand, or where the first one can be none: a NAME=VALUE,
// or the number of a trial in a command that needs both.
static bool lacks_sweep(const struct wn_typed *typed) {
    const struct wn_operand *second = wn_command_operand(typed->command, 1);
    if (!takes(typed->command, 0, WN_OPERAND_SWEEP))
        return false;
    if (typed->operands == 0)
        return true;
    bool pairs = second && (second->kind == WN_OPERAND_PARAM || second->kind == WN_OPERAND_SETTING);
    if (pairs && strchr(typed->first, '='))
        return true;
    return takes(typed->command, 1, WN_OPERAND_TRIAL) && typed->operands == 1 &&
           is_number(typed->first);
}

struct list {
    char **items;
    size_t count, capacity;
};

static void add(struct list *list, const char *word) {
    *WN_PUSH(list->items, list->count, list->capacity) = wn_strdup(word);
}

static void add_subject(struct list *list, const struct wn_typed *typed,
                        const struct wn_tui_subject *subject) {
    if (!subject->sweep || !lacks_sweep(typed))
        return;
    add(list, subject->sweep);
    if (typed->operands == 0 && subject->trial >= 0 && takes(typed->command, 1, WN_OPERAND_TRIAL))
        *WN_PUSH(list->items, list->count, list->capacity) =
            wn_format("%lld", (long long)subject->trial);
}

// The sentence that says why a command is not run here, or NULL.
static const char *judge(const struct wn_command *command, const char *const *words) {
    if (command->talks)
        return command->talks;
    if (own_option(command, "follow") && is_given(words, command, "follow"))
        return "it would not end; the screen of a trial follows its log";
    return NULL;
}

char **wn_typed_adapt(const char *const *words, const struct wn_tui_subject *subject,
                      const char **refusal) {
    size_t count = 0;
    while (words[count])
        count++;
    const struct wn_typed typed = wn_typed_read(words, count);
    const struct wn_command *command = typed.command;
    bool plain = !command || is_given(words, command, "help");
    *refusal = plain ? NULL : judge(command, words);
    if (*refusal)
        return NULL;
    struct list list = {0};
    for (size_t i = 0; i < count; i++) {
        add(&list, words[i]);
        if (plain || i)
            continue;
        if (own_option(command, "detach") && !is_given(words, command, "detach"))
            add(&list, "--detach");
        add_subject(&list, &typed, subject);
    }
    (void)WN_PUSH(list.items, list.count, list.capacity);
    return list.items;
}
