// SPDX-License-Identifier: GPL-3.0-or-later
// What a data set has to be: columns and what their values must satisfy. Inferred from a profile,
// written as JSON for people to edit, read back, and held against rows one by one, so that the
// first that violates a rule is told with its line.
#ifndef WN_DRIFT_SCHEMA_H
#define WN_DRIFT_SCHEMA_H

#include "core/data/profile.h"

struct wn_schema_column {
    char *name;
    enum wn_feature_type type;
    bool optional;
    double min, max;          // NaN: no bound; of moments in Unix seconds
    struct wn_counts allowed; // no items: any value
    double max_missing;       // share of rows
    bool unique;
};

struct wn_schema {
    struct wn_schema_column *columns;
    size_t count;
    uint64_t min_rows;
    bool extra; // further columns are no violation
};

// What was seen, with bounds wider by `slack` of the range on either side (but not below 0 where no
// value is), missing values a little more often than seen, and the values of up to 100 categories.
struct wn_schema wn_schema_infer(const struct wn_profile *profile, double slack);
void wn_schema_write(const struct wn_schema *schema, struct wn_str *out);
// WN_BAD_INPUT with a sentence that names the key.
enum wn_status wn_schema_parse(const char *text, struct wn_schema *schema, struct wn_err *err);
void wn_schema_free(struct wn_schema *schema);

// ---- holding it against rows --------------------------------------------------------------------

enum wn_rule {
    WN_RULE_COLUMN, // is not there
    WN_RULE_EXTRA,  // is not in the schema
    WN_RULE_ROWS,
    WN_RULE_TYPE,
    WN_RULE_MIN,
    WN_RULE_MAX,
    WN_RULE_ALLOWED,
    WN_RULE_UNIQUE,
    WN_RULE_MISSING,
    WN_RULES
};
extern const char *const wn_rule_names[]; // as the schema has the keys

struct wn_violation {
    const char *column; // borrowed; "" for rows
    enum wn_rule rule;
    uint64_t count; // of rows
    char *where;    // "a.csv: line 7", of the first; NULL: of the whole
    char *what;     // the value, or what was found
};

struct wn_check;

// The schema and the data are borrowed. `missing`: as for wn_reading_new().
struct wn_check *wn_check_new(const struct wn_schema *schema, struct wn_dataset *data,
                              const char *const *missing);
bool wn_check_go(struct wn_check *check, size_t rows); // false: that was all
// After the last row: valid until the check is released.
const struct wn_violation *wn_check_violations(struct wn_check *check, size_t *count);
void wn_check_free(struct wn_check *check);

#endif
