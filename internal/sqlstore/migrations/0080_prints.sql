-- Fingerprints of what AI made, so that a stripped output can be recognised. Exact
-- and form are keyed hashes; a picture's hash is compared bit by bit and so lies
-- plain, on images alone. What was marked or rendered, handed to
-- a channel and shown on a device are three times, 0 for what isn't known. Rows about a person go with the person.
CREATE TABLE output_prints (
    ws          text {{C}} NOT NULL,
    id          text {{C}} NOT NULL,
    subject_id  text {{C}} NOT NULL,
    decision_id text {{C}} NOT NULL,
    event_id    text {{C}} NOT NULL,
    exact       text {{C}} NOT NULL,
    form        text {{C}} NOT NULL,
    picture     bigint NOT NULL,
    media       text {{C}} NOT NULL,
    source      text {{C}} NOT NULL,
    what        text {{C}} NOT NULL,
    channel     text {{C}} NOT NULL,
    at          bigint NOT NULL,
    delivered   bigint NOT NULL,
    shown       bigint NOT NULL,
    PRIMARY KEY (ws, id)
);
CREATE INDEX output_prints_exact ON output_prints (ws, exact);
CREATE INDEX output_prints_form ON output_prints (ws, form);
CREATE INDEX output_prints_subject ON output_prints (ws, subject_id);
CREATE INDEX output_prints_decision ON output_prints (ws, decision_id);
