// SPDX-License-Identifier: GPL-3.0-or-later
// A JSON-like value that keeps what JSON libraries drop: integer against float, quoted against
// plain, and its place in the file. Documents (doc.h) and configurations are made of it.
// A value owns everything below it; wn_value_clear() releases the inside, not the struct.
#ifndef WN_VALUE_H
#define WN_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"
#include "core/base/str.h"

struct cJSON;

enum wn_type { WN_NULL, WN_BOOL, WN_INT, WN_FLOAT, WN_STRING, WN_LIST, WN_MAP };

struct wn_value {
    enum wn_type type;
    bool quoted;      // a scalar written in quotes
    int line, column; // 1-based place in its file; 0 for a value made in memory
    union {           // the largest first: what is not initialised is then an empty list
        struct {
            struct wn_value *items;
            struct wn_value *keys; // maps only: WN_STRING values with their own places
            size_t count;
        } list;
        bool boolean;
        int64_t integer;
        double number;
        struct {
            char *text; // NUL-terminated, never holds NUL inside
        } string;
    };
};

const char *wn_type_name(enum wn_type type); // "null", "true/false", "integer", "number", ...

struct wn_value wn_value_int(int64_t integer);
struct wn_value wn_value_float(double number);
struct wn_value wn_value_string(const char *text); // copies
struct wn_value wn_value_copy(const struct wn_value *value);
void wn_value_clear(struct wn_value *value);

// The entry `key` of a map, or NULL (also when `map` is NULL or no map).
const struct wn_value *wn_value_get(const struct wn_value *map, const char *key);

// The same to write to: made as WN_NULL where missing. Anything but a map becomes an empty one
// first.
struct wn_value *wn_value_entry(struct wn_value *map, const char *key);
// Sets the entry `key` of a map; takes over what `value` owns.
void wn_value_put(struct wn_value *map, const char *key, struct wn_value value);

// Calls `each` for all that is no map, or an empty one, by its dotted path: "optimizer.lr" of
// {"optimizer": {"lr": 0.1}}. What is no map itself has the path "".
void wn_value_each_leaf(const struct wn_value *value,
                        void (*each)(void *context, const char *path, const struct wn_value *leaf),
                        void *context);

// Takes the entry `key` out of a map, if it is there.
void wn_value_drop(struct wn_value *map, const char *key);

// True and *number set for WN_INT and WN_FLOAT (booleans are not numbers).
bool wn_value_number(const struct wn_value *value, double *number);

// W&B's equality of grid values: 1.0 equals 1, true differs from 1, "1" differs from 1, key order
// in maps ignored. wn_value_hash() agrees with it and is stable across machines and releases.
bool wn_value_equal(const struct wn_value *a, const struct wn_value *b);
uint64_t wn_value_hash(const struct wn_value *value);

// A total order for display: null, booleans, numbers, strings, lists, maps.
int wn_value_compare(const struct wn_value *a, const struct wn_value *b);

// The shortest decimal that reads back as the same double, spelled as Python's repr() does:
// 0.0001, 1e-05, 1e+16, 3.0, inf, -inf, nan. `out` holds at least 32 bytes; returns `out`.
char *wn_float_repr(double number, char *out);

// Appends str(value) as Python prints it: True, None, 1e-05, [1, 'a'], {'k': 1}; a string at the
// top level is unquoted. This is what W&B passes as an argument.
void wn_value_python(struct wn_str *out, const struct wn_value *value);

enum wn_json_style {
    WN_JSON_COMPACT, // {"a":1,"b":[2]}, UTF-8 as it is; NaN and infinities become null
    WN_JSON_PYTHON,  // json.dumps: {"a": 1, "b": [2]}, non-ASCII as \uXXXX, NaN and Infinity bare
    WN_JSON_YAML,    // as COMPACT, but .nan and .inf: what doc.h reads back to the same value
};
void wn_value_json(struct wn_str *out, const struct wn_value *value, enum wn_json_style style);

bool wn_is_utf8(const char *text);

// The pieces, for code that streams JSON: a quoted string; a number (null where not finite).
void wn_json_string(struct wn_str *out, const char *text);
void wn_json_number(struct wn_str *out, double number);

// A value from cJSON's tree: numbers that are whole and within 2^53 become WN_INT. No places.
struct wn_value wn_value_from_cjson(const struct cJSON *json);
enum wn_status wn_value_parse_json(const char *text, struct wn_value *value, struct wn_err *err);

#endif
