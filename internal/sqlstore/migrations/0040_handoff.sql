-- Conversations between a person and a program, and who holds them. What was said
-- is sealed under the person's key and deleted with them. epoch rises with each
-- change of owner; a message of an earlier epoch is never kept.
CREATE TABLE conversations (
    ws           text {{C}} NOT NULL,
    id           text {{C}} NOT NULL,
    subject_id   text {{C}} NOT NULL,
    decision_id  text {{C}} NOT NULL,
    state        text {{C}} NOT NULL,
    epoch        bigint NOT NULL,
    owner        text {{C}} NOT NULL,
    language     text {{C}} NOT NULL,
    reason       text {{C}} NOT NULL,
    said         bigint NOT NULL,
    requested_at bigint NOT NULL,
    due_at       bigint NOT NULL,
    callback_at  bigint NOT NULL,
    at           bigint NOT NULL,
    PRIMARY KEY (ws, id)
);
CREATE INDEX conversations_queue ON conversations (ws, state, due_at);
CREATE INDEX conversations_subject ON conversations (ws, subject_id);

CREATE TABLE conversation_messages (
    ws              text {{C}} NOT NULL,
    conversation_id text {{C}} NOT NULL,
    seq             bigint NOT NULL,
    id              text {{C}} NOT NULL,
    subject_id      text {{C}} NOT NULL,
    sender          text {{C}} NOT NULL,
    kind            text {{C}} NOT NULL,
    epoch           bigint NOT NULL,
    sealed          {{blob}} NOT NULL,
    at              bigint NOT NULL,
    PRIMARY KEY (ws, conversation_id, seq)
);
CREATE UNIQUE INDEX conversation_messages_id ON conversation_messages (ws, conversation_id, id);
CREATE INDEX conversation_messages_subject ON conversation_messages (ws, subject_id);

-- Both ends of every stretch, by the epoch that it began.
CREATE TABLE conversation_moves (
    ws              text {{C}} NOT NULL,
    conversation_id text {{C}} NOT NULL,
    epoch           bigint NOT NULL,
    subject_id      text {{C}} NOT NULL,
    before          text {{C}} NOT NULL,
    state           text {{C}} NOT NULL,
    owner           text {{C}} NOT NULL,
    at              bigint NOT NULL,
    PRIMARY KEY (ws, conversation_id, epoch)
);
CREATE INDEX conversation_moves_subject ON conversation_moves (ws, subject_id);
