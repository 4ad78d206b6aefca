package c2pa

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"io"
	"time"

	"github.com/veraison/go-cose"

	"fairtouch/touch"
)

// Signer is who claims. Chain begins with the certificate of Key; Rand is a
// source of randomness that cryptography may rely on.
type Signer struct {
	Key   crypto.Signer // ECDSA P-256 or Ed25519
	Chain []*x509.Certificate
	Rand  io.Reader
}

// Span is a range of bytes of a file.
type Span struct{ Start, Length int }

// Claim is what is said of a file.
type Claim struct {
	Source  string // IPTC's digital source type
	Title   string // "" for none; a file's name may name a person, so callers leave it out
	Format  string // media type
	Name    string // of the program that claims
	Version string
	When    time.Time
	ID      [16]byte // random; names the manifest and the instance
	Parent  []byte   // the store that the file had; kept whole. nil for none
	// ParentWhole says that the file still was what the parent's hash binds.
	ParentWhole bool
}

// NewID reads a random (version 4) UUID.
func NewID(rand io.Reader) (id [16]byte, err error) {
	if _, err := io.ReadFull(rand, id[:]); err != nil {
		return id, touch.Wrap(touch.Internal, err, "no randomness can be read")
	}
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80
	return id, nil
}

func (c Claim) uuid() string {
	h := hex.EncodeToString(c.ID[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// Label names the manifest.
func (c Claim) Label() string { return "urn:c2pa:" + c.uuid() }

// Store makes the whole manifest store for a file whose SHA-256 without the
// excluded spans is hash. The length of the result depends on the claim, the
// chain and the spans' numbers alone, never on the hash, so that a caller can
// ask for it first and place it afterwards. It is even: RIFF pads what is odd, and
// readers differ on whether the padding belongs to the excluded span.
func (c Claim) Store(s Signer, ex []Span, hash []byte) ([]byte, error) {
	b, err := c.store(s, ex, hash, 8)
	if err == nil && len(b)%2 == 1 {
		b, err = c.store(s, ex, hash, 9)
	}
	return b, err
}

func (c Claim) store(s Signer, ex []Span, hash []byte, pad int) ([]byte, error) {
	parents, parts, refs, err := c.ancestry()
	if err != nil {
		return nil, err
	}
	acts := c.actions(refs)
	bound := dataHash{Name: "jumbf manifest", Alg: sha, Hash: hash, Pad: make([]byte, pad)}
	for _, e := range ex {
		bound.Exclusions = append(bound.Exclusions, exclusion(e))
	}
	for label, v := range map[string]any{labelActions: acts, labelDataHash: bound} {
		p, ref, err := newPart(label, v)
		if err != nil {
			return nil, err
		}
		parts, refs = append(parts, p), append(refs, ref)
	}
	sortParts(parts, refs)
	own, err := c.manifest(s, parts, refs)
	if err != nil {
		return nil, err
	}
	return superbox(typeStore, "c2pa", append(parents, own)...), nil
}

// actions says what was done: made, or opened with what it was before and then
// said to be made by a machine.
func (c Claim) actions(parent []hashedURI) actions {
	agent := &generator{c.Name, c.Version}
	if len(parent) == 0 {
		return actions{[]action{{Action: "c2pa.created", When: c.When.UTC(), Agent: agent, Source: c.Source}}}
	}
	return actions{[]action{
		{Action: "c2pa.opened", When: c.When.UTC(), Agent: agent, Parameters: &parameters{Ingredients: parent}},
		{Action: "c2pa.edited.metadata", When: c.When.UTC(), Agent: agent, Source: c.Source},
	}}
}

// manifest is claim, assertions and signature in their boxes.
func (c Claim) manifest(s Signer, parts []part, refs []hashedURI) ([]byte, error) {
	said, err := encode(claim{InstanceID: "xmp:iid:" + c.uuid(), Generator: generator{c.Name, c.Version},
		Signature: "self#jumbf=/c2pa/" + c.Label() + "/" + labelSignature, Created: refs, Title: c.Title, Alg: sha})
	if err != nil {
		return nil, err
	}
	signed, err := s.sign(said)
	if err != nil {
		return nil, err
	}
	boxes := make([][]byte, len(parts))
	for i := range parts {
		boxes[i] = parts[i].box
	}
	return superbox(typeManifest, c.Label(),
		superbox(typeAssertions, labelAssertions, boxes...),
		superbox(typeClaim, labelClaim, box("cbor", said)),
		superbox(typeSignature, labelSignature, box("cbor", signed))), nil
}

// ancestry keeps the manifests that were there, and makes the ingredient that
// names the last of them.
func (c Claim) ancestry() (kept [][]byte, parts []part, refs []hashedURI, err error) {
	if len(c.Parent) == 0 {
		return nil, nil, nil, nil
	}
	old, err := Read(c.Parent)
	if err != nil {
		return nil, nil, nil, err
	}
	for i := range old.root.kids {
		kept = append(kept, old.root.kids[i].raw)
	}
	last := old.Active()
	sum := sha256.Sum256(last.node.body)
	in := ingredient{Format: c.Format, Relationship: "parentOf", Results: results{Active: last.outcome(c.ParentWhole)},
		ActiveManifest: hashedURI{URL: "self#jumbf=/c2pa/" + last.Label, Alg: sha, Hash: sum[:]}}
	if sig := last.node.child(typeSignature); sig != nil {
		h := sha256.Sum256(sig.body)
		in.ClaimSignature = &hashedURI{URL: "self#jumbf=/c2pa/" + last.Label + "/" + labelSignature, Alg: sha, Hash: h[:]}
	}
	p, ref, err := newPart(labelIngredient, in)
	return kept, []part{p}, []hashedURI{ref}, err
}

// outcome is what our own reading of a manifest found, in the words of the
// specification (15.2).
func (m *Manifest) outcome(whole bool) status {
	st := status{Success: []code{}, Informational: []code{}, Failure: []code{}}
	add := func(ok bool, good, bad, at string) {
		if ok {
			st.Success = append(st.Success, code{Code: good, URL: at})
		} else {
			st.Failure = append(st.Failure, code{Code: bad, URL: at})
		}
	}
	root := "self#jumbf=/c2pa/" + m.Label
	add(m.Signed, "claimSignature.validated", "claimSignature.mismatch", root+"/"+labelSignature)
	add(m.Intact, "assertion.hashedURI.match", "assertion.hashedURI.mismatch", root+"/"+labelAssertions)
	add(whole, "assertion.dataHash.match", "assertion.dataHash.mismatch", root+"/"+labelAssertions+"/"+labelDataHash)
	return st
}

// algorithm is the COSE algorithm of the key; only what the specification
// allows and we can make.
func (s Signer) algorithm() (cose.Algorithm, error) {
	if s.Key == nil || len(s.Chain) == 0 {
		return 0, touch.Errorf(touch.Missing, "there is no key to sign content credentials with")
	}
	switch k := s.Key.Public().(type) {
	case *ecdsa.PublicKey:
		if k.Curve == elliptic.P256() {
			return cose.AlgorithmES256, nil
		}
	case ed25519.PublicKey:
		return cose.AlgorithmEdDSA, nil
	}
	return 0, touch.Errorf(touch.Invalid, "content credentials are signed with ECDSA on P-256 or with Ed25519; make a key of that kind")
}

// sign makes the COSE_Sign1 over a claim, which it doesn't hold itself.
func (s Signer) sign(claim []byte) ([]byte, error) {
	alg, err := s.algorithm()
	if err != nil {
		return nil, err
	}
	signer, err := cose.NewSigner(alg, s.Key)
	if err != nil {
		return nil, touch.Wrap(touch.Invalid, err, "the key for content credentials can't be used")
	}
	m := cose.NewSign1Message()
	m.Headers.Protected.SetAlgorithm(alg)
	chain := make([]any, len(s.Chain))
	for i, c := range s.Chain {
		chain[i] = c.Raw
	}
	m.Headers.Protected[cose.HeaderLabelX5Chain] = chain
	if len(chain) == 1 {
		m.Headers.Protected[cose.HeaderLabelX5Chain] = s.Chain[0].Raw
	}
	m.Payload = claim
	if err := m.Sign(s.Rand, nil, signer); err != nil {
		return nil, touch.Wrap(touch.Internal, err, "content credentials can't be signed")
	}
	m.Payload = nil
	b, err := m.MarshalCBOR()
	return b, touch.Wrap(touch.Internal, err, "content credentials can't be written")
}

// sortParts puts assertions and their references in one order, by label.
func sortParts(parts []part, refs []hashedURI) {
	for i := range parts {
		for j := i + 1; j < len(parts); j++ {
			if parts[j].label < parts[i].label {
				parts[i], parts[j], refs[i], refs[j] = parts[j], parts[i], refs[j], refs[i]
			}
		}
	}
}
