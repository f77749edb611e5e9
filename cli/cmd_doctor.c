// SPDX-License-Identifier: GPL-3.0-or-later
// winnow doctor: what this machine has, and what to do about what it lacks. A check only looks.
#include <errno.h>
#include <langinfo.h>
#include <linux/magic.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/pidfd.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>
#include <uv.h>

#include "cli/common.h"
#include "cli/table.h"
#include "core/base/mem.h"
#include "sweep/devices.h"
#include "sweep/linebuffer.h"
#include "sweep/session.h"
#include "sweep/slotfile.h"

enum health { HEALTH_OK, HEALTH_WARNING, HEALTH_BAD };

static const char *const health_names[] = {"ok", "warning", "bad"};

struct finding {
    enum health health;
    char *found;
    const char *advice; // NULL where nothing is to be done
};

static const double mebibyte = 1048576, gibibyte = 1073741824;

// ---- looking ------------------------------------------------------------------------------------

// The first program called `name` in PATH; the caller frees; NULL: none.
static char *find_program(const char *name) {
    const char *path = getenv("PATH");
    while (path && *path) {
        size_t length = strcspn(path, ":");
        char *candidate = wn_format("%.*s/%s", (int)length, path, name);
        if (access(candidate, X_OK) == 0)
            return candidate;
        free(candidate);
        path += length + (path[length] == ':');
    }
    return NULL;
}

static struct finding look_for_program(const char *name, const char *advice) {
    char *path = find_program(name);
    if (path)
        return (struct finding){.found = path};
    return (struct finding){
        .health = HEALTH_WARNING, .found = wn_strdup("not found"), .advice = advice};
}

// The store's folder, or where there is none yet the folder that it would be made in; freed by the
// caller.
static char *existing_folder(const struct wn_invocation *invocation) {
    char *folder = wn_store_folder(invocation);
    while (access(folder, F_OK) != 0) {
        char *slash = strrchr(folder, '/');
        if (!slash || slash == folder) {
            free(folder);
            return wn_strdup(slash ? "/" : ".");
        }
        *slash = '\0';
    }
    return folder;
}

static bool is_network(const char *folder) {
    static const unsigned long kinds[] = {
        NFS_SUPER_MAGIC,  SMB_SUPER_MAGIC, SMB2_SUPER_MAGIC,        CIFS_SUPER_MAGIC,
        CEPH_SUPER_MAGIC, AFS_SUPER_MAGIC, 0x0bd00bd0 /* Lustre */, 0x47504653 /* GPFS */};
    struct statfs about;
    if (statfs(folder, &about) != 0)
        return false;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if ((unsigned long)about.f_type == kinds[i])
            return true;
    return false;
}

// Whether the store can be used where its folder can: its own file, and its version.
static void look_into_store(const struct wn_invocation *invocation, const char *file,
                            struct finding *finding) {
    struct wn_store *store;
    struct wn_err err;
    if (access(file, W_OK) != 0) {
        finding->health = HEALTH_BAD;
        finding->advice = "its winnow.db cannot be written to: is it another user's?";
    } else if (wn_open_store(invocation, WN_STORE_READ, &store, &err) != WN_OK) {
        finding->health = HEALTH_BAD;
        free(finding->found);
        finding->found = wn_strdup(err.text);
        finding->advice = "use another folder with --store, or mend this one";
    } else {
        wn_store_close(store);
    }
}

static struct finding check_store(const struct wn_invocation *invocation) {
    char *wanted = wn_store_folder(invocation), *folder = existing_folder(invocation);
    char *file = wn_format("%s/winnow.db", wanted);
    bool exists = access(file, F_OK) == 0;
    struct finding finding = {
        .found = wn_format("%s%s", wanted, exists ? "" : " (made by the first run)")};
    if (is_network(folder)) {
        finding.health = HEALTH_BAD;
        finding.advice = "it is on a network file system, where SQLite is not safe: name a local "
                         "folder with --store or WINNOW_STORE";
    } else if (access(folder, W_OK | X_OK) != 0) {
        finding.health = HEALTH_BAD;
        finding.advice = "it cannot be written to: name another folder with --store";
    } else if (exists) {
        look_into_store(invocation, file, &finding);
    }
    free(file);
    free(wanted);
    free(folder);
    return finding;
}

static struct finding check_space(const struct wn_invocation *invocation) {
    char *folder = existing_folder(invocation);
    struct statvfs about;
    int failed = statvfs(folder, &about);
    free(folder);
    if (failed)
        return (struct finding){.health = HEALTH_WARNING,
                                .found = wn_format("cannot tell: %s", strerror(errno))};
    double left = (double)about.f_bavail * (double)about.f_frsize;
    struct finding finding = {.found = wn_format("%.1f GiB free", left / gibibyte)};
    if (left < gibibyte) {
        finding.health = left < 64 * mebibyte ? HEALTH_BAD : HEALTH_WARNING;
        finding.advice = "logs and metrics may fill it: free some, or put the store elsewhere";
    } else if (about.f_files && about.f_favail < 10000) {
        finding.health = HEALTH_WARNING;
        finding.advice = "few files more can be made there (df -i), and each trial has a log";
    }
    return finding;
}

