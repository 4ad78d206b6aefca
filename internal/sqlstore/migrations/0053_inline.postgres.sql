-- Sealed values can't be compressed, and most have 1 to 4 KB: keep them in the
-- row instead of trying, and instead of a second table with an index of its own.
ALTER TABLE events ALTER COLUMN cipher SET STORAGE EXTERNAL;
ALTER TABLE events SET (toast_tuple_target = 8160);
ALTER TABLE consent_state ALTER COLUMN sealed SET STORAGE EXTERNAL;
ALTER TABLE consent_state SET (toast_tuple_target = 8160);
ALTER TABLE idempotency ALTER COLUMN reply SET STORAGE EXTERNAL;
ALTER TABLE idempotency SET (toast_tuple_target = 8160);
