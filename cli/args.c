// SPDX-License-Identifier: GPL-3.0-or-later
// The one parser of the command line: --name VALUE, --name=VALUE, -n VALUE, -nVALUE, bundled flags,
// "--". Options and operands may be mixed; an option before the command's name is a global one.
#include "cli/args.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/str.h"

struct words {
    char *const *items;
    int count, next;
};

// ---- options and their values -------------------------------------------------------------------

static const struct wn_option *option_at(const struct wn_command *command, size_t index) {
    size_t own = 0;
    while (command && wn_command_option(command, own))
        own++;
    if (index < own)
        return wn_command_option(command, index);
    const struct wn_option *global = &wn_global_options[0];
    for (size_t i = own; global->name && i < index; i++)
        global++;
    return global->name ? global : NULL;
}

static const struct wn_option *find_long(const struct wn_command *command, const char *name,
                                         size_t length) {
    const struct wn_option *option;
    for (size_t i = 0; (option = option_at(command, i)); i++)
        if (strlen(option->name) == length && strncmp(option->name, name, length) == 0)
            return option;
    return NULL;
}

static const struct wn_option *find_letter(const struct wn_command *command, char letter) {
    const struct wn_option *option;
    for (size_t i = 0; (option = option_at(command, i)); i++)
        if (option->letter == letter)
            return option;
    return NULL;
}

static const char *closest_option(const struct wn_command *command, const char *name) {
    const char *names[64];
    size_t count = 0;
    const struct wn_option *option;
    while (count < sizeof names / sizeof *names && (option = option_at(command, count)))
        names[count++] = option->name;
    return wn_closest(name, names, count);
}

static enum wn_status unknown_option(const struct wn_command *command, const char *shown,
                                     const char *name, struct wn_err *err) {
    const char *close = name ? closest_option(command, name) : NULL;
    char *hint = close ? wn_format(" (did you mean --%s?)", close) : wn_strdup("");
    if (command)
        wn_fail(err, WN_BAD_INPUT, "%s has no option %s%s; see winnow %s --help", command->name,
                shown, hint, command->name);
    else
        wn_fail(err, WN_BAD_INPUT,
                "there is no option %s%s; options of a command come after its name, see "
                "winnow --help",
                shown, hint);
    free(hint);
    return WN_BAD_INPUT;
}

static bool is_choice(const char *choices, const char *text) {
    size_t length = strlen(text);
    for (const char *at = choices; at; at = strchr(at, '|') ? strchr(at, '|') + 1 : NULL)
        if (length == strcspn(at, "|") && strncmp(at, text, length) == 0)
            return true;
    return false;
}

static enum wn_status check_value(struct wn_given *given, struct wn_err *err) {
    const struct wn_option *option = given->option;
    if (option->type == WN_OPTION_CHOICE && !is_choice(option->choices, given->text))
        return wn_fail(err, WN_BAD_INPUT, "--%s must be one of %s (found %s)", option->name,
                       option->choices, given->text);
    if (option->type != WN_OPTION_NATURAL && option->type != WN_OPTION_COUNT)
        return WN_OK;
    int64_t least = option->type == WN_OPTION_COUNT;
    char *end;
    errno = 0;
    given->integer = strtoll(given->text, &end, 10);
    if (errno || end == given->text || *end || given->integer < least)
        return wn_fail(err, WN_BAD_INPUT, "--%s must be a whole number, %d or more (found %s)",
                       option->name, (int)least, *given->text ? given->text : "nothing");
    return WN_OK;
}

// `attached` is the value written in the same word, or NULL: then the next word is it.
static enum wn_status take_option(struct wn_invocation *invocation, struct words *words,
                                  const struct wn_option *option, const char *attached,
                                  struct wn_err *err) {
    struct wn_given given = {.option = option, .text = attached};
    if (option->type == WN_OPTION_FLAG && attached)
        return wn_fail(err, WN_BAD_INPUT, "--%s takes no value (found %s)", option->name, attached);
    if (option->type != WN_OPTION_FLAG) {
        if (!attached && words->next >= words->count)
            return wn_fail(err, WN_BAD_INPUT, "--%s needs a value: --%s %s", option->name,
                           option->name, option->value);
        if (!attached)
            given.text = words->items[words->next++];
        if (option->type == WN_OPTION_FILE && !*given.text)
            return wn_fail(err, WN_BAD_INPUT, "--%s needs a value (found nothing)", option->name);
        if (check_value(&given, err) != WN_OK)
            return WN_BAD_INPUT;
    }
    *WN_PUSH(invocation->given, invocation->given_count, invocation->given_capacity) = given;
    return WN_OK;
}

static enum wn_status take_long(struct wn_invocation *invocation, struct words *words,
                                const char *word, struct wn_err *err) {
    const char *name = word + 2, *equals = strchr(name, '=');
    size_t length = equals ? (size_t)(equals - name) : strlen(name);
    const struct wn_option *option = find_long(invocation->command, name, length);
    if (option)
        return take_option(invocation, words, option, equals ? equals + 1 : NULL, err);
    char *bare = wn_strndup(name, length), *shown = wn_format("--%s", bare);
    unknown_option(invocation->command, shown, bare, err);
    free(bare);
    free(shown);
    return WN_BAD_INPUT;
}

static enum wn_status take_letters(struct wn_invocation *invocation, struct words *words,
                                   const char *word, struct wn_err *err) {
    for (const char *letter = word + 1; *letter; letter++) {
        const struct wn_option *option = find_letter(invocation->command, *letter);
        if (!option)
            return unknown_option(invocation->command, word, word[2] ? word + 1 : NULL, err);
        bool flag = option->type == WN_OPTION_FLAG;
        const char *attached = !flag && letter[1] ? letter + 1 : NULL;
        enum wn_status status = take_option(invocation, words, option, attached, err);
        if (status != WN_OK || !flag)
            return status;
    }
    return WN_OK;
}

