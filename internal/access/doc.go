// Package access decides who may do what: API keys with scopes, staff accounts
// with roles, sessions, and the workspace that a credential belongs to.
//
// Scope and workspace come from the credential alone, never from an id that a
// client sends. Secrets are stored as hashes: SHA-256 for keys and tokens,
// which are random, argon2id for passwords, which are not.
package access
