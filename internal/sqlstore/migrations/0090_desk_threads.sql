-- What a help desk calls a request that was handed to it. The row is there
-- before the call, without the name, so that an answer which is faster than the
-- call's receipt can be told from one that is nobody's.
CREATE TABLE desk_threads (
    ws              text {{C}} NOT NULL,
    desk            text {{C}} NOT NULL,
    conversation_id text {{C}} NOT NULL,
    epoch           bigint NOT NULL,       -- of the request
    subject_id      text {{C}} NOT NULL,
    look            text {{C}} NOT NULL,   -- keyed hash of the name; '' until it is known
    sealed          {{blob}} NOT NULL,     -- the name, under the person's key
    at              bigint NOT NULL,
    PRIMARY KEY (ws, desk, conversation_id, epoch)
);
CREATE INDEX desk_threads_look ON desk_threads (ws, desk, look);
CREATE INDEX desk_threads_subject ON desk_threads (ws, subject_id);