// ---- the command and its operands ---------------------------------------------------------------

static enum wn_status take_command(struct wn_invocation *invocation, const char *word,
                                   struct wn_err *err) {
    invocation->command = wn_command_find(word);
    if (invocation->command)
        return WN_OK;
    const char *close = wn_command_closest(word);
    if (close)
        return wn_fail(err, WN_BAD_INPUT, "there is no command %s (did you mean %s?)", word, close);
    return wn_fail(err, WN_BAD_INPUT, "there is no command %s; winnow --help lists them",
                   *word ? word : "''");
}

static size_t most_operands(const struct wn_command *command) {
    size_t count = 0;
    while (command->operands[count].name)
        count++;
    return count;
}

static enum wn_status take_operand(struct wn_invocation *invocation, const char *word,
                                   struct wn_err *err) {
    if (!invocation->command)
        return take_command(invocation, word, err);
    const struct wn_command *command = invocation->command;
    if (invocation->many_count || command->operands[invocation->operand_count].many)
        *WN_PUSH(invocation->many, invocation->many_count, invocation->many_capacity) = word;
    if (invocation->many_count > 1)
        return WN_OK;
    if (invocation->operand_count == most_operands(command)) {
        struct wn_str usage = {0};
        wn_command_usage(command, &usage);
        wn_fail(err, WN_BAD_INPUT, "%s is one word too many%s; usage: %s", word,
                command->takes_words ? " (what the trials run comes after --)" : "", usage.text);
        wn_str_free(&usage);
        return WN_BAD_INPUT;
    }
    const char *name = invocation->command->operands[invocation->operand_count].name;
    if (!*word)
        return wn_fail(err, WN_BAD_INPUT, "%s is empty", name);
    invocation->operands[invocation->operand_count++] = word;
    return WN_OK;
}

static enum wn_status take_rest(struct wn_invocation *invocation, struct words *words,
                                struct wn_err *err) {
    if (invocation->command && invocation->command->takes_words) {
        invocation->words = (const char *const *)&words->items[words->next];
        invocation->word_count = (size_t)(words->count - words->next);
        words->next = words->count;
        return WN_OK;
    }
    enum wn_status status = WN_OK;
    while (words->next < words->count && status == WN_OK)
        status = take_operand(invocation, words->items[words->next++], err);
    return status;
}

static enum wn_status check_operands(const struct wn_invocation *invocation, struct wn_err *err) {
    const struct wn_command *command = invocation->command;
    if (!command)
        return WN_OK;
    const struct wn_operand *next = &command->operands[invocation->operand_count];
    if (!next->name || next->optional)
        return WN_OK;
    struct wn_str usage = {0};
    wn_command_usage(command, &usage);
    wn_fail(err, WN_BAD_INPUT, "%s is missing; usage: %s", next->name, usage.text);
    wn_str_free(&usage);
    return WN_BAD_INPUT;
}

static bool ends_reading(const struct wn_invocation *invocation) {
    return wn_args_has(invocation, "help") || wn_args_has(invocation, "version");
}

enum wn_status wn_args_parse(int argc, char *const *argv, struct wn_invocation *invocation,
                             struct wn_err *err) {
    struct words words = {.items = argv, .count = argc, .next = 1};
    enum wn_status status = WN_OK;
    while (words.next < words.count && status == WN_OK) {
        const char *word = words.items[words.next++];
        if (strcmp(word, "--") == 0)
            status = take_rest(invocation, &words, err);
        else if (wn_starts_with(word, "--"))
            status = take_long(invocation, &words, word, err);
        else if (word[0] == '-' && word[1])
            status = take_letters(invocation, &words, word, err);
        else
            status = take_operand(invocation, word, err);
        if (status == WN_OK && ends_reading(invocation))
            return WN_OK;
    }
    return status == WN_OK ? check_operands(invocation, err) : status;
}

void wn_args_free(struct wn_invocation *invocation) {
    free(invocation->given);
    free(invocation->many);
    invocation->given = NULL;
    invocation->many = NULL;
    invocation->given_count = invocation->given_capacity = 0;
}

// ---- asking -------------------------------------------------------------------------------------

static const struct wn_given *last_given(const struct wn_invocation *invocation,
                                         const char *option) {
    assert(find_long(invocation->command, option, strlen(option)));
    for (size_t i = invocation->given_count; i > 0; i--)
        if (strcmp(invocation->given[i - 1].option->name, option) == 0)
            return &invocation->given[i - 1];
    return NULL;
}

bool wn_args_has(const struct wn_invocation *invocation, const char *option) {
    return last_given(invocation, option) != NULL;
}

const char *wn_args_text(const struct wn_invocation *invocation, const char *option,
                         const char *fallback) {
    const struct wn_given *given = last_given(invocation, option);
    return given ? given->text : fallback;
}

int64_t wn_args_integer(const struct wn_invocation *invocation, const char *option,
                        int64_t fallback) {
    const struct wn_given *given = last_given(invocation, option);
    return given ? given->integer : fallback;
}

const char **wn_args_texts(const struct wn_invocation *invocation, const char *option,
                           size_t *count) {
    const char **texts = wn_calloc(invocation->given_count + 1, sizeof *texts);
    *count = 0;
    for (size_t i = 0; i < invocation->given_count; i++)
        if (strcmp(invocation->given[i].option->name, option) == 0)
            texts[(*count)++] = invocation->given[i].text;
    return texts;
}
