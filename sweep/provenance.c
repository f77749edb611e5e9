// SPDX-License-Identifier: GPL-3.0-or-later
// Provenance from git, the password database and the host name.
#include "sweep/provenance.h"

#include <fcntl.h>
#include <pwd.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/base/str.h"

static bool spawn_quietly(char *const argv[], int output, pid_t *pid) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    int failed = posix_spawnp(pid, argv[0], &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    return failed == 0;
}

// What a command prints, without the last newline; NULL where it cannot be run or fails. The caller
// frees.
static char *output_of(char *const argv[]) {
    int ends[2], status = -1;
    pid_t pid;
    if (pipe2(ends, O_CLOEXEC) != 0)
        return NULL;
    bool started = spawn_quietly(argv, ends[1], &pid);
    close(ends[1]);
    struct wn_str text = {0};
    char piece[4096];
    ssize_t got;
    while (started && (got = read(ends[0], piece, sizeof piece)) > 0)
        wn_str_add_bytes(&text, piece, (size_t)got);
    close(ends[0]);
    if (!started || waitpid(pid, &status, 0) != pid || status != 0) {
        wn_str_free(&text);
        return NULL;
    }
    if (text.length && text.text[text.length - 1] == '\n')
        text.text[--text.length] = '\0';
    return wn_str_take(&text);
}

static void read_git(struct wn_provenance *provenance) {
    char *head[] = {(char[]){"git"}, (char[]){"rev-parse"}, (char[]){"--verify"}, (char[]){"HEAD"},
                    NULL};
    char *status[] = {(char[]){"git"},         (char[]){"--no-optional-locks"},  (char[]){"status"},
                      (char[]){"--porcelain"}, (char[]){"--untracked-files=no"}, NULL};
    provenance->git_commit = output_of(head);
    if (!provenance->git_commit)
        return;
    char *changes = output_of(status);
    provenance->git_dirty = changes && changes[0];
    free(changes);
}

char *wn_provenance_host(void) {
    char host[256] = "";
    bool known = gethostname(host, sizeof host - 1) == 0 && host[0];
    return wn_strdup(known ? host : "unknown");
}

void wn_provenance_read(struct wn_provenance *provenance) {
    *provenance = (struct wn_provenance){0};
    read_git(provenance);
    struct passwd entry, *found = NULL;
    char names[4096];
    if (getpwuid_r(getuid(), &entry, names, sizeof names, &found) != 0)
        found = NULL;
    provenance->user = found ? wn_strdup(entry.pw_name) : wn_format("uid %u", (unsigned)getuid());
    provenance->host = wn_provenance_host();
}

void wn_provenance_clear(struct wn_provenance *provenance) {
    free(provenance->git_commit);
    free(provenance->user);
    free(provenance->host);
    *provenance = (struct wn_provenance){0};
}
