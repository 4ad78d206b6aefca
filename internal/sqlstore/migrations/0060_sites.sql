-- Which workspace the public id in a web site's tag belongs to. What the site
-- asks, and from where, is a document.
CREATE TABLE sites (
    ws text {{C}} NOT NULL,
    id text {{C}} NOT NULL PRIMARY KEY,
    at bigint NOT NULL
);
CREATE INDEX sites_ws ON sites (ws, at);

-- How often a site asked, and what it was told: nothing of whom. notice is the
-- hash of the exact text, '' for the banner as a whole.
CREATE TABLE site_counts (
    ws     text {{C}} NOT NULL,
    site   text {{C}} NOT NULL,
    day    text {{C}} NOT NULL,         -- UTC, as 2026-11-24
    notice text {{C}} NOT NULL,
    what   text {{C}} NOT NULL,         -- served, gpc, answered, yes, no
    n      bigint NOT NULL,
    PRIMARY KEY (ws, site, day, notice, what)
) {{norowid}};
