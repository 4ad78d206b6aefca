-- What people asked for. Everything about a person is in sealed, under their
-- key; an erasure empties it and leaves what was asked, when, and how it ended.
CREATE TABLE rights_requests (
    ws          text {{C}} NOT NULL,
    id          text {{C}} NOT NULL,
    subject_id  text {{C}} NOT NULL,   -- '' once the person was erased
    kind        text {{C}} NOT NULL,
    rule        text {{C}} NOT NULL,   -- whose deadline
    state       text {{C}} NOT NULL,
    version     bigint NOT NULL,
    received_at bigint NOT NULL,
    due_at      bigint NOT NULL,       -- the first moment that is too late
    changed_at  bigint NOT NULL,
    sealed      {{blob}} NOT NULL,
    PRIMARY KEY (ws, id)
);
CREATE INDEX rights_requests_due ON rights_requests (ws, state, due_at);
CREATE INDEX rights_requests_subject ON rights_requests (ws, subject_id);

-- One row for each operation in another system, written before each call and
-- after it. It names nobody.
CREATE TABLE rights_calls (
    ws         text {{C}} NOT NULL,
    request_id text {{C}} NOT NULL,
    system     text {{C}} NOT NULL,
    op         text {{C}} NOT NULL,
    call_key   text {{C}} NOT NULL,    -- the idempotency key, the same for every attempt
    state      text {{C}} NOT NULL,    -- begun, waiting, ended, failed
    tries      bigint NOT NULL,
    operation  text {{C}} NOT NULL,    -- the other system's id of what takes hours
    outcome    text {{C}} NOT NULL,
    status     bigint NOT NULL,
    remaining  bigint NOT NULL,
    fault      text {{C}} NOT NULL,    -- a code, never another system's text
    not_before bigint NOT NULL,
    at         bigint NOT NULL,
    PRIMARY KEY (ws, request_id, system, op)
);
