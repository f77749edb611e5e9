// SPDX-License-Identifier: GPL-3.0-or-later
// Taking slots fairly. Who goes first is decided by each runner for itself, from what all have
// written down: a moment's disagreement costs a slot's fairness, never its exclusion, which the
// lock of the slot's file alone decides.
#include "sweep/leases.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "sweep/slotfile.h"
#include "sweep/slots.h"

enum kind_id { GPU, CPU, KINDS };

static const struct {
    const char *prefix, *one, *several;
} kind_words[KINDS] = {
    [GPU] = {"gpu-", "a GPU", "GPUs"},
    [CPU] = {"cpu-", "a CPU slot", "CPU slots"},
};

// A runner that was stopped (Ctrl-Z) must not hold up others: who has not said for three seconds
// that it waits does not wait.
static const double stale_after = 3, say_again_after = 0.5;

struct slot {
    char *name; // of the file
    int probe;  // a descriptor for asking
    bool held;
    struct wn_slot_holder holder; // where held
};

struct kind {
    struct slot *slots;
    size_t count;
    size_t held;  // by this sweep, as of the last look
    double since; // monotonic, when the sweep began to wait for one; NaN: it does not
};

struct rival { // another runner that lives and waits for something
    int64_t key;
    double since[KINDS]; // NaN: does not wait for this kind
    size_t cpus;
    char sweep[128], gpus[WN_SLOT_LINE];
};

struct wn_leases {
    struct wn_leases_setup setup;
    int64_t key;
    int own; // our file "sweep-K", locked
    int own_number;
    double said; // monotonic, when it was last written; NaN: it says that we do not wait
    struct kind kinds[KINDS];
    struct rival *rivals; // as of the last look
    size_t rival_count, rival_capacity;
    struct wn_str reason;
    bool contended;
};

// ---- our own file -------------------------------------------------------------------------------

static int open_numbered(const struct wn_leases *leases, int number, bool make) {
    char name[32];
    snprintf(name, sizeof name, "sweep-%d", number);
    return wn_slot_open(leases->setup.dir, name, make);
}

// The first file that nobody has locked, so that their numbers stay low and none is ever deleted.
static enum wn_status register_runner(struct wn_leases *leases, struct wn_err *err) {
    enum { RUNNERS_MAX = 10000 };
    for (int number = 0; number < RUNNERS_MAX; number++) {
        int fd = open_numbered(leases, number, true);
        if (fd < 0)
            return wn_fail(err, WN_ENVIRONMENT, "cannot open a file in %s: %s", leases->setup.dir,
                           strerror(errno));
        if (wn_slot_lock(fd)) {
            leases->own = fd;
            leases->own_number = number;
            wn_slot_write_line(fd, "");
            return WN_OK;
        }
        close(fd);
    }
    return wn_fail(err, WN_ENVIRONMENT, "too many runners use %s", leases->setup.dir);
}

static void add_gpu_names(const struct wn_leases *leases, struct wn_str *line) {
    for (size_t i = 0; i < leases->setup.gpu_count; i++)
        wn_str_addf(line, "%s%s", i ? "," : "", leases->setup.gpus[i]);
}

static void say_what_we_wait_for(struct wn_leases *leases, double now) {
    struct wn_str line = {0};
    wn_str_addf(&line, "%lld\t%.3f\t%.6f\t%.6f\t%zu\t%.120s\t", (long long)leases->key, now,
                leases->kinds[GPU].since, leases->kinds[CPU].since, leases->setup.cpus,
                leases->setup.sweep);
    add_gpu_names(leases, &line);
    wn_slot_write_line(leases->own, wn_str_text(&line));
    wn_str_free(&line);
    leases->said = now;
}

void wn_leases_rest(struct wn_leases *leases) {
    for (int kind = 0; kind < KINDS; kind++)
        leases->kinds[kind].since = NAN;
    if (!isnan(leases->said))
        wn_slot_write_line(leases->own, "");
    leases->said = NAN;
}

// ---- opening ------------------------------------------------------------------------------------

