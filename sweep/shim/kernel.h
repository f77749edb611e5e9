// SPDX-License-Identifier: GPL-3.0-or-later
// The shim's whole runtime: system calls, and no libc beneath. A static libc touches two dozen
// pages before main(), and page faults are most of what a short process costs. Each call returns
// what the kernel does: a result, or minus an errno. Only calls that every architecture has are
// used.
#ifndef WN_SHIM_KERNEL_H
#define WN_SHIM_KERNEL_H

#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <time.h>

#if defined(__x86_64__)
// Always inline: wn_clone_vfork() must not return through a frame that its child has overwritten.
__attribute__((always_inline)) static inline long wn_sys(long number, long a, long b, long c,
                                                         long d) {
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = 0;
    long result;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8)
                     : "rcx", "r11", "memory");
    return result;
}
#elif defined(__aarch64__)
__attribute__((always_inline)) static inline long wn_sys(long number, long a, long b, long c,
                                                         long d) {
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d;
    register long x4 __asm__("x4") = 0;
    __asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4) : "memory");
    return x0;
}
#else
#error                                                                                             \
    "winnow-shim: write down here how this architecture enters the kernel (and in kernel.c how a program starts)"
#endif

typedef uint64_t wn_signals; // a set, as the kernel has it
#define WN_SIGNAL(number) ((wn_signals)1 << ((number)-1))

static inline ssize_t wn_read(int fd, void *bytes, size_t room) {
    return wn_sys(SYS_read, fd, (long)bytes, (long)room, 0);
}

static inline ssize_t wn_pread(int fd, void *bytes, size_t room, int64_t offset) {
    return wn_sys(SYS_pread64, fd, (long)bytes, (long)room, offset);
}

static inline ssize_t wn_write(int fd, const void *bytes, size_t length) {
    return wn_sys(SYS_write, fd, (long)bytes, (long)length, 0);
}

static inline int wn_open(const char *path) { // for reading
    return (int)wn_sys(SYS_openat, AT_FDCWD, (long)path, O_RDONLY | O_CLOEXEC, 0);
}

static inline void wn_close(int fd) {
    wn_sys(SYS_close, fd, 0, 0, 0);
}

static inline void wn_close_from(int fd) {
    wn_sys(SYS_close_range, fd, ~0U, 0, 0);
}

static inline int64_t wn_seek_end(int fd) { // the size of a regular file
    return wn_sys(SYS_lseek, fd, 0, 2, 0);
}

static inline int64_t wn_size_of(const char *path) { // 0 where there is no such file
    struct stat about;
    return wn_sys(SYS_newfstatat, AT_FDCWD, (long)path, (long)&about, 0) == 0 ? about.st_size : 0;
}

static inline ssize_t wn_list_dir(int fd, void *entries, size_t room) {
    return wn_sys(SYS_getdents64, fd, (long)entries, (long)room, 0);
}

static inline int wn_lock(int fd, const struct flock *lock) {
    return (int)wn_sys(SYS_fcntl, fd, F_SETLK, (long)lock, 0);
}

static inline int wn_prctl(int option, long value) {
    return (int)wn_sys(SYS_prctl, option, value, 0, 0);
}

static inline void wn_setsid(void) {
    wn_sys(SYS_setsid, 0, 0, 0, 0);
}

static inline pid_t wn_getpid(void) {
    return (pid_t)wn_sys(SYS_getpid, 0, 0, 0, 0);
}

static inline pid_t wn_getppid(void) {
    return (pid_t)wn_sys(SYS_getppid, 0, 0, 0, 0);
}

static inline int wn_kill(pid_t pid, int number) {
    return (int)wn_sys(SYS_kill, pid, number, 0, 0);
}

static inline void wn_mask_signals(wn_signals mask) {
    wn_sys(SYS_rt_sigprocmask, SIG_SETMASK, (long)&mask, 0, sizeof mask);
}

static inline void wn_default_action(int number) {
    const long action[4] = {0}; // SIG_DFL, no flags, no restorer, empty mask
    wn_sys(SYS_rt_sigaction, number, (long)action, 0, sizeof(wn_signals));
}

// Waits for one of the blocked signals in `set` and returns it, or minus an errno after `nanos`.
static inline int wn_wait_signal(wn_signals set, int64_t nanos) {
    const struct timespec timeout = {.tv_sec = nanos / 1000000000, .tv_nsec = nanos % 1000000000};
    return (int)wn_sys(SYS_rt_sigtimedwait, (long)&set, 0, (long)&timeout, sizeof set);
}

static inline pid_t wn_reap(int *status) { // any child that ended; 0: none has
    enum { NO_HANG = 1, ALL_CHILDREN = 0x40000000 };
    return (pid_t)wn_sys(SYS_wait4, -1, (long)status, NO_HANG | ALL_CHILDREN, 0);
}

static inline void wn_usage_of_children(struct rusage *usage) {
    wn_sys(SYS_getrusage, RUSAGE_CHILDREN, (long)usage, 0, 0);
}

static inline int64_t wn_clock(clockid_t clock) { // nanoseconds
    struct timespec now;
    wn_sys(SYS_clock_gettime, clock, (long)&now, 0, 0);
    return now.tv_sec * 1000000000 + now.tv_nsec;
}

static inline int wn_exec(const char *path, char *const *argv, char *const *environment) {
    return (int)wn_sys(SYS_execve, (long)path, (long)argv, (long)environment, 0);
}

// A child that runs in our memory and on our stack, while we wait, until it executes or exits: it
// may only call a function that never returns.
__attribute__((always_inline)) static inline pid_t wn_clone_vfork(void) {
    enum { SHARE_MEMORY = 0x100, VFORK = 0x4000 };
    return (pid_t)wn_sys(SYS_clone, SHARE_MEMORY | VFORK | SIGCHLD, 0, 0, 0);
}

__attribute__((noreturn)) static inline void wn_exit(int code) {
    for (;;)
        wn_sys(SYS_exit_group, code, 0, 0, 0);
}

// The program: called with the block of words that the kernel leaves on the stack, which is argc,
// argv, NULL, environment, NULL, auxiliary vector. Returns the exit code.
int wn_shim_main(long *stack);

#endif
