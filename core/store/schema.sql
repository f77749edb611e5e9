-- The store of winnow, version 1 (PRAGMA user_version). docs/store.md explains it with examples.

-- A sweep: one search over one space. Its id names its folder, so the id of a sweep that was removed
-- is never given to another one.
CREATE TABLE sweep (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,         -- running, paused, stopped, finished, failed
    reason TEXT,                 -- why it ended
    method TEXT NOT NULL,
    spec TEXT NOT NULL,          -- the text it was read from
    spec_file TEXT,
    spec_hash INTEGER NOT NULL,
    seed INTEGER NOT NULL,
    parallel INTEGER NOT NULL,
    repeats INTEGER NOT NULL,
    declared INTEGER NOT NULL,   -- configurations x repeats, 0: not known beforehand
    objective TEXT NOT NULL,
    maximize INTEGER NOT NULL,
    cwd TEXT NOT NULL,
    user TEXT NOT NULL,
    host TEXT NOT NULL,
    version TEXT NOT NULL,
    git_commit TEXT,
    git_dirty INTEGER NOT NULL,
    created REAL NOT NULL,       -- Unix seconds
    started REAL NOT NULL,       -- 0: not yet
    ended REAL NOT NULL,
    active REAL NOT NULL,        -- seconds that runners worked on it
    examines INTEGER             -- sweep.id: it runs configurations of that one again; NULL: none
) STRICT;
CREATE INDEX sweep_examines ON sweep (examines) WHERE examines IS NOT NULL;

-- The specs of a sweep. Version 1 is the one it began with, each edit adds one; sweep.spec is the
-- newest. A trial belongs to the last version whose first_trial is not beyond it.
CREATE TABLE spec_version (
    sweep INTEGER NOT NULL,
    version INTEGER NOT NULL,    -- from 1
    spec TEXT NOT NULL,
    spec_hash INTEGER NOT NULL,
    change TEXT,                 -- what was asked for, a JSON list of words; NULL: the first one
    user TEXT NOT NULL,
    created REAL NOT NULL,
    first_trial INTEGER NOT NULL, -- number of the first trial that may be of it
    PRIMARY KEY (sweep, version)
) STRICT, WITHOUT ROWID;

-- A run: one runner's work on a sweep, from run or resume to its end, and what it worked with.
CREATE TABLE run (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sweep INTEGER NOT NULL,
    started REAL NOT NULL,
    ended REAL NOT NULL,         -- 0: not yet, or its runner was killed
    user TEXT NOT NULL,
    host TEXT NOT NULL,
    pid INTEGER NOT NULL,
    version TEXT NOT NULL,
    git_commit TEXT,
    git_patch TEXT,              -- git diff HEAD
    git_untracked TEXT,          -- names, a line each
    environment TEXT NOT NULL    -- JSON; of secrets only a mark
) STRICT;
CREATE INDEX run_sweep ON run (sweep);

-- A trial: one configuration with one seed. id = sweep << 32 | number, so a range of ids is a
-- sweep's trials in order and no other index is needed for that.
CREATE TABLE trial (
    id INTEGER PRIMARY KEY,
    repeat INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    state TEXT NOT NULL,
    params TEXT NOT NULL,        -- JSON, nested as the spec nests
    params_hash INTEGER NOT NULL,
    seed INTEGER NOT NULL,
    reason TEXT,
    condemned TEXT,              -- why it was told to stop
    exit_code INTEGER,           -- NULL: it did not exit by itself
    exit_signal INTEGER,
    created REAL NOT NULL,
    started REAL NOT NULL,
    ended REAL NOT NULL,
    user_cpu REAL NOT NULL,      -- seconds
    system_cpu REAL NOT NULL,
    peak_memory INTEGER NOT NULL, -- bytes
    host TEXT,
    objective REAL,              -- of this trial alone
    log_offset INTEGER NOT NULL, -- bytes of its log that were read
    metrics_offset INTEGER NOT NULL,
    mean REAL,                   -- on repeat 0: over the repeats that count
    se REAL,
    score REAL,                  -- what ranks, lower is better; on repeat 0 only
    killed_by TEXT,              -- the user who ended this trial alone
    enqueued_by TEXT,            -- the user who put its configuration in; NULL: the searcher
    run INTEGER,                 -- run.id: which run of a runner started it; NULL: none yet
    last_line TEXT,              -- what its command said last, where that failed
    imported_from TEXT           -- the file its result comes from; NULL: it ran here
) STRICT;

