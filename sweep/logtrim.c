// SPDX-License-Identifier: GPL-3.0-or-later
// The notice takes the last bytes of the beginning that is kept, so that it ends where the hole
// begins; it is renewed as the hole grows.
#include "sweep/logtrim.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sweep/logs.h"

enum { BLOCK = 4096, STEP_MOST = 4 << 20 };

static int64_t larger(int64_t a, int64_t b) {
    return a > b ? a : b;
}

static int64_t whole_blocks(int64_t bytes) {
    return bytes - bytes % BLOCK;
}

// Where the hole begins.
static int64_t head_of(int64_t cap) {
    return larger(BLOCK, whole_blocks(cap / 2));
}

// A block before what comes next to be read stays, for whoever looks whether a line begins there.
static int64_t end_of_hole(const struct wn_logtrim *trim, int64_t size) {
    int64_t tail = larger(0, trim->cap - head_of(trim->cap)), unread = trim->read - BLOCK;
    return whole_blocks(larger(0, size - tail < unread ? size - tail : unread));
}

static bool punch(int fd, struct wn_logtrim *trim, int64_t end) {
    int64_t begin = head_of(trim->cap), from = larger(begin, trim->hole_end);
    if (fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, from, end - from) != 0)
        return errno != EOPNOTSUPP && errno != ENOSYS;
    trim->hole_end = end;
    char notice[WN_NOTICE_SIZE + 1];
    wn_log_notice((double)(end - begin), (double)trim->cap, notice);
    // Where that fails, readers still see the hole.
    ssize_t ignored = pwrite(fd, notice, WN_NOTICE_SIZE, begin - WN_NOTICE_SIZE);
    (void)ignored;
    return true;
}

bool wn_logtrim(struct wn_logtrim *trim, bool all) {
    if (!trim->cap || trim->read <= trim->cap)
        return true;
    struct stat about;
    int fd = open(trim->path, O_WRONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW);
    bool good = true;
    if (fd >= 0 && fstat(fd, &about) == 0 && S_ISREG(about.st_mode)) {
        int64_t end = end_of_hole(trim, about.st_size), most = trim->cap / 4;
        int64_t step = all ? BLOCK : larger(BLOCK, most < STEP_MOST ? most : STEP_MOST);
        if (end - larger(head_of(trim->cap), trim->hole_end) >= step)
            good = punch(fd, trim, end);
    }
    if (fd >= 0)
        close(fd);
    return good;
}
