// SPDX-License-Identifier: GPL-3.0-or-later
// The search space: an ordered list of leaf parameters (nested groups flattened, sorted by name per
// level, depth first) with their conditions; and configurations, which give each leaf a value.
// A space is built once and then read-only; it owns its parameters.
#ifndef WN_SPACE_H
#define WN_SPACE_H

#include "core/dist.h"
#include "core/expr.h"

// Active only while `parent` is active and has one of `values` (when: {parent: value or [values]}).
struct wn_when {
    char *parent_name; // as written: dotted path from the top, or a sibling's name
    size_t depth;      // of the group it was written on, whose siblings are meant; 0: the leaf
    int line, column;  // of the name
    size_t parent;     // index of the parent leaf, set by wn_space_finish()
    struct wn_value *values;
    size_t count;
};

struct wn_choice { // one of the values of a parameter
    uint64_t hash;
    size_t index;
};

struct wn_param {
    char **path; // names from the top to the leaf
    size_t depth;
    char *name; // path joined by '.': the name in -p, {name}, --where and columns
    const struct wn_dist *dist;
    struct wn_dist_args args; // what it points to is owned by the parameter
    enum wn_kind kind;        // dist->kind(args), set by wn_space_finish()
    struct wn_choice *sorted; // choices in order of their hashes, set by wn_space_finish()
    struct wn_when *when;     // all must hold
    size_t when_count;
    int line, column; // place of the definition, for messages
};

struct wn_config { // one value per leaf of its space, in the space's order
    struct wn_scalar *values;
    bool *active; // false: switched off by its condition; its value is then without meaning
};

struct wn_space {
    struct wn_param *params;
    size_t count, capacity;
    size_t *topological; // leaf indices, parents before children
    size_t *by_name;     // leaf indices in order of their dotted names, for wn_space_index()
    // Constraints that must all hold, and forbidden combinations none of which may (expr.h, over
    // parameter names; an inactive parameter is NULL; an expression that is NULL does not object).
    struct wn_expr **constraints;
    size_t constraint_count;
    struct wn_expr **forbidden;
    size_t forbidden_count;
};

struct wn_diags;

// Building: add parameters (takes over what *param owns), then finish once. wn_space_finish()
// sorts, resolves conditions (unknown parents, cycles and impossible values are added to diags) and
// kinds.
struct wn_space *wn_space_new(void);
void wn_space_add(struct wn_space *space, struct wn_param *param);
enum wn_status wn_space_finish(struct wn_space *space, struct wn_diags *diags);
// Compiles expressions over the parameter names of a finished space; err tells what is wrong.
enum wn_status wn_space_constrain(struct wn_space *space, const char *text, bool forbidden,
                                  struct wn_err *err);
void wn_space_free(struct wn_space *space);
void wn_param_clear(struct wn_param *param);
// Index of the parameter called `name` (dotted), or -1.
int wn_space_index(const struct wn_space *space, const char *name);

// Configurations. wn_config_new() gives one with all zero; free with wn_config_free().
struct wn_config *wn_config_new(const struct wn_space *space);
struct wn_config *wn_config_copy(const struct wn_space *space, const struct wn_config *config);
void wn_config_free(struct wn_config *config);

// Between the unit cube (one coordinate per leaf, in order) and configurations. Decoding applies
// conditions; encoding gives 0.5 to inactive leaves; decode(encode(c)) equals c.
void wn_space_decode(const struct wn_space *space, const double *unit, struct wn_config *config);
void wn_space_encode(const struct wn_space *space, const struct wn_config *config, double *unit);
// Sets config->active from the values, parents first.
void wn_space_activate(const struct wn_space *space, struct wn_config *config);
// True where no constraint objects. (Thread: the caller's; expressions keep state.)
bool wn_space_allows(const struct wn_space *space, const struct wn_config *config);

// Stable 64-bit hash over names and values of active leaves; equal configurations hash alike, also
// across machines and releases (1 and 1.0 alike). Never 0.
uint64_t wn_space_hash(const struct wn_space *space, const struct wn_config *config);

// How many different configurations there are, conditions considered and constraints not;
// 0 where infinite, over 2^53, or too entangled by conditions to be counted in reasonable time.
uint64_t wn_space_cardinality(const struct wn_space *space);

// One leaf's value as a value tree (copied; the caller clears); WN_NULL where inactive.
struct wn_value wn_space_leaf(const struct wn_space *space, const struct wn_config *config,
                              size_t leaf);
// The whole configuration, nested as the spec nests, top-level names sorted; inactive leaves absent
// (and groups without an active leaf). The caller clears.
struct wn_value wn_space_config_value(const struct wn_space *space, const struct wn_config *config);
// The other way: reads nested or dotted names. WN_BAD_INPUT names what is unknown, missing, out of
// range or inactive. Values are checked by kind; out-of-range numbers are refused.
enum wn_status wn_space_config_parse(const struct wn_space *space, const struct wn_value *value,
                                     struct wn_config *config, struct wn_err *err);
// The same of JSON text; the caller frees *config.
enum wn_status wn_space_config_from_json(const struct wn_space *space, const char *json,
                                         struct wn_config **config, struct wn_err *err);

// Grid enumeration in W&B's order: product over leaves, the last varying fastest; with conditions
// each distinct active combination once. Constraint-violating points are skipped by the caller.
struct wn_grid; // a cursor
// Refuses parameters that cannot be enumerated (one diag each).
enum wn_status wn_grid_new(const struct wn_space *space, struct wn_grid **grid,
                           struct wn_diags *diags);
bool wn_grid_next(struct wn_grid *grid, struct wn_config *config); // false: no more
uint64_t
wn_grid_count(const struct wn_grid *grid); // distinct points without constraints; 0: over 2^53
void wn_grid_free(struct wn_grid *grid);

#endif
