package marks

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"time"

	"fairtouch/internal/disclose/marks/c2pa"
	"fairtouch/touch"
)

// Credential is who signs a mark, and with what words.
type Credential struct {
	Signer  c2pa.Signer
	Name    string // of the program, with its version
	Version string
	When    time.Time
}

// Sign marks an image as Mark does and adds a signed manifest of Content
// Credentials that says the same and is bound to every other byte of the file.
// Credentials that the image had are kept as what it grew from; none is removed.
func Sign(image []byte, s Source, c Credential) ([]byte, error) {
	f, err := formatOf(image)
	if err != nil {
		return nil, err
	}
	old, bare, _, err := f.store.find(image)
	if err != nil {
		return nil, err
	}
	claim := c2pa.Claim{Format: f.media, Name: c.Name, Version: c.Version, When: c.When, Parent: old}
	if old != nil {
		before, err := c2pa.Read(old)
		if err != nil {
			return nil, err
		}
		claim.ParentWhole = f.binds(image, before.Active()) == ""
	}
	if bare, err = Mark(bare, s); err != nil {
		return nil, err
	}
	packet, err := f.read(bare)
	if err != nil {
		return nil, err
	}
	claim.Source = string(sourceIn(packet)) // a stronger mark that was there stays
	if claim.ID, err = c2pa.NewID(c.Signer.Rand); err != nil {
		return nil, err
	}
	return f.bind(bare, claim, c.Signer)
}

// bind lays the store out until its own length, which it names, comes out the
// same, hashes the file around it, and puts the final one in its place. The
// length only grows from try to try, by the digits of two numbers.
func (f format) bind(bare []byte, claim c2pa.Claim, s c2pa.Signer) ([]byte, error) {
	var at c2pa.Span
	for range 8 {
		store, err := claim.Store(s, []c2pa.Span{at}, make([]byte, sha256.Size))
		if err != nil {
			return nil, err
		}
		out, now, err := f.store.place(bare, store)
		if err != nil {
			return nil, err
		}
		if now != at {
			at = now
			continue
		}
		if store, err = claim.Store(s, []c2pa.Span{at}, hashAround(out, []c2pa.Span{at})); err != nil {
			return nil, err
		}
		out, now, err = f.store.place(bare, store)
		if err == nil && now != at {
			err = touch.Errorf(touch.Internal, "content credentials came out at another length")
		}
		return out, err
	}
	return nil, touch.Errorf(touch.Internal, "content credentials have no stable length")
}

// hashAround is the SHA-256 of a file without some spans, which are in order.
func hashAround(b []byte, ex []c2pa.Span) []byte {
	h, from := sha256.New(), 0
	for _, e := range ex {
		h.Write(b[from:e.Start])
		from = e.Start + e.Length
	}
	h.Write(b[from:])
	return h.Sum(nil)
}

// binds says why a manifest doesn't fit the file it lies in; "" if it does.
func (f format) binds(image []byte, m *c2pa.Manifest) string {
	_, _, at, err := f.store.find(image)
	if err != nil || m.Hash == nil {
		return "It isn't bound to the file in a way that this program can check."
	}
	end := 0
	for _, e := range m.Exclusions {
		if e.Start < end || e.Length < 1 || e.Start > len(image)-e.Length {
			return "It leaves out bytes that the file doesn't have."
		}
		if e.Start < at.Start || e.Start+e.Length > at.Start+at.Length {
			return "It leaves out more than itself, so that a part of the file could be changed unseen."
		}
		end = e.Start + e.Length
	}
	if !bytes.Equal(hashAround(image, m.Exclusions), m.Hash) {
		return "The file was changed after it was signed."
	}
	return ""
}

// Said is what an image says of itself.
type Said struct {
	Format string // media type
	XMP    Source // IPTC's digital source type in its XMP; "" for none
	// Claims are its content credentials, the one that counts first, then what it
	// grew from. Nil for none.
	Claims []Claimed
}

// Claimed is one set of content credentials.
type Claimed struct {
	Label     string    `json:"label"`
	Source    string    `json:"digital_source_type,omitzero"`
	Actions   []string  `json:"actions"`
	Generator string    `json:"generator,omitzero"`
	When      time.Time `json:"when,omitzero"`
	Signer    string    `json:"signer,omitzero"`
	Issuer    string    `json:"issuer,omitzero"`
	Until     time.Time `json:"certificate_until,omitzero"`
	Holds     bool      `json:"holds"`   // signature and hashes are right
	Trusted   bool      `json:"trusted"` // its certificate leads to a root that was given
	Problems  []string  `json:"problems"`
}

// Look reads everything that an image says of itself, and checks it. roots are
// the authorities that the reader trusts; nil for none.
func Look(image []byte, roots *x509.CertPool, at time.Time) (Said, error) {
	f, err := formatOf(image)
	if err != nil {
		return Said{}, err
	}
	out := Said{Format: f.media}
	if out.XMP, err = Read(image); err != nil {
		return Said{}, err
	}
	store, _, _, err := f.store.find(image)
	if err != nil || store == nil {
		return out, err
	}
	s, err := c2pa.Read(store)
	if err != nil {
		return Said{}, err
	}
	for i := len(s.Manifests) - 1; i >= 0; i-- {
		m := s.Manifests[i]
		c := Claimed{Label: m.Label, Source: m.Source, Actions: m.Actions, Generator: m.Generator, When: m.When, Problems: m.Problems, Trusted: m.Trusted(roots, at)}
		if i == len(s.Manifests)-1 {
			if why := f.binds(image, m); why != "" {
				c.Problems = append(c.Problems, why)
			}
		}
		if len(m.Chain) > 0 {
			c.Signer, c.Issuer, c.Until = m.Chain[0].Subject.CommonName, m.Chain[0].Issuer.CommonName, m.Chain[0].NotAfter
			if at.After(c.Until) || at.Before(m.Chain[0].NotBefore) {
				c.Problems = append(c.Problems, "Its certificate isn't valid today.")
			}
		}
		c.Holds = m.Signed && m.Intact && len(c.Problems) == 0
		out.Claims = append(out.Claims, c)
	}
	return out, nil
}
