-- The register: every number that was ever given, by book and year. No row is ever deleted.
CREATE TABLE entry (
    id INTEGER PRIMARY KEY,
    series TEXT NOT NULL,
    year INTEGER NOT NULL,
    ordinal INTEGER NOT NULL CHECK (ordinal > 0),   -- 45 of «45-о»
    number TEXT NOT NULL,                           -- as it is printed
    is_typed INTEGER NOT NULL,                      -- the clerk typed it
    type TEXT NOT NULL,
    key TEXT NOT NULL,
    has_id INTEGER NOT NULL,                        -- the key is the record's own id
    date TEXT NOT NULL,                             -- the paper's own, ISO
    state TEXT NOT NULL CHECK (state IN ('reserved', 'issued', 'signed', 'void')),
    subject TEXT NOT NULL DEFAULT '',
    file TEXT NOT NULL DEFAULT '',                  -- from the register's own folder, or absolute
    sha256 TEXT NOT NULL DEFAULT '',                -- of the document
    record TEXT NOT NULL,                           -- SHA-256 of the record's facts in canonical form
    template TEXT NOT NULL DEFAULT '',              -- digest of the type's files
    reserved_at TEXT NOT NULL,
    issued_at TEXT,
    signed_at TEXT,
    void_at TEXT,
    reason TEXT NOT NULL DEFAULT '',                -- why it is void
    amends INTEGER REFERENCES entry (id),
    UNIQUE (series, year, number)
);

-- One paper has one number of its book and year; a void one may be made again under another.
CREATE UNIQUE INDEX entry_paper ON entry (series, year, type, key) WHERE state <> 'void';
CREATE INDEX entry_ordinal ON entry (series, year, ordinal);
CREATE INDEX entry_record ON entry (type, record);
CREATE INDEX entry_amends ON entry (amends);

-- What happened to a number, in order: reserved, issued, issued again with other content, signed, void, amended.
CREATE TABLE event (
    id INTEGER PRIMARY KEY,
    entry INTEGER NOT NULL REFERENCES entry (id),
    at TEXT NOT NULL,
    what TEXT NOT NULL,
    file TEXT NOT NULL DEFAULT '',
    sha256 TEXT NOT NULL DEFAULT '',
    record TEXT NOT NULL DEFAULT '',
    template TEXT NOT NULL DEFAULT ''
);
CREATE INDEX event_entry ON event (entry);

CREATE TRIGGER entry_stays BEFORE DELETE ON entry BEGIN
    SELECT RAISE(ABORT, 'a number stays in the register');
END;
CREATE TRIGGER entry_keeps_number BEFORE UPDATE OF series, year, ordinal, number ON entry BEGIN
    SELECT RAISE(ABORT, 'a number stays what it was');
END;
CREATE TRIGGER event_stays BEFORE DELETE ON event BEGIN
    SELECT RAISE(ABORT, 'the history stays');
END;
CREATE TRIGGER event_is_written_once BEFORE UPDATE ON event BEGIN
    SELECT RAISE(ABORT, 'the history stays');
END;