static enum wn_status open_slots(struct wn_leases *leases, enum kind_id id, size_t count,
                                 struct wn_err *err) {
    struct kind *kind = &leases->kinds[id];
    kind->since = NAN;
    kind->slots = wn_calloc(count ? count : 1, sizeof *kind->slots);
    for (; kind->count < count; kind->count++) {
        struct slot *slot = &kind->slots[kind->count];
        slot->name = id == GPU
                         ? wn_format("%s%s", kind_words[id].prefix, leases->setup.gpus[kind->count])
                         : wn_format("%s%zu", kind_words[id].prefix, kind->count);
        slot->probe = wn_slot_open(leases->setup.dir, slot->name, true);
        if (slot->probe >= 0)
            continue;
        wn_fail(err, WN_ENVIRONMENT, "cannot open %s in %s: %s", slot->name, leases->setup.dir,
                strerror(errno));
        free(slot->name);
        return WN_ENVIRONMENT;
    }
    return WN_OK;
}

enum wn_status wn_leases_open(const struct wn_leases_setup *setup, struct wn_leases **leases,
                              struct wn_err *err) {
    struct wn_leases *made = wn_calloc(1, sizeof *made);
    made->setup = *setup;
    made->key = wn_slot_key(setup->sweep_dir);
    made->own = -1;
    made->said = NAN;
    enum wn_status status = wn_slot_folder(setup->dir, err);
    if (status == WN_OK)
        status = open_slots(made, GPU, setup->gpu_count, err);
    if (status == WN_OK)
        status = open_slots(made, CPU, setup->cpus, err);
    if (status == WN_OK)
        status = register_runner(made, err);
    if (status == WN_OK)
        *leases = made;
    else
        wn_leases_close(made);
    return status;
}

void wn_leases_close(struct wn_leases *leases) {
    if (!leases)
        return;
    for (int id = 0; id < KINDS; id++) {
        struct kind *kind = &leases->kinds[id];
        for (size_t i = 0; i < kind->count; i++) {
            close(kind->slots[i].probe);
            free(kind->slots[i].name);
        }
        free(kind->slots);
    }
    if (leases->own >= 0)
        close(leases->own);
    free(leases->rivals);
    wn_str_free(&leases->reason);
    free(leases);
}

// ---- looking around -----------------------------------------------------------------------------

static void look_at_slots(struct kind *kind) {
    for (size_t i = 0; i < kind->count; i++) {
        struct slot *slot = &kind->slots[i];
        slot->held = wn_slot_held(slot->probe);
        if (slot->held)
            wn_slot_read_holder(slot->probe, &slot->holder);
    }
}

// False: this runner waits for nothing, or has not said so lately.
static bool read_rival(int fd, double now, struct rival *rival) {
    char line[WN_SLOT_LINE], *rest = line;
    wn_slot_read_line(fd, line);
    if (!line[0])
        return false;
    rival->key = strtoll(wn_slot_field(&rest), NULL, 10);
    double said = strtod(wn_slot_field(&rest), NULL);
    rival->since[GPU] = strtod(wn_slot_field(&rest), NULL);
    rival->since[CPU] = strtod(wn_slot_field(&rest), NULL);
    rival->cpus = strtoul(wn_slot_field(&rest), NULL, 10);
    snprintf(rival->sweep, sizeof rival->sweep, "%s", wn_slot_field(&rest));
    snprintf(rival->gpus, sizeof rival->gpus, "%s", wn_slot_field(&rest));
    return fabs(now - said) < stale_after;
}

// Files are numbered without a gap, as none is ever deleted.
static void look_at_rivals(struct wn_leases *leases, double now) {
    leases->rival_count = 0;
    for (int number = 0;; number++) {
        if (number == leases->own_number)
            continue;
        int fd = open_numbered(leases, number, false);
        if (fd < 0)
            return;
        struct rival rival;
        if (wn_slot_held(fd) && read_rival(fd, now, &rival))
            *WN_PUSH(leases->rivals, leases->rival_count, leases->rival_capacity) = rival;
        close(fd);
    }
}

static size_t held_by(const struct kind *kind, int64_t key) {
    size_t held = 0;
    for (size_t i = 0; i < kind->count; i++)
        held += kind->slots[i].held && kind->slots[i].holder.key == key;
    return held;
}

// Whose trial just ended waits anew: with the same number of slots, those come first who have been
// content with it for longer.
static void count_ours(const struct wn_leases *leases, struct kind *kind, double now) {
    size_t held = held_by(kind, leases->key);
    if (held != kind->held && !isnan(kind->since))
        kind->since = now;
    kind->held = held;
}

// ---- whose turn it is ---------------------------------------------------------------------------

static bool can_use(const struct rival *rival, enum kind_id id, const struct wn_leases *leases,
                    size_t slot) {
    if (id == CPU)
        return slot < rival->cpus;
    return wn_slots_name_in(rival->gpus, leases->setup.gpus[slot]);
}

