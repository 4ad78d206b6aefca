-- Up to which place of the log permissions were announced by webhooks. Places
-- are given by one writer in order; the numbers of rows are not.
CREATE TABLE announced (
    ws    text {{C}} NOT NULL PRIMARY KEY,
    place bigint NOT NULL
);
