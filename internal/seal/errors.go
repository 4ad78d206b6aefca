package seal

import "fairtouch/touch"

// The named errors. They hold no key and no person's data.
var (
	// ErrWrongKEK means that the key-encryption key isn't the one that this
	// data was written under. Stop; give the right key.
	ErrWrongKEK = touch.Errorf(touch.Invalid, "the key-encryption key is not the one this data was written under; check FAIRTOUCH_KEK_FILE or the KMS key")
	// ErrNoKEK means that the data has a key-encryption key, but none was
	// found. Stop: making a new one would lose everything.
	ErrNoKEK = touch.Errorf(touch.Invalid, "this data was written under a key-encryption key that is not here; restore the file kek or set FAIRTOUCH_KEK_FILE")
	// ErrErased means that the person's key was destroyed. What it sealed
	// can't be read any more, by design; say "erased", never "missing".
	ErrErased = touch.Errorf(touch.Unknown, "this person's data was erased")
	// ErrNoKey means that a zero key was used. It is a fault in the program.
	ErrNoKey = touch.Errorf(touch.Internal, "no key: nothing is sealed or opened without one")
	// ErrBroken means that a ciphertext or a wrapped key doesn't open:
	// it was altered, or it belongs to somebody else.
	ErrBroken = touch.Errorf(touch.Tampered, "sealed data does not open: it was altered or belongs elsewhere")
)
