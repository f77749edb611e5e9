// SPDX-License-Identifier: GPL-3.0-or-later
// Looking at the file that was meant: whether it is there, may be executed, and what runs its kind.
#include "sweep/starthint.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/base/str.h"

static const char *interpreter_of(const char *program) {
    static const struct {
        const char *ending, *interpreter;
    } known[] = {{".py", "python3"}, {".sh", "sh"}, {".R", "Rscript"}};
    const char *ending = strrchr(program, '.');
    for (size_t i = 0; ending && i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i].ending, ending) == 0)
            return known[i].interpreter;
    return NULL;
}

// A name without a slash is looked for in PATH, and the folder is not in it.
static char *hint_of_bare_name(const char *program, const char *interpreter, bool executable) {
    if (executable && interpreter)
        return wn_format("did you mean ./%s or %s %s?", program, interpreter, program);
    if (executable)
        return wn_format("did you mean ./%s?", program);
    if (interpreter)
        return wn_format("did you mean %s %s?", interpreter, program);
    return wn_format("did you mean ./%s? It takes chmod +x %s first", program, program);
}

static char *hint_of_path(const char *program, const char *interpreter, bool executable,
                          int error) {
    if (executable)
        return error == ENOENT
                   ? wn_strdup("it is there, but what its first line names to run it is not")
                   : NULL;
    if (interpreter)
        return wn_format("it is not executable: write %s %s, or chmod +x it", interpreter, program);
    return wn_format("it is not executable: chmod +x %s", program);
}

char *wn_start_hint(const char *cwd, const char *program, int error) {
    struct stat about;
    if (error != ENOENT && error != EACCES)
        return NULL;
    char *path = *program == '/' ? wn_strdup(program) : wn_format("%s/%s", cwd, program);
    bool there = stat(path, &about) == 0, executable = access(path, X_OK) == 0;
    free(path);
    if (!there || !S_ISREG(about.st_mode))
        return NULL;
    const char *interpreter = interpreter_of(program);
    return strchr(program, '/') ? hint_of_path(program, interpreter, executable, error)
                                : hint_of_bare_name(program, interpreter, executable);
}
