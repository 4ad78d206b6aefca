-- What limited keys have used: requests in a minute ('m'), tokens in a day of UTC
-- ('d'). Each node adds what it counted; the sums are everybody's. Periods that
-- are over are removed with the next addition.
CREATE TABLE gateway_usage (
    ws     text {{C}} NOT NULL,
    key_id text {{C}} NOT NULL,
    unit   text {{C}} NOT NULL,
    period bigint NOT NULL,      -- minutes or days since 1970
    n      bigint NOT NULL,
    PRIMARY KEY (ws, key_id, unit, period)
);