static struct finding check_shim(const struct wn_invocation *invocation) {
    (void)invocation;
    char *shim = wn_session_shim();
    if (shim)
        return (struct finding){.found = shim};
    return (struct finding){.health = HEALTH_BAD,
                            .found = wn_strdup("winnow-shim not found"),
                            .advice = "no trial can run without it: make, or make install"};
}

static struct finding check_cores(const struct wn_invocation *invocation) {
    (void)invocation;
    return (struct finding){.found = wn_format("%u usable, so many trials run at once unless "
                                               "parallel says otherwise",
                                               uv_available_parallelism())};
}

static struct finding check_memory(const struct wn_invocation *invocation) {
    (void)invocation;
    double total = (double)uv_get_total_memory(), left = (double)uv_get_free_memory();
    struct finding finding = {
        .found = wn_format("%.1f of %.1f GiB free", left / gibibyte, total / gibibyte)};
    if (left < 256 * mebibyte) {
        finding.health = HEALTH_WARNING;
        finding.advice = "trials may be killed for want of memory: set limits.memory, or run fewer "
                         "at once";
    }
    return finding;
}

static struct finding check_cgroup(const struct wn_invocation *invocation) {
    (void)invocation;
    if (access("/sys/fs/cgroup/cgroup.controllers", R_OK) == 0)
        return (struct finding){.found = wn_strdup("mounted")};
    return (struct finding){.found = wn_strdup("not mounted"),
                            .advice = "nothing is lost but the kernel's own count of trials killed "
                                      "for want of memory"};
}

static struct finding check_pidfd(const struct wn_invocation *invocation) {
    (void)invocation;
    int fd = pidfd_open(getpid(), 0);
    if (fd < 0)
        return (struct finding){.health = HEALTH_BAD,
                                .found = wn_format("not available: %s", strerror(errno)),
                                .advice = "trials are watched through it: it takes Linux 5.4 or "
                                          "newer, and a container that allows pidfd_open"};
    close(fd);
    return (struct finding){.found = wn_strdup("available")};
}

static struct finding check_limit(__rlimit_resource_t resource, rlim_t least, const char *advice) {
    struct rlimit limit;
    if (getrlimit(resource, &limit) != 0)
        return (struct finding){.health = HEALTH_WARNING, .found = wn_strdup("cannot tell")};
    if (limit.rlim_cur == RLIM_INFINITY)
        return (struct finding){.found = wn_strdup("no limit")};
    struct finding finding = {.found =
                                  wn_format("at most %llu", (unsigned long long)limit.rlim_cur)};
    if (limit.rlim_cur < least) {
        finding.health = HEALTH_WARNING;
        finding.advice = advice;
    }
    return finding;
}

static struct finding check_files(const struct wn_invocation *invocation) {
    (void)invocation;
    return check_limit(RLIMIT_NOFILE, 1024,
                       "a few are needed for each running trial: ulimit -n 4096");
}

static struct finding check_processes(const struct wn_invocation *invocation) {
    (void)invocation;
    return check_limit(RLIMIT_NPROC, 512,
                       "two and more are needed for each running trial: ulimit -u 4096");
}

static struct finding check_python(const struct wn_invocation *invocation) {
    (void)invocation;
    return look_for_program("python3", "specs with a Python program need it: install python3");
}

static struct finding check_git(const struct wn_invocation *invocation) {
    (void)invocation;
    return look_for_program("git", "sweeps are stored without the commit they ran: install git");
}

static struct finding check_stdbuf(const struct wn_invocation *invocation) {
    struct wn_err err;
    char **environment = NULL;
    if (wn_linebuffer_new(invocation->environment, &environment, &err) != WN_OK)
        return (struct finding){.health = HEALTH_WARNING,
                                .found = wn_strdup(err.text),
                                .advice = "output: line needs it: install coreutils"};
    wn_linebuffer_free(environment);
    return (struct finding){.found = wn_strdup("available")};
}

static struct finding check_gpus(const struct wn_invocation *invocation) {
    (void)invocation;
    struct wn_devices devices = {0};
    wn_devices_find(getenv("CUDA_VISIBLE_DEVICES"), &devices);
    struct finding finding = {.found = wn_format("%zu", devices.count)};
    char *tool = find_program("nvidia-smi");
    if (devices.count && !tool)
        finding.advice = "nvidia-smi is not installed, so their load cannot be shown";
    if (!devices.count && tool) {
        finding.health = HEALTH_WARNING;
        finding.advice = "nvidia-smi is installed but there is no /dev/nvidia0: is the driver "
                         "loaded, or CUDA_VISIBLE_DEVICES empty?";
    }
    free(tool);
    wn_devices_clear(&devices);
    return finding;
}

struct slots {
    size_t count, held;
    struct wn_str list;
};

