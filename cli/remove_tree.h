// SPDX-License-Identifier: GPL-3.0-or-later
// Deleting a folder with all that is in it.
#ifndef WN_CLI_REMOVE_TREE_H
#define WN_CLI_REMOVE_TREE_H

#include "core/base/err.h"

// Never follows symbolic links and never leaves the file system. Goes on after a failure and
// reports the first one. A folder that is not there counts as deleted.
enum wn_status wn_remove_tree(const char *folder, struct wn_err *err);

#endif
