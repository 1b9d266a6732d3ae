-- A job is what was asked for, of one type or of a set, in one piece; finished, it leaves nothing but its id behind.
-- The tables are made anew: an SQLite of 2021 cannot yet drop a column.
CREATE TABLE job_now (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    request TEXT NOT NULL,              -- what was asked, JSON
    input TEXT NOT NULL,                -- digests of what the job works from
    facts TEXT NOT NULL,
    template TEXT NOT NULL,             -- of each type, with a blank between
    total INTEGER NOT NULL,
    done INTEGER NOT NULL DEFAULT 0,
    owner TEXT NOT NULL,                -- the run that may go on with it
    started_at TEXT NOT NULL,
    touched_at TEXT NOT NULL,
    promised TEXT NOT NULL DEFAULT ''   -- SHA-256 of the print file that is about to be put in its place
);
INSERT INTO job_now (id, request, input, facts, template, total, done, owner, started_at, touched_at)
    SELECT id, '{"day":"' || substr(started_at, 1, 10) || '","type":"' || replace(type, '"', '\"') || '",' || substr(request, 2),
        input, facts, template, total, done, owner, started_at, touched_at
    FROM job WHERE finished_at IS NULL;
-- no id is given twice, those of finished jobs neither
DELETE FROM sqlite_sequence WHERE name = 'job_now';
INSERT INTO sqlite_sequence (name, seq) SELECT 'job_now', seq FROM sqlite_sequence WHERE name = 'job';

-- Documents of an unfinished job that stand on the disk; the name is a digest, for it may hold a pupil's.
CREATE TABLE item_now (
    job INTEGER NOT NULL REFERENCES job_now (id),
    place INTEGER NOT NULL,             -- of the record among all of the job, from 0
    name BLOB NOT NULL,
    sha256 BLOB NOT NULL,
    size_bytes INTEGER NOT NULL,
    modified_ns INTEGER NOT NULL,
    PRIMARY KEY (job, place)
) WITHOUT ROWID;
INSERT INTO item_now SELECT item.* FROM item JOIN job_now ON job_now.id = item.job;

DROP TABLE item;
DROP TABLE job;
ALTER TABLE job_now RENAME TO job;
ALTER TABLE item_now RENAME TO item;
