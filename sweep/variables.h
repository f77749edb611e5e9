// SPDX-License-Identifier: GPL-3.0-or-later
// The environment as it is kept on record: JSON of all variables, but of those that look like
// secrets only a mark that tells whether the value changed. The salt of the marks lies beside the
// database, readable by its owner alone, so that a copied database gives nothing to guess from.
#ifndef WN_VARIABLES_H
#define WN_VARIABLES_H

#include <stdbool.h>

// {"HOME":"/home/ada","API_KEY":"(secret 1f2e3d4c5b6a7988)"} in order of names; the caller frees.
// `store_dir` is where the salt lies, or is made.
char *wn_variables_record(char *const *environment, const char *store_dir);

// By its name (..._KEY, ...TOKEN...), or because the value is an address with a password in it.
bool wn_variable_is_secret(const char *name, const char *value);

#endif
