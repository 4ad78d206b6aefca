-- Protected attributes of people, for audits alone: sealed under the person's
-- key, so that erasing the person erases them too.
CREATE TABLE protected_attributes (
    ws         text {{C}} NOT NULL,
    subject_id text {{C}} NOT NULL,
    sealed     {{blob}} NOT NULL,
    PRIMARY KEY (ws, subject_id)
);

-- What came true of a decision, such as bought or not. It may come late.
CREATE TABLE outcomes (
    ws          text {{C}} NOT NULL,
    decision_id text {{C}} NOT NULL,
    label       text {{C}} NOT NULL,
    at          bigint NOT NULL,
    PRIMARY KEY (ws, decision_id)
);
