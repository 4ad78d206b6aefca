-- Webhooks on their way out. The body is sealed under the person's key, or the
-- workspace's where no person is concerned, and goes with the person.
CREATE TABLE outbox (
    ws         text {{C}} NOT NULL,
    id         text {{C}} NOT NULL,    -- sent as webhook-id with every attempt
    endpoint   text {{C}} NOT NULL,
    subject_id text {{C}} NOT NULL,
    state      text {{C}} NOT NULL,    -- waiting, sent, failed
    tries      bigint NOT NULL,
    status     bigint NOT NULL,        -- the last HTTP status; 0 for none
    not_before bigint NOT NULL,
    at         bigint NOT NULL,
    sealed     {{blob}} NOT NULL,      -- emptied once it was sent
    PRIMARY KEY (ws, id)
);
CREATE INDEX outbox_due ON outbox (state, not_before);
CREATE INDEX outbox_subject ON outbox (ws, subject_id);