struct place { // in the order in which sweeps are served
    size_t held;
    double since;
    int64_t key;
};

static bool comes_before(const struct place *a, const struct place *b) {
    if (a->held != b->held)
        return a->held < b->held;
    if (a->since != b->since)
        return a->since < b->since;
    return a->key < b->key;
}

// The waiting sweep to which this free slot belongs rather than to us; NULL: it is ours to take.
static const struct rival *rightful(const struct wn_leases *leases, enum kind_id id, size_t slot,
                                    double now) {
    const struct kind *kind = &leases->kinds[id];
    struct place we = {
        .held = kind->held, .since = isnan(kind->since) ? now : kind->since, .key = leases->key};
    for (size_t i = 0; i < leases->rival_count; i++) {
        const struct rival *rival = &leases->rivals[i];
        struct place it = {
            .held = held_by(kind, rival->key), .since = rival->since[id], .key = rival->key};
        if (!isnan(it.since) && can_use(rival, id, leases, slot) && comes_before(&it, &we))
            return rival;
    }
    return NULL;
}

// ---- what is waited for -------------------------------------------------------------------------

static void add_separator(struct wn_str *out, size_t index, size_t count) {
    if (index)
        wn_str_add(out, index + 1 == count ? " and " : ", ");
}

// The trials of this sweep that hold a slot, each once; "..." for the fifth and more.
static void add_trials(struct wn_str *out, const struct kind *kind, int64_t key) {
    enum { NAMED_MAX = 4 };
    int64_t named[NAMED_MAX + 1];
    size_t count = 0;
    for (size_t i = 0; i < kind->count; i++) {
        const struct wn_slot_holder *holder = &kind->slots[i].holder;
        bool known = !kind->slots[i].held || holder->key != key || count > NAMED_MAX;
        for (size_t k = 0; k < count && !known; k++)
            known = named[k] == holder->trial;
        if (!known)
            named[count++] = holder->trial;
    }
    wn_str_add(out, count == 1 ? " (trial " : " (trials ");
    for (size_t k = 0; k < count && k < NAMED_MAX; k++)
        wn_str_addf(out, "%s%lld", k ? ", " : "", (long long)named[k]);
    wn_str_add(out, count > NAMED_MAX ? ", ...)" : ")");
}

// The slots that name a holder for the first time.
static size_t first_of_each(const struct kind *kind, const struct slot **holders, size_t most) {
    size_t count = 0;
    for (size_t i = 0; i < kind->count; i++) {
        bool known = !kind->slots[i].held || count == most;
        for (size_t k = 0; k < count && !known; k++)
            known = holders[k]->holder.key == kind->slots[i].holder.key;
        if (!known)
            holders[count++] = &kind->slots[i];
    }
    return count;
}

// Our own trials are not named, so that the sentence does not change with each of them.
static void add_holders(struct wn_leases *leases, const struct kind *kind) {
    enum { NAMED_MAX = 4 };
    const struct slot *holders[NAMED_MAX];
    size_t count = first_of_each(kind, holders, NAMED_MAX);
    for (size_t i = 0; i < count; i++) {
        const struct wn_slot_holder *holder = &holders[i]->holder;
        add_separator(&leases->reason, i, count);
        if (holder->key == leases->key) {
            wn_str_add(&leases->reason, "this sweep");
            continue;
        }
        wn_str_addf(&leases->reason, "sweep %s", holder->sweep);
        add_trials(&leases->reason, kind, holder->key);
    }
}

static void explain(struct wn_leases *leases, enum kind_id id, size_t wanted,
                    const struct rival *next) {
    const struct kind *kind = &leases->kinds[id];
    struct wn_str *reason = &leases->reason;
    size_t held = 0;
    for (size_t i = 0; i < kind->count; i++)
        held += kind->slots[i].held;
    leases->contended = next || held > kind->held;
    wn_str_clear(reason);
    if (wanted == 1)
        wn_str_addf(reason, "waits for %s: ", kind_words[id].one);
    else
        wn_str_addf(reason, "waits for %zu %s: ", wanted, kind_words[id].several);
    if (next)
        wn_str_addf(reason, "the next one is for sweep %s%s", next->sweep, held ? "; " : "");
    if (!held)
        return;
    if (held < kind->count)
        wn_str_addf(reason, "%zu of %zu held by ", held, kind->count);
    else if (held == 1)
        wn_str_add(reason, "it is held by ");
    else if (held == 2)
        wn_str_add(reason, "both are held by ");
    else
        wn_str_addf(reason, "all %zu are held by ", held);
    add_holders(leases, kind);
}

