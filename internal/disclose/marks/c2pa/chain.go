package c2pa

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"io"
	"math/big"
	"time"

	"fairtouch/touch"
)

// documentSigning is the extended key usage of RFC 9336. Some readers know the
// older protection of e-mail alone, so a certificate of ours has both.
var documentSigning = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 36}

// chainYears is how long a self-made chain is valid.
const chainYears = 5

// DevelopmentChain makes a key and a certificate under an authority of its own,
// whose key is thrown away. It lets everything be tried; nobody else has a
// reason to trust it, and its names say so. The result is Parse's input.
func DevelopmentChain(rand io.Reader, now time.Time, workspace string) ([]byte, error) {
	root, err := ecdsa.GenerateKey(elliptic.P256(), rand)
	if err != nil {
		return nil, touch.Wrap(touch.Internal, err, "a key can't be made")
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand)
	if err != nil {
		return nil, touch.Wrap(touch.Internal, err, "a key can't be made")
	}
	from := now.Add(-time.Hour).UTC()
	ca := &x509.Certificate{SerialNumber: serial(rand), NotBefore: from, NotAfter: from.AddDate(chainYears, 0, 0), IsCA: true, BasicConstraintsValid: true,
		Subject:  pkix.Name{CommonName: "Fairtouch development authority, not trusted by anybody", Organization: []string{"Fairtouch development"}},
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign}
	caRaw, err := x509.CreateCertificate(rand, ca, ca, root.Public(), root)
	if err != nil {
		return nil, touch.Wrap(touch.Internal, err, "a certificate can't be made")
	}
	if ca, err = x509.ParseCertificate(caRaw); err != nil {
		return nil, touch.Wrap(touch.Internal, err, "a certificate can't be made")
	}
	id, err := keyID(key.Public())
	if err != nil {
		return nil, err
	}
	leaf := &x509.Certificate{SerialNumber: serial(rand), NotBefore: from, NotAfter: ca.NotAfter, BasicConstraintsValid: true, SubjectKeyId: id,
		Subject:  pkix.Name{CommonName: "Fairtouch development signer, workspace " + workspace, Organization: []string{"Fairtouch development"}},
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection}, UnknownExtKeyUsage: []asn1.ObjectIdentifier{documentSigning}}
	leafRaw, err := x509.CreateCertificate(rand, leaf, ca, key.Public(), root)
	if err != nil {
		return nil, touch.Wrap(touch.Internal, err, "a certificate can't be made")
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, touch.Wrap(touch.Internal, err, "a key can't be written")
	}
	out := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	for _, c := range [][]byte{leafRaw, caRaw} {
		out = append(out, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c})...)
	}
	return out, nil
}

func serial(rand io.Reader) *big.Int {
	var b [16]byte
	if _, err := io.ReadFull(rand, b[:]); err != nil {
		return nil // CreateCertificate then makes one of its own
	}
	b[0] &= 0x7f
	return new(big.Int).SetBytes(b[:])
}

// keyID is the first 20 bytes of the SHA-256 of a public key (RFC 7093, method 1).
func keyID(k crypto.PublicKey) ([]byte, error) {
	b, err := x509.MarshalPKIXPublicKey(k)
	if err != nil {
		return nil, touch.Wrap(touch.Internal, err, "a key can't be written")
	}
	sum := sha256.Sum256(b)
	return sum[:20], nil
}

// Parse reads a private key (PKCS #8, or SEC 1 for elliptic curves) and its
// chain, the signer's certificate first, from PEM. What can't sign content
// credentials is refused: another kind of key, one that isn't the certificate's,
// or a certificate that is its own issuer.
func Parse(b []byte, rand io.Reader) (Signer, error) {
	s := Signer{Rand: rand}
	for {
		var block *pem.Block
		if block, b = pem.Decode(b); block == nil {
			break
		}
		switch block.Type {
		case "CERTIFICATE":
			c, err := x509.ParseCertificate(block.Bytes)
			if err != nil {
				return Signer{}, touch.Wrap(touch.Invalid, err, "a certificate for content credentials can't be read")
			}
			s.Chain = append(s.Chain, c)
		case "PRIVATE KEY", "EC PRIVATE KEY":
			k, err := privateKey(block)
			if err != nil {
				return Signer{}, err
			}
			s.Key = k
		}
	}
	if _, err := s.algorithm(); err != nil {
		return Signer{}, err
	}
	type comparable interface{ Equal(crypto.PublicKey) bool }
	if k, ok := s.Key.Public().(comparable); !ok || !k.Equal(s.Chain[0].PublicKey) {
		return Signer{}, touch.Errorf(touch.Invalid, "the first certificate for content credentials isn't that of the key; put the signer's own first")
	}
	if s.Chain[0].IsCA || s.Chain[0].Subject.String() == s.Chain[0].Issuer.String() {
		return Signer{}, touch.Errorf(touch.Invalid, "the certificate for content credentials is its own issuer, which no reader accepts; use one that an authority issued")
	}
	return s, nil
}

func privateKey(block *pem.Block) (crypto.Signer, error) {
	k, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if block.Type == "EC PRIVATE KEY" {
		k, err = x509.ParseECPrivateKey(block.Bytes)
	}
	s, ok := k.(crypto.Signer)
	if err != nil || !ok {
		return nil, touch.Errorf(touch.Invalid, "the key for content credentials can't be read; write it as PKCS #8 in PEM, without a passphrase")
	}
	return s, nil
}
