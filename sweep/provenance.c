// SPDX-License-Identifier: GPL-3.0-or-later
// Provenance from git, the password database and the host name. Git is asked three things at once:
// a start of git costs some milliseconds, and `winnow run` is not to be slowed.
#include "sweep/provenance.h"

#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/value.h"

static const double patience = 5; // seconds

// ---- questions ----------------------------------------------------------------------------------

struct question { // a git that runs, and what it has printed
    pid_t pid;    // 0: it could not be started
    int output;
    size_t limit; // bytes that are wanted
    struct wn_str answer;
    bool cut; // there was more
};

static bool start_git(const char *cwd, const char *const *rest, int output, pid_t *pid) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    char *words[16] = {wn_strdup("git"), wn_strdup("-C"), wn_strdup(cwd)};
    for (size_t i = 0; rest[i]; i++)
        words[i + 3] = wn_strdup(rest[i]);
    int failed = posix_spawnp(pid, words[0], &actions, NULL, words, environ);
    for (size_t i = 0; words[i]; i++)
        free(words[i]);
    posix_spawn_file_actions_destroy(&actions);
    return failed == 0;
}

static void ask(struct question *question, const char *cwd, const char *const *rest, size_t limit) {
    int ends[2];
    *question = (struct question){.output = -1, .limit = limit};
    if (pipe2(ends, O_CLOEXEC) != 0)
        return;
    if (!start_git(cwd, rest, ends[1], &question->pid))
        question->pid = 0;
    close(ends[1]);
    question->output = ends[0];
}

static void stop_reading(struct question *question) {
    close(question->output);
    question->output = -1;
}

static void read_some(struct question *question) {
    char piece[16384];
    ssize_t got = read(question->output, piece, sizeof piece);
    if (got > 0)
        wn_str_add_bytes(&question->answer, piece, (size_t)got);
    question->cut = question->answer.length > question->limit;
    if (got <= 0 || question->cut)
        stop_reading(question);
}

// Reads all of them until they end or `deadline` is there.
static void listen(struct question *questions, size_t count, double deadline) {
    struct pollfd waits[4];
    for (;;) {
        nfds_t open = 0;
        double left = deadline - wn_monotonic();
        for (size_t i = 0; i < count; i++) {
            waits[i] = (struct pollfd){.fd = questions[i].output, .events = POLLIN};
            open += questions[i].output >= 0;
        }
        if (!open || left <= 0 || poll(waits, count, (int)ceil(left * 1000)) <= 0)
            return;
        for (size_t i = 0; i < count; i++)
            if (waits[i].revents)
                read_some(&questions[i]);
    }
}

// What it printed, without the last newline; NULL where it failed or was silent. The caller frees.
static char *take_answer(struct question *question) {
    int status = -1;
    bool late = question->output >= 0;
    if (late)
        stop_reading(question);
    if (question->pid && (late || question->cut))
        kill(question->pid, SIGKILL); // ours, and not waited for yet
    bool ended = question->pid && waitpid(question->pid, &status, 0) == question->pid;
    struct wn_str *answer = &question->answer;
    if (!ended || late || (status != 0 && !question->cut) || !answer->length) {
        wn_str_free(answer);
        return NULL;
    }
    size_t length = question->cut ? question->limit : answer->length;
    while (question->cut && length && answer->text[length - 1] != '\n')
        length--;
    answer->text[answer->length = length] = '\0';
    if (length && answer->text[length - 1] == '\n')
        answer->text[--answer->length] = '\0';
    if (question->cut)
        wn_str_addf(answer, "\n# and more: over %zu KiB are not kept", question->limit >> 10);
    return wn_str_take(answer);
}

// ---- the code -----------------------------------------------------------------------------------

// Text that is no UTF-8 is taken for Latin-1, which any text is.
static char *to_utf8(char *text) {
    if (!text || wn_is_utf8(text))
        return text;
    struct wn_str out = {0};
    for (const char *at = text; *at; at++) {
        unsigned char byte = (unsigned char)*at;
        if (byte >= 0x80)
            wn_str_add_char(&out, (char)(0xc0 | byte >> 6));
        wn_str_add_char(&out, (char)(byte < 0x80 ? byte : 0x80 | (byte & 0x3f)));
    }
    free(text);
    return wn_str_take(&out);
}

void wn_code_read(const char *cwd, struct wn_code *code) {
    enum { MANY = 1 << 20, SOME = 1 << 16 };
    static const char *const head[] = {"rev-parse", "--verify", "HEAD", NULL};
    static const char *const diff[] = {
        "--no-optional-locks", "diff",         "--no-ext-diff", "--no-textconv",
        "--no-color",          "--no-renames", "HEAD",          NULL};
    static const char *const others[] = {"ls-files",           "--others",          "--directory",
                                         "--exclude-standard", "--exclude=.winnow", NULL};
    struct question questions[3];
    ask(&questions[0], cwd, head, SOME);
    ask(&questions[1], cwd, diff, MANY);
    ask(&questions[2], cwd, others, SOME);
    listen(questions, 3, wn_monotonic() + patience);
    code->commit = take_answer(&questions[0]);
    code->patch = to_utf8(take_answer(&questions[1]));
    code->untracked = to_utf8(take_answer(&questions[2]));
}

void wn_code_clear(struct wn_code *code) {
    free(code->commit);
    free(code->patch);
    free(code->untracked);
    *code = (struct wn_code){0};
}

// ---- who and where ------------------------------------------------------------------------------

char *wn_provenance_host(void) {
    char host[256] = "";
    bool known = gethostname(host, sizeof host - 1) == 0 && host[0];
    return wn_strdup(known ? host : "unknown");
}

char *wn_provenance_user(void) {
    struct passwd entry, *found = NULL;
    char names[4096];
    if (getpwuid_r(getuid(), &entry, names, sizeof names, &found) != 0)
        found = NULL;
    return found ? wn_strdup(entry.pw_name) : wn_format("uid %u", (unsigned)getuid());
}
