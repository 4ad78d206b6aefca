-- First answers of the gateway, for a repeated request with the same
-- Idempotency-Key. A row without sealed is a request that runs, or one whose
-- answer was streamed and is not kept. Rows about a person go with the person.
CREATE TABLE gateway_replies (
    ws         text {{C}} NOT NULL,
    key_hash   text {{C}} NOT NULL,
    print      text {{C}} NOT NULL,   -- keyed hash of the request
    holder     text {{C}} NOT NULL,   -- random: who runs it; '' once it has ended
    subject_id text {{C}} NOT NULL,
    sealed     {{blob}} NOT NULL,
    until      bigint NOT NULL,       -- end of the holder's lease, then of keeping it
    PRIMARY KEY (ws, key_hash)
);
CREATE INDEX gateway_replies_until ON gateway_replies (ws, until);
CREATE INDEX gateway_replies_subject ON gateway_replies (ws, subject_id);
