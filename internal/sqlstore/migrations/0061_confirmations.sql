-- Permissions that wait for a confirmation at an e-mail address. The link's token
-- is kept as a hash; what it confirms, and the address, are sealed under the
-- person's key and deleted with them.
CREATE TABLE confirmations (
    ws         text {{C}} NOT NULL,
    hash       text {{C}} NOT NULL PRIMARY KEY,
    subject_id text {{C}} NOT NULL,
    sealed     {{blob}} NOT NULL,
    at         bigint NOT NULL,
    expires_at bigint NOT NULL,
    used_at    bigint NOT NULL          -- 0: not used
);
CREATE INDEX confirmations_subject ON confirmations (ws, subject_id, at);
