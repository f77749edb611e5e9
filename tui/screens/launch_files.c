// SPDX-License-Identifier: GPL-3.0-or-later
// Spec files are told by what stands at the beginning of their lines, so that one with mistakes is
// found as well: its mistakes are what the form is to show. The search is bounded in depth, in
// entries and in bytes, whatever the working directory holds.
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "tui/screens/launch.h"

#define DEEPEST 4          // folders below the working directory
#define MOST_ENTRIES 20000 // looked at
#define MOST_FILES 100
#define LARGEST (256 << 10) // bytes of a file; a spec of more is named by hand

struct search {
    struct wn_launch_query *query;
    int entries;
};

// ---- what is one --------------------------------------------------------------------------------

static bool has_ending(const char *name) {
    static const char *const endings[] = {".yaml", ".yml", ".json"};
    const char *dot = strrchr(name, '.');
    for (size_t i = 0; dot && i < sizeof endings / sizeof *endings; i++)
        if (strcmp(dot, endings[i]) == 0)
            return true;
    return false;
}

// `key` as a key of the outermost mapping: at the beginning of a line, or quoted in JSON.
static bool has_key(const char *text, const char *key) {
    size_t length = strlen(key);
    for (const char *at = text; (at = strstr(at, key)) != NULL; at += length) {
        bool bare = (at == text || at[-1] == '\n') && at[length] == ':';
        bool quoted = at > text && at[-1] == '"' && at[length] == '"';
        if (bare || quoted)
            return true;
    }
    return false;
}

static bool reads_as_spec(const char *text) {
    return has_key(text, "parameters") &&
           (has_key(text, "method") || has_key(text, "metric") || has_key(text, "metrics") ||
            has_key(text, "command") || has_key(text, "program"));
}

static bool is_spec(const char *path) {
    struct stat found;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    bool good = fd >= 0 && fstat(fd, &found) == 0 && S_ISREG(found.st_mode) && found.st_size > 0 &&
                found.st_size <= LARGEST;
    if (good) {
        char *text = wn_malloc((size_t)found.st_size + 1);
        ssize_t got = read(fd, text, (size_t)found.st_size);
        text[got > 0 ? got : 0] = '\0';
        good = reads_as_spec(text);
        free(text);
    }
    if (fd >= 0)
        close(fd);
    return good;
}

// ---- the search ---------------------------------------------------------------------------------

static struct wn_launch_file *find(struct wn_launch_query *query, const char *path) {
    for (size_t i = 0; i < query->file_count; i++)
        if (strcmp(query->files[i].path, path) == 0)
            return &query->files[i];
    return NULL;
}

static void add(struct wn_launch_query *query, const char *path, const char *used) {
    if (query->file_count >= MOST_FILES || find(query, path))
        return;
    struct wn_launch_file *file = WN_PUSH(query->files, query->file_count, query->file_capacity);
    file->path = wn_strdup(path);
    file->used = used ? wn_strdup(used) : NULL;
}

static bool is_skipped(const char *name) {
    static const char *const names[] = {"node_modules", "__pycache__", "venv", "site-packages"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return name[0] == '.';
}

static void look_into(struct search *search, const char *folder, int depth);

static void look_at(struct search *search, const char *path, const struct dirent *entry,
                    int depth) {
    struct stat found;
    bool is_folder = entry->d_type == DT_DIR;
    if (entry->d_type == DT_UNKNOWN) // some file systems do not tell
        is_folder = lstat(path, &found) == 0 && S_ISDIR(found.st_mode);
    if (is_folder && depth < DEEPEST)
        look_into(search, path, depth + 1);
    else if (!is_folder && has_ending(entry->d_name) && is_spec(path))
        add(search->query, path, NULL);
}

static int by_name(const struct dirent **a, const struct dirent **b) {
    return strcmp((*a)->d_name, (*b)->d_name);
}

// Files of a folder come before those of the folders in it, as they are nearer.
static void look_into(struct search *search, const char *folder, int depth) {
    struct dirent **entries;
    int count = scandir(*folder ? folder : ".", &entries, NULL, by_name);
    for (int folders = 0; folders < 2; folders++)
        for (int i = 0; i < count && search->entries < MOST_ENTRIES; i++) {
            if (is_skipped(entries[i]->d_name) || (entries[i]->d_type == DT_DIR) != folders)
                continue;
            search->entries++;
            char *path = *folder ? wn_format("%s/%s", folder, entries[i]->d_name)
                                 : wn_strdup(entries[i]->d_name);
            look_at(search, path, entries[i], depth);
            free(path);
        }
    for (int i = 0; i < count; i++)
        free(entries[i]);
    if (count >= 0)
        free(entries);
}

// ---- files of sweeps ----------------------------------------------------------------------------

// From the working directory where it lies below that; NULL: it is gone.
static char *seen_from(const char *cwd, const char *folder, const char *file) {
    char real[PATH_MAX];
    char *path = *file == '/' ? wn_strdup(file) : wn_format("%s/%s", folder, file);
    bool there = realpath(path, real) != NULL && access(real, R_OK) == 0;
    size_t length = strlen(cwd);
    free(path);
    if (!there)
        return NULL;
    bool below = strncmp(real, cwd, length) == 0 && real[length] == '/';
    return wn_strdup(below ? real + length + 1 : real);
}

struct recent {
    struct wn_launch_query *query;
    char cwd[PATH_MAX];
};

static bool add_recent(void *context, const struct wn_sweep_row *row) {
    struct recent *recent = context;
    if (!row->spec_file || strcmp(row->spec_file, "-") == 0)
        return true;
    char *path = seen_from(recent->cwd, row->cwd ? row->cwd : recent->cwd, row->spec_file);
    if (path)
        add(recent->query, path, row->name);
    free(path);
    return recent->query->file_count < MOST_FILES / 2;
}

void wn_launch_find_files(struct wn_store *store, struct wn_launch_query *query) {
    struct recent recent = {.query = query};
    struct search search = {.query = query};
    struct wn_err err;
    if (store && getcwd(recent.cwd, sizeof recent.cwd))
        wn_store_each_sweep(store, add_recent, &recent, &err);
    look_into(&search, "", 0);
}
