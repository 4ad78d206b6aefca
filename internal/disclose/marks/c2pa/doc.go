// Package c2pa writes and reads the manifest of Content Credentials: who says
// of a file that a machine made it, signed, and bound to the file's bytes by
// a hash.
//
// A manifest store is a tree of JUMBF boxes (ISO/IEC 19566-5). Each manifest
// holds assertions and a claim in CBOR, and a COSE signature over the claim
// (RFC 9052) with its certificates (RFC 9360). The last manifest of a store is
// the active one; earlier ones are kept as its ingredients and never removed.
// The shapes are those of the C2PA specification 2.4, sections 10 to 18, read
// through the project's field note and held against an outside reader in e2e.
//
// A signature proves who claims something, and that nothing was changed since.
// It does not prove that the claim is true. There is no time stamp of a third
// party, so a claim can be checked no longer than its certificate is valid.
package c2pa
