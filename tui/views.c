// SPDX-License-Identifier: GPL-3.0-or-later
// The file is small: it is read as a whole, and a new one is put in its place.
#include "tui/views.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/base/str.h"

enum { MOST_BYTES = 1 << 20, MOST_LINES = 200 };

// ---- the file -----------------------------------------------------------------------------------

// NULL: there is none, or it is damaged.
static cJSON *read_file(const char *path, bool *damaged) {
    FILE *file = fopen(path, "re");
    *damaged = false;
    if (!file)
        return NULL;
    char *text = wn_calloc(MOST_BYTES + 1, 1);
    size_t length = fread(text, 1, MOST_BYTES + 1, file);
    cJSON *read = length <= MOST_BYTES ? cJSON_ParseWithLength(text, length) : NULL;
    fclose(file);
    free(text);
    *damaged = !cJSON_IsObject(read);
    if (!*damaged)
        return read;
    cJSON_Delete(read);
    return NULL;
}

static bool write_file(const char *path, const cJSON *root) {
    char *next = wn_format("%s.%ld", path, (long)getpid());
    char *text = cJSON_Print(root);
    FILE *file = fopen(next, "we");
    bool good = file && fputs(text, file) >= 0 && fputc('\n', file) >= 0;
    good = file && fclose(file) == 0 && good && rename(next, path) == 0;
    if (file && !good)
        unlink(next);
    free(text);
    free(next);
    return good;
}

// The part of that name, made where it is not there or something else.
static cJSON *part(cJSON *root, const char *name, bool list) {
    cJSON *found = cJSON_GetObjectItemCaseSensitive(root, name);
    if (list ? cJSON_IsArray(found) : cJSON_IsObject(found))
        return found;
    cJSON_DeleteItemFromObjectCaseSensitive(root, name);
    return list ? cJSON_AddArrayToObject(root, name) : cJSON_AddObjectToObject(root, name);
}

// ---- views --------------------------------------------------------------------------------------

bool wn_views_open(struct wn_views *views, const char *store) {
    bool damaged;
    views->file = wn_format("%s/views.json", store);
    views->known = read_file(views->file, &damaged);
    if (!views->known)
        views->known = cJSON_CreateObject();
    views->changed = cJSON_CreateObject();
    return !damaged;
}

const cJSON *wn_views_get(const struct wn_views *views, const char *screen, int64_t sweep) {
    if (!views->file)
        return NULL;
    char *name = wn_format("%s %lld", screen, (long long)sweep);
    const cJSON *all = part(views->known, "views", false);
    const cJSON *view = cJSON_GetObjectItemCaseSensitive(all, name);
    free(name);
    return cJSON_IsObject(view) ? view : NULL;
}

void wn_views_put(struct wn_views *views, const char *screen, int64_t sweep, cJSON *view) {
    const cJSON *before = wn_views_get(views, screen, sweep);
    bool same = before ? cJSON_Compare(before, view, true) : !view || !view->child;
    if (!views->file || !view || same) {
        cJSON_Delete(view);
        return;
    }
    char *name = wn_format("%s %lld", screen, (long long)sweep);
    cJSON *all = part(views->known, "views", false);
    cJSON_DeleteItemFromObjectCaseSensitive(all, name);
    cJSON_AddItemToObject(all, name, cJSON_Duplicate(view, true));
    cJSON_DeleteItemFromObjectCaseSensitive(views->changed, name);
    cJSON_AddItemToObject(views->changed, name, view);
    free(name);
}

void wn_views_each_line(const struct wn_views *views, void (*each)(void *context, const char *line),
                        void *context) {
    const cJSON *line;
    cJSON_ArrayForEach(line, part(views->known, "commands", true)) {
        if (cJSON_IsString(line))
            each(context, line->valuestring);
    }
}

static void add_lines(cJSON *root, char *const *lines, size_t count) {
    cJSON *all = part(root, "commands", true);
    for (size_t i = 0; i < count; i++)
        cJSON_AddItemToArray(all, cJSON_CreateString(lines[i]));
    while (cJSON_GetArraySize(all) > MOST_LINES)
        cJSON_DeleteItemFromArray(all, 0);
}

static void add_views(cJSON *root, cJSON *changed) {
    cJSON *all = part(root, "views", false);
    for (cJSON *view; (view = changed->child) != NULL;) {
        char *name = wn_strdup(view->string);
        cJSON_DetachItemViaPointer(changed, view);
        cJSON_DeleteItemFromObjectCaseSensitive(all, name);
        if (view->child) // else all is as it is without
            cJSON_AddItemToObject(all, name, view);
        else
            cJSON_Delete(view);
        free(name);
    }
}

bool wn_views_save(struct wn_views *views, char *const *lines, size_t count) {
    bool damaged;
    if (!views->file || (!views->changed->child && count == 0))
        return true;
    cJSON *root = read_file(views->file, &damaged);
    if (!root)
        root = cJSON_CreateObject();
    add_views(root, views->changed);
    add_lines(root, lines, count);
    bool good = write_file(views->file, root);
    cJSON_Delete(root);
    return good;
}

void wn_views_close(struct wn_views *views) {
    free(views->file);
    cJSON_Delete(views->known);
    cJSON_Delete(views->changed);
    *views = (struct wn_views){0};
}
