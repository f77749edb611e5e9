// SPDX-License-Identifier: GPL-3.0-or-later
// The files of trials: their names and the exit record, shared by the runner and the shim.
// This file and trialfiles.c need no libc beyond memcpy and strlen, as the shim has none.
//
// Under STORE/sweeps/ID/:
//   logs/TRIAL.ATTEMPT.log   what the command printed; locked (flock) while the shim lives
//   logs.sqlar               the logs and metrics files of attempts that are over (pack.h)
//   metrics/TRIAL.ATTEMPT    what it appended to $WINNOW_METRICS; only where it did
//   artifacts/TRIAL/         only where the spec asks for artifacts
//   configs/TRIAL.json       only where the command uses ${args_json_file}
//   exits.jsonl              one line per ended attempt, appended by one write
//   lock                     held by the runner that owns the sweep
//   runner.log               what a detached runner would have printed
#ifndef WN_TRIALFILES_H
#define WN_TRIALFILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum wn_cut { // who ended the trial before its time
    WN_CUT_NONE,
    WN_CUT_REQUEST, // the shim was told to (SIGTERM)
    WN_CUT_WALL,
    WN_CUT_CPU,
    WN_CUT_SILENCE,
    WN_CUT_MEMORY, // over the memory limit
    WN_CUT_KERNEL, // the kernel's out-of-memory killer
    WN_CUTS
};

struct wn_exit_record {
    int64_t trial, attempt;
    int32_t start_error; // errno of a command that could not be started, else 0
    int32_t exit_code, exit_signal;
    enum wn_cut cut;
    int32_t survivors;           // most descendants seen alive after the command itself was gone
    double started, ended;       // Unix seconds
    double user_cpu, system_cpu; // seconds, of the whole tree as far as it was waited for
    // Bytes: the larger of the greatest ru_maxrss below the shim and of what samples found resident
    // in the whole tree, where pages that processes share count for each of them.
    int64_t peak_memory;
};

const char *wn_cut_name(enum wn_cut cut);

// Writes the record as one JSON line (with newline) into `line`; returns its length, 0 if no room.
#define WN_RECORD_MAX 1024
size_t wn_record_format(const struct wn_exit_record *record, char *line, size_t room);
// Reads one line (without newline). False: torn or foreign.
bool wn_record_parse(const char *line, size_t length, struct wn_exit_record *record);

#endif
