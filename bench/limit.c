// SPDX-License-Identifier: GPL-3.0-or-later
// The physical limit of running trials: posix_spawn and waitpid, nothing read and nothing kept.
// Usage: limit TRIALS PARALLEL PROGRAM [ARGUMENT...]
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int start(char **argv, const posix_spawn_file_actions_t *files) {
    pid_t pid;
    int error = posix_spawn(&pid, argv[0], files, NULL, argv, environ);
    if (error)
        fprintf(stderr, "limit: cannot start %s: %s\n", argv[0], strerror(error));
    return error;
}

int main(int argc, char **argv) {
    if (argc < 4) {
        fprintf(stderr, "usage: limit TRIALS PARALLEL PROGRAM [ARGUMENT...]\n");
        return 2;
    }
    long left = atol(argv[1]), slots = atol(argv[2]), live = 0;
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    while (left || live) {
        for (; left && live < slots; left--, live++)
            if (start(argv + 3, &files) != 0)
                return 3;
        int status;
        if (wait(&status) < 0 || status != 0)
            return 1;
        live--;
    }
    posix_spawn_file_actions_destroy(&files);
    return 0;
}