-- The leaderboard: only what ranks, best first.
CREATE INDEX trial_score ON trial (id >> 32, score, id) WHERE score IS NOT NULL;

-- What ended attempts were before their trial was tried again.
CREATE TABLE attempt (
    trial INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    state TEXT NOT NULL,
    reason TEXT,
    exit_code INTEGER,
    exit_signal INTEGER,
    started REAL NOT NULL,
    ended REAL NOT NULL,
    user_cpu REAL NOT NULL,
    system_cpu REAL NOT NULL,
    peak_memory INTEGER NOT NULL,
    host TEXT,
    PRIMARY KEY (trial, attempt)
) STRICT, WITHOUT ROWID;

-- How many trials of a sweep are in each state; kept by the triggers below.
CREATE TABLE sweep_count (
    sweep INTEGER NOT NULL,
    state TEXT NOT NULL,
    trials INTEGER NOT NULL,
    PRIMARY KEY (sweep, state)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER trial_added AFTER INSERT ON trial BEGIN
    INSERT INTO sweep_count VALUES (new.id >> 32, new.state, 1)
        ON CONFLICT DO UPDATE SET trials = trials + 1;
END;
CREATE TRIGGER trial_changed AFTER UPDATE OF state ON trial WHEN old.state <> new.state BEGIN
    UPDATE sweep_count SET trials = trials - 1 WHERE sweep = old.id >> 32 AND state = old.state;
    INSERT INTO sweep_count VALUES (new.id >> 32, new.state, 1)
        ON CONFLICT DO UPDATE SET trials = trials + 1;
END;

CREATE TABLE metric (
    id INTEGER PRIMARY KEY,
    sweep INTEGER NOT NULL,
    name TEXT NOT NULL,
    UNIQUE (sweep, name)
) STRICT;

-- Points of a series, 256 to a row: 16 bytes each, step and value as little-endian doubles.
CREATE TABLE chunk (
    trial INTEGER NOT NULL,      -- trial.id
    metric INTEGER NOT NULL,
    chunk INTEGER NOT NULL,      -- from 0
    points BLOB NOT NULL,
    PRIMARY KEY (trial, metric, chunk)
) STRICT, WITHOUT ROWID;

-- Summaries of a series. NULL in last: the last value was not a number; in min and max: no value
-- was finite.
CREATE TABLE summary (
    trial INTEGER NOT NULL,
    metric INTEGER NOT NULL,
    count INTEGER NOT NULL,
    last REAL,
    min REAL,
    max REAL,
    PRIMARY KEY (trial, metric)
) STRICT, WITHOUT ROWID;

-- Requests to the runner of a sweep, from any shell; they stay as the record of who asked what.
CREATE TABLE request (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sweep INTEGER NOT NULL,
    trial INTEGER NOT NULL,      -- -1: the whole sweep
    verb TEXT NOT NULL,
    argument TEXT,
    user TEXT NOT NULL,
    created REAL NOT NULL,
    answered REAL NOT NULL,      -- 0: still open
    answer TEXT,
    refused INTEGER NOT NULL     -- 1: it was not obeyed, and answer says why
) STRICT;
CREATE INDEX request_open ON request (sweep) WHERE answered = 0;

-- Words that people put on sweeps and trials to find them again.
CREATE TABLE tag (
    sweep INTEGER NOT NULL,
    trial INTEGER NOT NULL,      -- its number; -1: the sweep itself
    name TEXT NOT NULL,
    user TEXT NOT NULL,
    created REAL NOT NULL,
    PRIMARY KEY (sweep, trial, name)
) STRICT, WITHOUT ROWID;

-- What people wrote about sweeps and trials.
CREATE TABLE note (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sweep INTEGER NOT NULL,
    trial INTEGER NOT NULL,      -- its number; -1: the sweep itself
    text TEXT NOT NULL,
    user TEXT NOT NULL,
    created REAL NOT NULL
) STRICT;
CREATE INDEX note_about ON note (sweep, trial);
