-- Texts that people approve before they are used. The words, their findings and
-- the reasons of those who sent them back are sealed: under the person's key
-- where a text is about one, else under the workspace's. look is a keyed hash of
-- the canonical text. Rows about a person go with the person.
CREATE TABLE copy_drafts (
    ws          text {{C}} NOT NULL,
    id          text {{C}} NOT NULL,
    subject_id  text {{C}} NOT NULL,
    system      text {{C}} NOT NULL,
    look        text {{C}} NOT NULL,
    decision_id text {{C}} NOT NULL,
    sealed      {{blob}} NOT NULL,
    at          bigint NOT NULL,
    PRIMARY KEY (ws, id)
);
CREATE UNIQUE INDEX copy_drafts_look ON copy_drafts (ws, look, system, subject_id);
CREATE INDEX copy_drafts_subject ON copy_drafts (ws, subject_id);
CREATE INDEX copy_drafts_at ON copy_drafts (ws, at);
-- Who asked for the words, once for each decision that they came from.
CREATE TABLE copy_asked (
    ws          text {{C}} NOT NULL,
    draft_id    text {{C}} NOT NULL,
    by_user     text {{C}} NOT NULL,
    decision_id text {{C}} NOT NULL,
    subject_id  text {{C}} NOT NULL,
    at          bigint NOT NULL,
    PRIMARY KEY (ws, draft_id, by_user, decision_id)
);
CREATE INDEX copy_asked_decision ON copy_asked (ws, decision_id);
CREATE INDEX copy_asked_subject ON copy_asked (ws, subject_id);
-- What each person last said; what they said before is on record.
CREATE TABLE copy_answers (
    ws         text {{C}} NOT NULL,
    draft_id   text {{C}} NOT NULL,
    by_user    text {{C}} NOT NULL,
    subject_id text {{C}} NOT NULL,
    state      text {{C}} NOT NULL,
    sealed     {{blob}} NOT NULL,
    via        text {{C}} NOT NULL,
    at         bigint NOT NULL,
    PRIMARY KEY (ws, draft_id, by_user)
);
CREATE INDEX copy_answers_subject ON copy_answers (ws, subject_id);
