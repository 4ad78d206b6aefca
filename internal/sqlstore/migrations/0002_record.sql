-- The record: rows are events, and none is ever changed or removed.

CREATE TABLE events (
    seq         {{serial}},
    ws          text {{C}} NOT NULL,
    id          text {{C}} NOT NULL,
    leaf_id     text {{C}} NOT NULL,    -- random; the only id in the leaf
    kind        text {{C}} NOT NULL,
    sealed_for  text {{C}} NOT NULL,    -- subject, workspace
    at          bigint NOT NULL,
    commitment  {{blob}} NOT NULL,      -- SHA-256(salt || payload)
    cipher_hash {{blob}} NOT NULL,      -- SHA-256(id, sealed_for, at, decision, cipher)
    cipher      {{blob}} NOT NULL       -- sealed salt || payload
);
CREATE UNIQUE INDEX events_id ON events (id);

-- Whom an event concerns. Deleted by erasure.
CREATE TABLE event_subjects (
    ws         text {{C}} NOT NULL,
    event_id   text {{C}} NOT NULL,
    subject_id text {{C}} NOT NULL,
    PRIMARY KEY (ws, event_id, subject_id)
) {{norowid}};
CREATE INDEX event_subjects_subject ON event_subjects (ws, subject_id);

-- Where an event's leaf lies in the log. Apart from events, which never change.
CREATE TABLE log_index (
    ws        text {{C}} NOT NULL,
    seq       bigint NOT NULL,
    log_index bigint NOT NULL,
    PRIMARY KEY (seq)
) {{norowid}};
CREATE INDEX log_index_place ON log_index (ws, log_index);

-- Log entries that a crash made twice; the first one counts.
CREATE TABLE log_duplicates (
    ws        text {{C}} NOT NULL,
    log_index bigint NOT NULL,
    seq       bigint NOT NULL,          -- the row whose leaf lies there again
    PRIMARY KEY (ws, log_index)
);

-- The last checkpoint that was published, for comparison at the next start.
CREATE TABLE log_checkpoints (
    ws   text {{C}} NOT NULL PRIMARY KEY,
    size bigint NOT NULL,
    note text NOT NULL
);

-- What may be filtered and counted without a key: nothing about a person.
CREATE TABLE decisions (
    ws           text {{C}} NOT NULL,
    id           text {{C}} NOT NULL,
    event_id     text {{C}} NOT NULL,
    system       text {{C}} NOT NULL,
    purpose      text {{C}} NOT NULL,
    channel      text {{C}} NOT NULL,
    verdict      text {{C}} NOT NULL,
    stopped_at   text {{C}} NOT NULL,
    reason       text {{C}} NOT NULL,   -- the rule that stopped it
    arm          text {{C}} NOT NULL,
    jurisdiction text {{C}} NOT NULL,
    band         text {{C}} NOT NULL,
    campaign     text {{C}} NOT NULL,
    at           bigint NOT NULL,
    PRIMARY KEY (ws, id)
) {{norowid}};

-- The same decision for a retry. The reply is sealed under the person's key.
CREATE TABLE idempotency (
    ws          text {{C}} NOT NULL,
    key_hash    text {{C}} NOT NULL,
    decision_id text {{C}} NOT NULL,
    event_id    text {{C}} NOT NULL,
    reply       {{blob}} NOT NULL,
    subject_id  text {{C}},
    at          bigint NOT NULL,
    PRIMARY KEY (ws, key_hash)
);
CREATE INDEX idempotency_subject ON idempotency (ws, subject_id);
CREATE INDEX idempotency_at ON idempotency (at);

-- Streams that began and have not ended.
CREATE TABLE open_events (
    ws       text {{C}} NOT NULL,
    event_id text {{C}} NOT NULL PRIMARY KEY,
    at       bigint NOT NULL
);
