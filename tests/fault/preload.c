// SPDX-License-Identifier: GPL-3.0-or-later
// Preloaded into winnow by tests/e2e/test_fault.py: makes the Nth call of a kind fail, or kills the
// process there. Programs of other names, such as trials, are left alone.
//
//   FAULT=KIND:N:WHAT   KIND: alloc, write, sync, open, spawn, read, map; only regular files count
//                       WHAT: an errno, or "kill" (before the call), or "after" (killed after it),
//                       or "term" (ended by a signal that it could take)
//   FAULT_NO_TMPFILE=1  as on a file system without files that have no name
//   FAULT_COUNT=FILE    no faults; writes how often each kind was called at the end
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);

enum kind { ALLOC, WRITE, SYNC, OPEN, SPAWN, READ, MAP, KINDS };
static const char *const names[KINDS] = {"alloc", "write", "sync", "open", "spawn", "read", "map"};

static long counts[KINDS], fault_at;
static enum kind fault_kind = KINDS;
static int fault_errno;
static bool kill_before, kill_after, end_it, no_tmpfile, awake;

__attribute__((constructor)) static void begin(void) {
    const char *fault = getenv("FAULT");
    char kind[16] = "", what[16] = "";
    if (strcmp(program_invocation_short_name, "winnow") != 0)
        return;
    awake = true;
    no_tmpfile = getenv("FAULT_NO_TMPFILE") != NULL;
    if (!fault || sscanf(fault, "%15[^:]:%ld:%15s", kind, &fault_at, what) != 3)
        return;
    for (int i = 0; i < KINDS; i++)
        if (strcmp(names[i], kind) == 0)
            fault_kind = (enum kind)i;
    kill_before = strcmp(what, "kill") == 0;
    kill_after = strcmp(what, "after") == 0;
    end_it = strcmp(what, "term") == 0;
    fault_errno = atoi(what);
}

__attribute__((destructor)) static void end(void) {
    const char *path = getenv("FAULT_COUNT");
    FILE *file = awake && path ? fopen(path, "w") : NULL;
    for (int i = 0; file && i < KINDS; i++)
        fprintf(file, "%s %ld\n", names[i], counts[i]);
    if (file)
        fclose(file);
}

static void die(void) {
    syscall(SYS_kill, getpid(), SIGKILL);
}

// True: this is the call that fails.
static bool strikes(enum kind kind) {
    if (!awake || ++counts[kind] != fault_at || kind != fault_kind)
        return false;
    if (kill_before)
        die();
    if (end_it)
        raise(SIGTERM);
    if (kill_after || end_it)
        return false;
    errno = fault_errno;
    return true;
}

// A pipe or an eventfd has no disk that could fail.
static bool strikes_file(enum kind kind, int fd) {
    struct stat about;
    return fstat(fd, &about) == 0 && S_ISREG(about.st_mode) && strikes(kind);
}

static long after(enum kind kind, long result) {
    if (awake && kill_after && kind == fault_kind && counts[kind] == fault_at)
        die();
    return result;
}

void *malloc(size_t size) {
    return strikes(ALLOC) ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
    return strikes(ALLOC) ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size) {
    return strikes(ALLOC) ? NULL : __libc_realloc(old, size);
}

ssize_t write(int fd, const void *bytes, size_t length) {
    return strikes_file(WRITE, fd) ? -1 : after(WRITE, syscall(SYS_write, fd, bytes, length));
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t at) {
    return strikes_file(WRITE, fd) ? -1
                                   : after(WRITE, syscall(SYS_pwrite64, fd, bytes, length, at));
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) {
    return pwrite64(fd, bytes, length, at);
}

ssize_t read(int fd, void *bytes, size_t room) {
    return strikes_file(READ, fd) ? -1 : after(READ, syscall(SYS_read, fd, bytes, room));
}

ssize_t pread64(int fd, void *bytes, size_t room, off64_t at) {
    return strikes_file(READ, fd) ? -1 : after(READ, syscall(SYS_pread64, fd, bytes, room, at));
}

ssize_t pread(int fd, void *bytes, size_t room, off_t at) {
    return pread64(fd, bytes, room, at);
}

int fsync(int fd) {
    return strikes(SYNC) ? -1 : (int)after(SYNC, syscall(SYS_fsync, fd));
}

int fdatasync(int fd) {
    return strikes(SYNC) ? -1 : (int)after(SYNC, syscall(SYS_fdatasync, fd));
}

int ftruncate64(int fd, off64_t length) {
    return strikes(SYNC) ? -1 : (int)after(SYNC, syscall(SYS_ftruncate, fd, length));
}

int ftruncate(int fd, off_t length) {
    return ftruncate64(fd, length);
}

static int open_with(const char *path, int flags, va_list args) {
    int mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(args, int) : 0;
    if (no_tmpfile && (flags & O_TMPFILE) == O_TMPFILE) {
        errno = EOPNOTSUPP;
        return -1;
    }
    return strikes(OPEN) ? -1 : (int)after(OPEN, syscall(SYS_openat, AT_FDCWD, path, flags, mode));
}

int open(const char *path, int flags, ...) {
    va_list args;
    va_start(args, flags);
    int fd = open_with(path, flags, args);
    va_end(args);
    return fd;
}

int open64(const char *path, int flags, ...) {
    va_list args;
    va_start(args, flags);
    int fd = open_with(path, flags, args);
    va_end(args);
    return fd;
}

void *mmap64(void *at, size_t length, int protection, int flags, int fd, off64_t offset) {
    if (strikes(MAP))
        return MAP_FAILED;
    return (void *)after(MAP, syscall(SYS_mmap, at, length, protection, flags, fd, offset));
}

void *mmap(void *at, size_t length, int protection, int flags, int fd, off_t offset) {
    return mmap64(at, length, protection, flags, fd, offset);
}

int posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *files,
                const posix_spawnattr_t *attributes, char *const argv[], char *const envp[]) {
    int (*real)(pid_t *, const char *, const posix_spawn_file_actions_t *,
                const posix_spawnattr_t *, char *const[], char *const[]);
    *(void **)&real = dlsym(RTLD_NEXT, "posix_spawn");
    if (strikes(SPAWN))
        return errno;
    return (int)after(SPAWN, real(pid, path, files, attributes, argv, envp));
}