static void add_slot(void *context, const char *name, const struct wn_slot_holder *holder) {
    struct slots *slots = context;
    slots->count++;
    if (!holder)
        return;
    wn_str_addf(&slots->list, "%s%s: %s trial %lld", slots->held++ ? ", " : "", name, holder->sweep,
                (long long)holder->trial);
}

static struct finding check_slots(const struct wn_invocation *invocation) {
    (void)invocation;
    char *folder = wn_slots_folder();
    struct wn_err err;
    if (!folder)
        return (struct finding){.found = wn_strdup("not shared: turned off")};
    if (wn_slot_folder_check(folder, &err) != WN_OK) {
        free(folder);
        return (struct finding){.health = HEALTH_WARNING,
                                .found = wn_strdup(err.text),
                                .advice = "sweeps do not share CPUs and GPUs: name another folder "
                                          "in WINNOW_SLOTS"};
    }
    struct slots slots = {0};
    wn_slot_each(folder, add_slot, &slots);
    struct finding finding = {.found = wn_format("%zu of %zu held in %s%s%s", slots.held,
                                                 slots.count, folder, slots.held ? ": " : "",
                                                 wn_str_text(&slots.list))};
    wn_str_free(&slots.list);
    free(folder);
    return finding;
}

static struct finding check_terminal(const struct wn_invocation *invocation) {
    const char *term = getenv("TERM"), *codeset = nl_langinfo(CODESET);
    struct finding finding = {
        .found = wn_format("TERM=%s, %s, %s", term && *term ? term : "(not set)", codeset,
                           invocation->out.terminal ? "a terminal" : "not a terminal")};
    if (strcasecmp(codeset, "UTF-8") != 0) {
        finding.health = HEALTH_WARNING;
        finding.advice = "text beyond ASCII is shown as \\xNN: set LC_ALL=C.UTF-8";
    }
    return finding;
}

// ---- telling ------------------------------------------------------------------------------------

static const struct {
    const char *name;
    struct finding (*look)(const struct wn_invocation *invocation);
} checks[] = {
#define X(id, name) {name, check_##id},
#include "cli/checks.def"
#undef X
};

static void emit_finding(struct wn_emit *emit, const char *name, const struct finding *finding) {
    wn_emit_open(emit, NULL, '{');
    wn_emit_text(emit, "name", name);
    wn_emit_text(emit, "status", health_names[finding->health]);
    wn_emit_text(emit, "found", finding->found);
    wn_emit_text(emit, "advice", finding->advice);
    wn_emit_close(emit, '}');
}

static void print_finding(struct wn_output *out, const char *name, const struct finding *finding) {
    enum { INDENT = 22 };
    static const enum wn_role roles[] = {WN_ROLE_GOOD, WN_ROLE_WARN, WN_ROLE_BAD};
    wn_printf(out, "%s%-8s%s%-13s ", wn_role(out, roles[finding->health]),
              health_names[finding->health], wn_role(out, WN_ROLE_PLAIN), name);
    wn_print_folded(out, finding->found, INDENT, INDENT);
    wn_print(out, "\n");
    if (!finding->advice)
        return;
    wn_printf(out, "%*s", INDENT, "");
    wn_print_folded(out, finding->advice, INDENT, INDENT);
    wn_print(out, "\n");
}

static enum wn_status run(struct wn_invocation *invocation, struct wn_err *err) {
    bool json = wn_args_has(invocation, "json");
    struct wn_emit emit = {0};
    size_t bad = 0;
    wn_emit_open(&emit, NULL, '{');
    wn_emit_open(&emit, "checks", '[');
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
        struct finding finding = checks[i].look(invocation);
        bad += finding.health == HEALTH_BAD;
        emit_finding(&emit, checks[i].name, &finding);
        if (!json)
            print_finding(&invocation->out, checks[i].name, &finding);
        free(finding.found);
    }
    wn_emit_close(&emit, ']');
    wn_emit_bool(&emit, "ready", bad == 0);
    wn_emit_close(&emit, '}');
    if (json)
        wn_print_json(&invocation->out, &emit);
    wn_str_free(&emit.text);
    if (bad == 0)
        return WN_OK;
    return wn_fail(err, WN_NO, "%zu of the checks %s bad: no sweep can run here yet", bad,
                   bad == 1 ? "is" : "are");
}

static const struct wn_example examples[] = {
    {"winnow doctor", "look at everything a sweep needs"},
    {"winnow doctor --json | jq '.checks[] | select(.status != \"ok\")'", "only what is wrong"},
    {0},
};

const struct wn_command wn_command_doctor = {
    .name = "doctor",
    .summary = "check what this machine has, and advise on what it lacks",
    .also = "diagnose health",
    .options = {wn_json_options},
    .description = "Looks at the store's place and file system, disk space, the supervisor of "
                   "trials, cores, memory, limits, GPUs, programs and the terminal, and says what "
                   "to do where something is missing. Changes nothing.",
    .examples = examples,
    .no_means = "something is missing without which no sweep can run",
    .run = run,
};
