-- Which decision a person's review is about. The review itself is a decision on
-- record; this only finds it.
CREATE TABLE reviews (
    ws          text {{C}} NOT NULL,
    review_id   text {{C}} NOT NULL,
    decision_id text {{C}} NOT NULL,
    subject_id  text {{C}} NOT NULL,
    system      text {{C}} NOT NULL,
    outcome     text {{C}} NOT NULL,    -- confirmed, overturned
    at          bigint NOT NULL,
    PRIMARY KEY (ws, review_id)
);
CREATE INDEX reviews_decision ON reviews (ws, decision_id);
CREATE INDEX reviews_subject ON reviews (ws, subject_id);
CREATE INDEX reviews_at ON reviews (ws, at);

-- How long reviews took, kept only once that has been agreed with the staff. The
-- reviewer is a keyed hash: it tells five people from one, and nothing else.
CREATE TABLE review_times (
    ws       text {{C}} NOT NULL,
    id       text {{C}} NOT NULL,
    system   text {{C}} NOT NULL,
    reviewer text {{C}} NOT NULL,
    seconds  bigint NOT NULL,
    at       bigint NOT NULL,
    PRIMARY KEY (ws, id)
);
