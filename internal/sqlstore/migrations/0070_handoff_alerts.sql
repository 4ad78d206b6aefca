-- A promise of a person that was not kept, told once: the row is claimed by one
-- node, and by another where that one died before it had told anybody.
CREATE TABLE conversation_alerts (
    ws              text {{C}} NOT NULL,
    conversation_id text {{C}} NOT NULL,
    due_at          bigint NOT NULL,
    subject_id      text {{C}} NOT NULL,
    lease_at        bigint NOT NULL,    -- until then the claiming node has time
    told            bigint NOT NULL,    -- 1 once it was told
    PRIMARY KEY (ws, conversation_id, due_at)
);
CREATE INDEX conversation_alerts_subject ON conversation_alerts (ws, subject_id);
