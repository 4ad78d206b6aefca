-- Which subjects are browsers that answered on a web site, and nobody's person:
-- retention ends them. Goes with the subject.
CREATE TABLE devices (
    ws         text {{C}} NOT NULL,
    subject_id text {{C}} NOT NULL,
    made_at    bigint NOT NULL,
    PRIMARY KEY (ws, subject_id)
);
CREATE INDEX devices_made ON devices (ws, made_at);
