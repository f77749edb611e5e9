// SPDX-License-Identifier: GPL-3.0-or-later
// What the files of the space share and nobody else needs. space.c builds, space_when.c resolves
// conditions, config.c maps configurations to the unit cube, space_value.c to trees of values,
// space_count.c counts.
#ifndef WN_SPACE_PRIVATE_H
#define WN_SPACE_PRIVATE_H

#include "core/base/diag.h"
#include "core/space.h"

// Turns parent_name of every condition into an index and fills space->topological.
void wn_space_resolve(struct wn_space *space, struct wn_diags *diags);

// Whether a value can be one of the parameter's, and then which.
enum wn_fit { WN_FITS, WN_WRONG_KIND, WN_OUT_OF_RANGE };
enum wn_fit wn_param_fit(const struct wn_param *param, const struct wn_value *value,
                         struct wn_scalar *scalar);
// Whether drawing ever yields a value that fits; always so where it comes from a continuum.
bool wn_param_draws(const struct wn_param *param, struct wn_scalar scalar);
// The index of a value in the grid of a parameter that has one, or false (grid.c).
bool wn_param_grid_index(const struct wn_param *param, const struct wn_value *value,
                         uint64_t *index);
// The decoded value as a tree that borrows from the parameter; not to be cleared.
struct wn_value wn_param_view(const struct wn_param *param, struct wn_scalar scalar);

// True where all conditions of the leaf hold in `config`, whose parents are settled.
bool wn_param_enabled(const struct wn_space *space, const struct wn_config *config, size_t leaf);

// ---- counting (space_count.c) -------------------------------------------------------------------
// A leaf's domain: how many values it has and, for every condition upon it, which of them satisfy
// it, as keys that tell its values apart. Cardinality and grid count over different domains.
struct wn_matches {
    uint64_t *keys; // ascending, without duplicates
    size_t count;
};

struct wn_domains {
    const struct wn_space *space;
    uint64_t *sizes;             // of each leaf; WN_ENDLESS: not finite
    struct wn_matches **matches; // [leaf][condition]: keys of the parent's values
};

#define WN_ENDLESS UINT64_MAX

// `key` gives a value's key, or false where the leaf never takes it; `size` a leaf's number of
// values, 0 where that is not finite.
typedef bool wn_key_of(const struct wn_param *param, const struct wn_value *value, uint64_t *key);
typedef uint64_t wn_size_of(const struct wn_param *param);
void wn_domains_init(struct wn_domains *domains, const struct wn_space *space, wn_size_of *size,
                     wn_key_of *key);
void wn_domains_free(struct wn_domains *domains);
bool wn_matches_have(const struct wn_matches *matches, uint64_t key);
// Different active combinations; 0 where infinite, over 2^53 or not to be found in reasonable time.
uint64_t wn_domains_count(const struct wn_domains *domains);

#endif
