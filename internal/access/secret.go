package access

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"

	"fairtouch/touch"
)

// NewSecret returns 256 random bits in URL-safe base 64, and their hash, which
// alone is stored.
func NewSecret() (secret, hash string) {
	var b [32]byte
	if _, err := rand.Read(b[:]); err != nil {
		panic("access: no randomness: " + err.Error())
	}
	secret = base64.RawURLEncoding.EncodeToString(b[:])
	return secret, HashSecret(secret)
}

// HashSecret hashes a random secret; it is no good for passwords.
func HashSecret(secret string) string {
	h := sha256.Sum256([]byte("fairtouch/secret/v1\n" + secret))
	return hex.EncodeToString(h[:])
}

// Argon2id parameters, after RFC 9106's second recommended option scaled to
// what a small machine can serve: 19 MiB, two passes, one lane (OWASP's minimum).
const (
	argonTime, argonMemory, argonLanes = 2, 19 * 1024, 1
	minPassword                        = 12
)

// HashPassword returns an encoded argon2id hash. Passwords have 12 to 128 bytes.
func HashPassword(password string) (string, error) {
	if len(password) < minPassword || len(password) > 128 {
		return "", touch.Fielderr("password", "a password has at least %d characters; a short sentence is a good one", minPassword)
	}
	var salt [16]byte
	if _, err := rand.Read(salt[:]); err != nil {
		return "", touch.Wrap(touch.Internal, err, "no randomness")
	}
	sum := argon2.IDKey([]byte(password), salt[:], argonTime, argonMemory, argonLanes, 32)
	return fmt.Sprintf("argon2id$%d$%d$%d$%s$%s", argonTime, argonMemory, argonLanes,
		base64.RawStdEncoding.EncodeToString(salt[:]), base64.RawStdEncoding.EncodeToString(sum)), nil
}

// CheckPassword reports whether the password matches the encoded hash. A
// malformed hash matches nothing.
func CheckPassword(encoded, password string) bool {
	parts := strings.Split(encoded, "$")
	if len(parts) != 6 || parts[0] != "argon2id" {
		return false
	}
	var time, memory uint32
	var lanes uint8
	if _, err := fmt.Sscanf(parts[1]+" "+parts[2]+" "+parts[3], "%d %d %d", &time, &memory, &lanes); err != nil || time == 0 || lanes == 0 || memory > 1<<20 {
		return false
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[4])
	want, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	if err1 != nil || err2 != nil || len(want) == 0 {
		return false
	}
	got := argon2.IDKey([]byte(password), salt, time, memory, lanes, uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1
}
