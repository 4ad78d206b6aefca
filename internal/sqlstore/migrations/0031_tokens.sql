-- What tokens in protected texts stand for: sealed under the person's key, or
-- the workspace's where no person is named, and deleted with the person.
CREATE TABLE text_tokens (
    ws         text {{C}} NOT NULL,
    purpose    text {{C}} NOT NULL,
    token      text {{C}} NOT NULL,
    subject_id text {{C}} NOT NULL,
    mac        text {{C}} NOT NULL,
    sealed     {{blob}} NOT NULL,
    at         bigint NOT NULL,
    PRIMARY KEY (ws, purpose, token)
);
CREATE INDEX text_tokens_subject ON text_tokens (ws, subject_id);
