-- The store's foundation. Times are Unix microseconds, ids are text made in Go.
-- {{serial}}, {{blob}}, {{C}} and {{norowid}} are filled in for each database.

CREATE TABLE workspaces (
    ws         text {{C}} NOT NULL PRIMARY KEY,
    name       text NOT NULL,
    kind       text NOT NULL,           -- real, demo
    log_origin text NOT NULL UNIQUE,
    created_at bigint NOT NULL,
    settings   text NOT NULL            -- JSON
);

-- Wrapped peppers, workspace keys and signing keys. ws is '' for the installation.
CREATE TABLE secrets (
    ws      text {{C}} NOT NULL,
    name    text {{C}} NOT NULL,
    wrapped {{blob}} NOT NULL,
    PRIMARY KEY (ws, name)
);

-- version changes with every change of what may be done to the person.
-- lookup is NULL once the person was erased.
CREATE TABLE subjects (
    ws         text {{C}} NOT NULL,
    id         text {{C}} NOT NULL,
    lookup     text {{C}},
    version    bigint NOT NULL,
    created_at bigint NOT NULL,
    erased_at  bigint,
    PRIMARY KEY (ws, id),
    UNIQUE (ws, lookup)
);

-- A table of its own, with rowids, so that deleting a row overwrites the key
-- (secure_delete) and VACUUM of it alone is quick.
CREATE TABLE subject_keys (
    ws         text {{C}} NOT NULL,
    subject_id text {{C}} NOT NULL,
    wrapped    {{blob}} NOT NULL,
    PRIMARY KEY (ws, subject_id)
);

CREATE TABLE erasures (
    ws     text {{C}} NOT NULL,
    id     text {{C}} NOT NULL,         -- the subject
    key_id text {{C}} NOT NULL,         -- random; the erasure's leaf names it
    at     bigint NOT NULL,
    PRIMARY KEY (ws, id)
);

CREATE TABLE leases (
    name   text {{C}} NOT NULL PRIMARY KEY,
    holder text {{C}} NOT NULL,
    fence  bigint NOT NULL,             -- grows with every change of holder
    until  bigint NOT NULL
);
