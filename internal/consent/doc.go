// Package consent answers one question, thousands of times a second: may this
// AI system use this person's data for this purpose, on this channel, now?
// And it names the evidence for its answer.
//
// The ledger is append-only: every permission given, refused or withdrawn is an
// event. A person's present permissions are a projection of those events, and
// the projection can be rebuilt from them. Both are pure functions here; the
// Store keeps them.
//
// Seven invariants hold, and are tested over random histories:
//
//  1. A no becomes a yes only by a later affirmative act of the person.
//  2. Unknown, expired, truncated or failed means no.
//  3. A merge of identities takes the most restrictive; an unmerge restores.
//  4. Events count from when they occurred, capped at when they were received;
//     ties deny; a late import never overrides a later withdrawal.
//  5. A browser's opt-out against a grant is a recorded conflict, and denies.
//  6. A new purpose or a new system is never covered by an old grant.
//  7. Every yes names its evidence.
package consent
