-- Whom a campaign reached is asked by its page and by Stop.
CREATE INDEX decisions_campaign ON decisions (ws, campaign, at) WHERE campaign <> '';
