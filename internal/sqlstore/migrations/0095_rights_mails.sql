-- Mails to a person about a request, one of each kind: what it was about and how
-- it ended. It names nobody: the address is in the request, sealed.
CREATE TABLE rights_mails (
    ws         text {{C}} NOT NULL,
    request_id text {{C}} NOT NULL,
    what       text {{C}} NOT NULL,   -- received, extended, answered
    state      text {{C}} NOT NULL,   -- waiting, sent, failed, overtaken, no_server, no_address
    tries      bigint NOT NULL,
    not_before bigint NOT NULL,
    at         bigint NOT NULL,
    PRIMARY KEY (ws, request_id, what)
);
CREATE INDEX rights_mails_due ON rights_mails (ws, state, not_before);