const char *wn_leases_reason(const struct wn_leases *leases) {
    return wn_str_text(&leases->reason);
}

bool wn_leases_contended(const struct wn_leases *leases) {
    return leases->contended;
}

// ---- taking -------------------------------------------------------------------------------------

// Another runner may have been faster: false.
static bool take_slot(const struct wn_leases *leases, const struct slot *slot, int64_t trial,
                      struct wn_lease *lease) {
    int fd = wn_slot_open(leases->setup.dir, slot->name, true);
    if (fd >= 0 && wn_slot_lock(fd)) {
        struct wn_slot_holder holder = {.key = leases->key, .trial = trial, .since = wn_now()};
        snprintf(holder.sweep, sizeof holder.sweep, "%s", leases->setup.sweep);
        wn_slot_write_holder(fd, &holder);
        *WN_PUSH(lease->fds, lease->count, lease->capacity) = fd;
        return true;
    }
    if (fd >= 0)
        close(fd);
    return false;
}

// The slots that are free and ours to take; `next` is the sweep that has the right to another one.
static size_t find_free(const struct wn_leases *leases, enum kind_id id,
                        const struct wn_lease_want *want, size_t *found,
                        const struct rival **next) {
    const struct kind *kind = &leases->kinds[id];
    size_t count = 0;
    *next = NULL;
    for (size_t i = 0; i < kind->count; i++) {
        if (kind->slots[i].held || (id == GPU && (want->busy >> i & 1)))
            continue;
        const struct rival *owner = rightful(leases, id, i, want->now);
        if (owner)
            *next = owner;
        else
            found[count++] = i;
    }
    return count;
}

// Gives back the newest slots until `count` are left.
static void cut_back(struct wn_lease *lease, size_t count) {
    while (lease->count > count)
        close(lease->fds[--lease->count]);
}

static bool take_kind(struct wn_leases *leases, enum kind_id id, const struct wn_lease_want *want,
                      struct wn_lease *lease) {
    struct kind *kind = &leases->kinds[id];
    size_t wanted = id == GPU ? want->gpus : want->cpus, before = lease->count, taken = 0;
    wanted = wanted < kind->count || id == GPU ? wanted : kind->count;
    size_t *found = wn_calloc(kind->count + 1, sizeof *found);
    const struct rival *next;
    look_at_slots(kind);
    count_ours(leases, kind, want->now);
    size_t count = find_free(leases, id, want, found, &next);
    uint64_t gpus = 0;
    for (size_t i = 0; i < count && count >= wanted && taken < wanted; i++)
        if (take_slot(leases, &kind->slots[found[i]], want->trial, lease)) {
            taken++;
            gpus |= id == GPU ? UINT64_C(1) << found[i] : 0;
        }
    free(found);
    if (taken < wanted) {
        cut_back(lease, before);
        explain(leases, id, wanted, next);
        if (isnan(kind->since))
            kind->since = want->now;
        return false;
    }
    lease->gpus |= gpus;
    kind->since = NAN;
    return true;
}

static bool take_what_lacks(struct wn_leases *leases, const struct wn_lease_want *want,
                            struct wn_lease *lease) {
    look_at_rivals(leases, want->now);
    if (want->gpus && !lease->gpus && !take_kind(leases, GPU, want, lease))
        return false;
    return !want->cpus || take_kind(leases, CPU, want, lease);
}

static bool same_moment(double a, double b) {
    return a == b || (isnan(a) && isnan(b));
}

bool wn_leases_take(struct wn_leases *leases, const struct wn_lease_want *want,
                    struct wn_lease *lease) {
    double before[KINDS];
    for (int id = 0; id < KINDS; id++)
        before[id] = leases->kinds[id].since;
    lease->complete = take_what_lacks(leases, want, lease);
    bool changed = isnan(leases->said);
    for (int id = 0; id < KINDS; id++)
        changed = changed || !same_moment(before[id], leases->kinds[id].since);
    if (!lease->complete && (changed || want->now - leases->said > say_again_after))
        say_what_we_wait_for(leases, want->now);
    return lease->complete;
}

void wn_lease_drop(struct wn_lease *lease) {
    cut_back(lease, 0);
    free(lease->fds);
    *lease = (struct wn_lease){0};
}
