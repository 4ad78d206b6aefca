-- A person's present permissions, sealed under the person's key, and the
-- cluster of identities that the person belongs to ('' for one alone).
CREATE TABLE consent_state (
    ws         text {{C}} NOT NULL,
    subject_id text {{C}} NOT NULL,
    sealed     {{blob}} NOT NULL,
    PRIMARY KEY (ws, subject_id)
);

CREATE TABLE clusters (
    ws         text {{C}} NOT NULL,
    subject_id text {{C}} NOT NULL,
    cluster    text {{C}} NOT NULL,
    joined_at  bigint NOT NULL,
    PRIMARY KEY (ws, subject_id)
);
CREATE INDEX clusters_cluster ON clusters (ws, cluster);

-- What was said how often, without who: one row a change, for counting.
CREATE TABLE consent_log (
    ws       text {{C}} NOT NULL,
    event_id text {{C}} NOT NULL,
    n        bigint NOT NULL,
    purpose  text {{C}} NOT NULL,
    system   text {{C}} NOT NULL,
    channel  text {{C}} NOT NULL,
    state    text {{C}} NOT NULL,
    basis    text {{C}} NOT NULL,
    notice   text {{C}} NOT NULL,
    at       bigint NOT NULL,
    PRIMARY KEY (ws, event_id, n)
);

-- The register, pilots, notices and the like: versioned JSON, never updated.
CREATE TABLE documents (
    ws      text {{C}} NOT NULL,
    kind    text {{C}} NOT NULL,
    id      text {{C}} NOT NULL,
    version bigint NOT NULL,
    body    text NOT NULL,
    by_user text {{C}} NOT NULL,
    at      bigint NOT NULL,
    PRIMARY KEY (ws, kind, id, version)
);

-- Changes with every document of the workspace, so that a node knows that what
-- it holds in memory is still what is stored.
CREATE TABLE epochs (
    ws    text {{C}} NOT NULL PRIMARY KEY,
    epoch bigint NOT NULL
);

CREATE TABLE api_keys (
    id         text {{C}} NOT NULL PRIMARY KEY,
    ws         text {{C}} NOT NULL,
    owner      text {{C}} NOT NULL,
    name       text NOT NULL,
    hash       text {{C}} NOT NULL UNIQUE,
    scopes     text NOT NULL,
    created_at bigint NOT NULL,
    revoked_at bigint NOT NULL
);
CREATE INDEX api_keys_ws ON api_keys (ws, created_at);

CREATE TABLE users (
    id         text {{C}} NOT NULL PRIMARY KEY,
    ws         text {{C}} NOT NULL,
    login      text {{C}} NOT NULL UNIQUE,
    name       text NOT NULL,
    role       text {{C}} NOT NULL,
    password   text NOT NULL,
    created_at bigint NOT NULL,
    retired_at bigint NOT NULL
);
CREATE INDEX users_ws ON users (ws, login);

CREATE TABLE sessions (
    hash       text {{C}} NOT NULL PRIMARY KEY,
    ws         text {{C}} NOT NULL,
    user_id    text {{C}} NOT NULL,
    expires_at bigint NOT NULL
);

CREATE TABLE invites (
    hash       text {{C}} NOT NULL PRIMARY KEY,
    ws         text {{C}} NOT NULL,
    role       text {{C}} NOT NULL,
    expires_at bigint NOT NULL
);

-- Cases: a person asked for a human or said that a decision was wrong. What
-- they wrote is sealed under their key.
CREATE TABLE cases (
    ws          text {{C}} NOT NULL,
    id          text {{C}} NOT NULL,
    kind        text {{C}} NOT NULL,      -- human, wrong
    decision_id text {{C}} NOT NULL,
    subject_id  text {{C}} NOT NULL,
    state       text {{C}} NOT NULL,      -- open, answered
    sealed      {{blob}} NOT NULL,
    due_at      bigint NOT NULL,
    at          bigint NOT NULL,
    PRIMARY KEY (ws, id)
);

-- One-time codes for facts about accounts: hashed, few tries, short-lived.
CREATE TABLE codes (
    ws          text {{C}} NOT NULL,
    decision_id text {{C}} NOT NULL,
    hash        text {{C}} NOT NULL,
    tries       bigint NOT NULL,
    expires_at  bigint NOT NULL,
    PRIMARY KEY (ws, decision_id)
);

CREATE INDEX decisions_at ON decisions (ws, at);
CREATE INDEX decisions_verdict ON decisions (ws, verdict, at);
CREATE INDEX decisions_event ON decisions (ws, event_id);
