-- Answers and conversations that a provider keeps and that a later request may
-- name. The provider's account is the installation's, so an id is worth nothing
-- by itself: a row says whose it is. sealed holds the placeholders of the turns
-- until then and what they stand for, under the person's key; it is empty where
-- nobody is faced. Rows about a person go with the person.
CREATE TABLE gateway_turns (
    hash       text {{C}} NOT NULL PRIMARY KEY,   -- SHA-256 of the provider's id, which is random
    ws         text {{C}} NOT NULL,
    system     text {{C}} NOT NULL,
    subject_id text {{C}} NOT NULL,
    sealed     {{blob}} NOT NULL,
    until      bigint NOT NULL
);
CREATE INDEX gateway_turns_until ON gateway_turns (until);
CREATE INDEX gateway_turns_subject ON gateway_turns (ws, subject_id);
