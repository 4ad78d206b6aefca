package pii

import (
	"crypto/sha256"
	"strings"
)

const base58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

// base58check decodes 25 bytes and compares the double SHA-256 (Bitcoin wiki,
// "Base58Check encoding").
func base58check(v string) bool {
	if len(v) > 35 {
		return false
	}
	var out [25]byte
	for i := 0; i < len(v); i++ {
		c := strings.IndexByte(base58, v[i])
		if c < 0 {
			return false
		}
		for j := 24; j >= 0; j-- {
			c += 58 * int(out[j])
			out[j] = byte(c)
			c >>= 8
		}
		if c != 0 {
			return false
		}
	}
	a := sha256.Sum256(out[:21])
	b := sha256.Sum256(a[:])
	return string(b[:4]) == string(out[21:])
}

// bech32 checks BIP 173 and BIP 350 addresses.
func bech32(v string) bool {
	if v != strings.ToLower(v) && v != strings.ToUpper(v) {
		return false
	}
	v = strings.ToLower(v)
	chk := uint32(1)
	step := func(x uint32) {
		top := chk >> 25
		chk = chk&0x1ffffff<<5 ^ x
		for i, g := range [5]uint32{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3} {
			if top>>i&1 == 1 {
				chk ^= g
			}
		}
	}
	for _, b := range []byte(v[:2]) {
		step(uint32(b >> 5))
	}
	step(0)
	for _, b := range []byte(v[:2]) {
		step(uint32(b & 31))
	}
	for _, b := range []byte(v[3:]) {
		x := strings.IndexByte("qpzry9x8gf2tvdw0s3jn54khce6mua7l", b)
		if x < 0 {
			return false
		}
		step(uint32(x))
	}
	return chk == 1 || chk == 0x2bc830a3
}
