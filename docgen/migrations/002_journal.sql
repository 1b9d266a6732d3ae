-- The journal: jobs and how far they are. No names, no facts: ids, positions, digests.
CREATE TABLE job (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    type TEXT NOT NULL,
    request TEXT NOT NULL,              -- what was asked, JSON
    input TEXT NOT NULL,                -- digests of what the job works from
    facts TEXT NOT NULL,
    template TEXT NOT NULL,
    total INTEGER NOT NULL,
    done INTEGER NOT NULL DEFAULT 0,
    owner TEXT NOT NULL,                -- the run that may go on with it
    started_at TEXT NOT NULL,
    touched_at TEXT NOT NULL,
    finished_at TEXT
);
CREATE INDEX job_unfinished ON job (started_at) WHERE finished_at IS NULL;

-- Documents of an unfinished job that stand on the disk; the name is a digest, for it may hold a pupil's.
CREATE TABLE item (
    job INTEGER NOT NULL REFERENCES job (id),
    place INTEGER NOT NULL,             -- of the record in the input, from 0
    name BLOB NOT NULL,
    sha256 BLOB NOT NULL,
    size_bytes INTEGER NOT NULL,
    modified_ns INTEGER NOT NULL,
    PRIMARY KEY (job, place)
) WITHOUT ROWID;
