-- What is told of a conversation, once: a promise of a person that was broken
-- (late, by when it was due), a request (asked, by its epoch) and what the
-- customer wrote (said, by its number). The row is claimed by one node, and by
-- another where that one died before it had told.
CREATE TABLE conversation_alerts (
    ws              text {{C}} NOT NULL,
    conversation_id text {{C}} NOT NULL,
    kind            text {{C}} NOT NULL,
    mark            bigint NOT NULL,
    subject_id      text {{C}} NOT NULL,
    lease_at        bigint NOT NULL,    -- until then the claiming node has time
    told            bigint NOT NULL,    -- 1 once it was told
    PRIMARY KEY (ws, conversation_id, kind, mark)
);
CREATE INDEX conversation_alerts_subject ON conversation_alerts (ws, subject_id);
