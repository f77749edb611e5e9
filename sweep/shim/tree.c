// SPDX-License-Identifier: GPL-3.0-or-later
// The process tree out of /proc. A list is a snapshot: who ends it for good repeats until wait4()
// says that nothing is left. Beyond PROCESSES_MAX the rest waits for the next round.
#include "sweep/shim/tree.h"

#include <string.h>

#include "sweep/line.h"

enum { PROCESSES_MAX = 4096, PATH_ROOM = 64 };

struct list {
    pid_t pids[PROCESSES_MAX];
    size_t count;
};

struct process { // from /proc/PID/stat
    bool alive;
    int64_t pages, ticks;
};

static int open_proc(pid_t pid, const char *name) {
    char text[PATH_ROOM];
    struct wn_line path = {.text = text, .room = sizeof text};
    wn_line_add(&path, "/proc/");
    wn_line_add_number(&path, pid);
    wn_line_add(&path, name);
    return wn_open(text);
}

// The beginning of a file in /proc, NUL-terminated; its length, or 0.
static size_t read_proc(pid_t pid, const char *name, char *text, size_t room) {
    int fd = open_proc(pid, name);
    if (fd < 0)
        return 0;
    ssize_t got = wn_read(fd, text, room - 1);
    wn_close(fd);
    size_t length = got > 0 ? (size_t)got : 0;
    text[length] = '\0';
    return length;
}

// ---- the list -----------------------------------------------------------------------------------

static void add_pid(struct list *list, pid_t pid) {
    if (pid && list->count < PROCESSES_MAX)
        list->pids[list->count++] = pid;
}

static void add_children_of_thread(struct list *list, pid_t pid, const char *thread) {
    char name[PATH_ROOM], block[1024];
    struct wn_line line = {.text = name, .room = sizeof name};
    wn_line_add(&line, "/task/");
    wn_line_add(&line, thread);
    wn_line_add(&line, "/children");
    int fd = open_proc(pid, name);
    if (fd < 0)
        return;
    pid_t child = 0; // a number may go on in the next block
    for (ssize_t got; (got = wn_read(fd, block, sizeof block)) > 0;)
        for (ssize_t i = 0; i < got; i++) {
            bool digit = block[i] >= '0' && block[i] <= '9';
            if (!digit)
                add_pid(list, child);
            child = digit ? child * 10 + (block[i] - '0') : 0;
        }
    add_pid(list, child);
    wn_close(fd);
}

struct entry { // struct linux_dirent64
    uint64_t inode;
    int64_t offset;
    uint16_t length;
    uint8_t type;
    char name[];
};

// A child hangs on the thread that made it.
static void add_children(struct list *list, pid_t pid) {
    _Alignas(struct entry) char block[1024];
    int fd = open_proc(pid, "/task");
    if (fd < 0)
        return;
    for (ssize_t got; (got = wn_list_dir(fd, block, sizeof block)) > 0;)
        for (ssize_t at = 0; at < got;) {
            const struct entry *entry = (const void *)(block + at);
            if (entry->name[0] != '.')
                add_children_of_thread(list, pid, entry->name);
            at += entry->length;
        }
    wn_close(fd);
}

static void list_tree(struct list *list) {
    list->count = 0;
    add_children(list, wn_getpid());
    for (size_t i = 0; i < list->count; i++)
        add_children(list, list->pids[i]);
}

// ---- one process --------------------------------------------------------------------------------

static void skip_field(struct wn_scan *scan) {
    while (scan->at < scan->end && *scan->at != ' ')
        scan->at++;
    wn_scan_word(scan, " ");
}

// Fields are numbered as in proc_pid_stat(5); the name, field 2, may hold anything but ends at the
// last parenthesis.
static struct process read_process(pid_t pid) {
    enum { STATE = 3, UTIME = 14, CSTIME = 17, RSS = 24 };
    char text[1024];
    size_t length = read_proc(pid, "/stat", text, sizeof text);
    struct process process = {0};
    const char *name_end = text + length;
    while (name_end > text && *name_end != ')')
        name_end--;
    struct wn_scan scan = {.at = name_end, .end = text + length};
    if (!wn_scan_word(&scan, ") "))
        return process;
    process.alive = scan.at < scan.end && *scan.at != 'Z' && *scan.at != 'X';
    for (int field = STATE; field <= RSS; field++, skip_field(&scan)) {
        int64_t number = 0;
        wn_scan_number(&scan, &number);
        if (field >= UTIME && field <= CSTIME)
            process.ticks += number;
        else if (field == RSS)
            process.pages = number;
    }
    return process;
}

// "Pss:   123 kB" in smaps_rollup; where that cannot be read, all that is resident.
static int64_t proportional_size(pid_t pid, const struct wn_machine *machine) {
    char text[1024];
    size_t length = read_proc(pid, "/smaps_rollup", text, sizeof text);
    struct wn_scan scan = {.at = text, .end = text + length};
    for (; scan.at < scan.end; scan.at++) {
        if (!wn_scan_word(&scan, "\nPss:"))
            continue;
        while (wn_scan_word(&scan, " "))
            continue;
        int64_t kibibytes = 0;
        wn_scan_number(&scan, &kibibytes);
        return kibibytes * 1024;
    }
    return read_process(pid).pages * machine->page_size;
}

// ---- all of them --------------------------------------------------------------------------------

int32_t wn_tree_signal(int number) {
    struct list list;
    int32_t alive = 0;
    list_tree(&list);
    for (size_t i = 0; i < list.count; i++)
        if (read_process(list.pids[i]).alive && wn_kill(list.pids[i], number) == 0)
            alive++;
    return alive;
}

struct wn_usage wn_tree_measure(const struct wn_machine *machine) {
    struct list list;
    struct wn_usage usage = {0};
    list_tree(&list);
    for (size_t i = 0; i < list.count; i++) {
        struct process process = read_process(list.pids[i]);
        usage.resident += process.pages * machine->page_size;
        usage.cpu += process.ticks * machine->tick;
    }
    return usage;
}

int64_t wn_tree_proportional(const struct wn_machine *machine) {
    struct list list;
    int64_t total = 0;
    list_tree(&list);
    for (size_t i = 0; i < list.count; i++)
        total += proportional_size(list.pids[i], machine);
    return total;
}
