// Package seal keeps the keys: the key-encryption key, one data key for each
// person, a key and a look-up pepper for each workspace, and the Ed25519 keys
// that sign receipts and checkpoints.
//
// Whatever concerns a person is sealed under that person's key. The key is
// stored wrapped by the key-encryption key, in a row that can be destroyed;
// destroying it is erasure. Nothing here caches an unwrapped person's key.
//
// An attacker who owns the database but not the key-encryption key learns
// sizes and times, no content and no identifier.
package seal
