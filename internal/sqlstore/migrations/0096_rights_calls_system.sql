-- The console lists what one other system did, newest first.
CREATE INDEX rights_calls_system ON rights_calls (ws, system, at);
