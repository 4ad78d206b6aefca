package c2pa

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"slices"
	"strings"
	"time"

	"github.com/veraison/go-cose"

	"fairtouch/touch"
)

// Store is a manifest store that was read.
type Store struct {
	Manifests []*Manifest // the last is the active one
	root      node
}

// Active is the manifest that speaks for the file now.
func (s *Store) Active() *Manifest { return s.Manifests[len(s.Manifests)-1] }

// Manifest is one claim, and what could be checked of it without the file.
type Manifest struct {
	Label      string
	Generator  string
	Source     string    // IPTC's digital source type that its actions name last; "" for none
	Actions    []string  // in their order
	When       time.Time // as claimed; zero for unsaid
	Parent     string    // label of the manifest that it grew from; "" for none
	Exclusions []Span
	Hash       []byte // SHA-256 of the file without the exclusions
	Chain      []*x509.Certificate
	Signed     bool // the signature is its certificate's, over this claim
	Intact     bool // every assertion is the one that was signed
	Problems   []string

	parent hashedURI
	node   node
}

// maxStore bounds a store, in bytes.
const maxStore = 16 << 20

// Read parses a store and checks signatures and references. A claim that
// doesn't hold is not an error: its Problems say what is wrong. Invalid means
// that nothing could be read.
func Read(store []byte) (*Store, error) {
	if len(store) > maxStore {
		return nil, touch.Errorf(touch.Invalid, "the image's content credentials are longer than 16 MB")
	}
	left := maxBoxes
	boxes, err := parse(store, 0, &left)
	if err != nil {
		return nil, err
	}
	if len(boxes) != 1 || boxes[0].use != typeStore {
		return nil, errBoxes
	}
	s := &Store{root: boxes[0]}
	for _, k := range s.root.kids {
		if k.kind != "jumb" || !strings.HasPrefix(k.use, "c2") {
			continue
		}
		s.Manifests = append(s.Manifests, manifestOf(k))
	}
	if len(s.Manifests) == 0 {
		return nil, errBoxes
	}
	s.ancestors()
	return s, nil
}

// ancestors checks that each manifest that another grew from is the one that was
// named and hashed then.
func (s *Store) ancestors() {
	for _, m := range s.Manifests {
		if m.parent.URL == "" {
			continue
		}
		i := slices.IndexFunc(s.Manifests, func(x *Manifest) bool { return x.Label == m.Parent })
		if i < 0 || m.parent.Alg != "" && m.parent.Alg != sha {
			m.Intact = false
			m.problem("What it grew from is missing, or hashed in a way that this program can't check.")
			continue
		}
		if sum := sha256.Sum256(s.Manifests[i].node.body); !bytes.Equal(sum[:], m.parent.Hash) {
			m.Intact = false
			m.problem("What it grew from was changed after signing.")
		}
	}
}

func manifestOf(n node) *Manifest {
	m := &Manifest{Label: n.label, node: n}
	cl, sig, as := n.child(typeClaim), n.child(typeSignature), n.child(typeAssertions)
	if n.use != typeManifest || cl == nil || sig == nil || as == nil {
		m.problem("It is of a kind that this program can't read.")
		return m
	}
	said := cl.content("cbor")
	m.verify(said, sig.content("cbor"))
	var c struct {
		claim
		Old []hashedURI `cbor:"assertions"` // of claims before version 2
	}
	if cl.label == labelClaim {
		if decode(said, &c) != nil {
			m.problem("Its claim can't be read.")
			return m
		}
	} else if m.oldClaim(said, &c.claim, &c.Old) != nil {
		m.problem("Its claim can't be read.")
		return m
	}
	m.Generator = strings.TrimSpace(c.Generator.Name + " " + c.Generator.Version)
	m.assertions(as, append(c.Created, c.Old...))
	return m
}

// oldClaim reads a claim of version 1, whose generator is a list or a text.
func (m *Manifest) oldClaim(said []byte, c *claim, refs *[]hashedURI) error {
	var v struct {
		Text       string      `cbor:"claim_generator"`
		Generator  []generator `cbor:"claim_generator_info"`
		Assertions []hashedURI `cbor:"assertions"`
	}
	if err := decode(said, &v); err != nil {
		return err
	}
	c.Generator, *refs = generator{Name: v.Text}, v.Assertions
	if len(v.Generator) > 0 {
		c.Generator = v.Generator[0]
	}
	return nil
}

func (m *Manifest) problem(s string) { m.Problems = append(m.Problems, s) }

// assertions checks each reference and reads those that this program knows.
func (m *Manifest) assertions(store *node, refs []hashedURI) {
	m.Intact = len(refs) > 0
	for _, ref := range refs {
		label := ref.URL[strings.LastIndexByte(ref.URL, '/')+1:]
		i := indexOf(store.kids, label)
		if i < 0 || ref.Alg != "" && ref.Alg != sha {
			m.Intact = false
			m.problem("An assertion is missing, or hashed in a way that this program can't check.")
			continue
		}
		if sum := sha256.Sum256(store.kids[i].body); !bytes.Equal(sum[:], ref.Hash) {
			m.Intact = false
			m.problem("An assertion was changed after signing.")
			continue
		}
		m.assertion(label, store.kids[i].content("cbor"))
	}
}

func indexOf(kids []node, label string) int {
	for i := range kids {
		if kids[i].label == label {
			return i
		}
	}
	return -1
}

func (m *Manifest) assertion(label string, b []byte) {
	switch base, _, _ := strings.Cut(label, "__"); {
	case strings.HasPrefix(base, "c2pa.actions"):
		var a struct {
			Actions []struct {
				Action string    `cbor:"action"`
				When   time.Time `cbor:"when"`
				Source string    `cbor:"digitalSourceType"`
			} `cbor:"actions"`
		}
		if decode(b, &a) != nil {
			m.problem("What was done can't be read.")
		}
		for _, x := range a.Actions {
			m.Actions = append(m.Actions, x.Action)
			if x.Source != "" {
				m.Source = x.Source
			}
			if m.When.IsZero() {
				m.When = x.When
			}
		}
	case base == labelDataHash:
		var h dataHash
		if decode(b, &h) != nil || h.Alg != sha && h.Alg != "" || m.Hash != nil {
			m.problem("The hash that binds it to the file can't be read.")
			return
		}
		m.Hash = h.Hash
		for _, e := range h.Exclusions {
			m.Exclusions = append(m.Exclusions, Span(e))
		}
	case strings.HasPrefix(base, "c2pa.ingredient"):
		var in struct {
			Relationship string    `cbor:"relationship"`
			Active       hashedURI `cbor:"activeManifest"`
			Old          hashedURI `cbor:"c2pa_manifest"`
		}
		if decode(b, &in) == nil && in.Relationship == "parentOf" {
			if m.parent = in.Active; m.parent.URL == "" {
				m.parent = in.Old
			}
			m.Parent = m.parent.URL[strings.LastIndexByte(m.parent.URL, '/')+1:]
		}
	}
}

// verify checks the signature over the claim with the certificate in it.
func (m *Manifest) verify(claim, signature []byte) {
	msg := cose.NewSign1Message()
	if err := msg.UnmarshalCBOR(signature); err != nil || len(claim) == 0 {
		m.problem("Its signature can't be read.")
		return
	}
	if m.Chain = chainOf(msg); len(m.Chain) == 0 {
		m.problem("It names no certificate.")
		return
	}
	alg, err := msg.Headers.Protected.Algorithm()
	if err != nil {
		m.problem("Its signature can't be read.")
		return
	}
	v, err := cose.NewVerifier(alg, m.Chain[0].PublicKey)
	if err != nil {
		m.problem("It is signed in a way that this program can't check.")
		return
	}
	msg.Payload = claim
	if m.Signed = msg.Verify(nil, v) == nil; !m.Signed {
		m.problem("The signature doesn't fit the claim.")
	}
}

// chainOf reads the certificates from the header, where they must be protected.
func chainOf(msg *cose.Sign1Message) (out []*x509.Certificate) {
	var raw [][]byte
	for _, h := range []map[any]any{msg.Headers.Protected, msg.Headers.Unprotected} {
		for _, key := range []any{cose.HeaderLabelX5Chain, "x5chain"} {
			switch v := h[key].(type) {
			case []byte:
				raw = append(raw, v)
			case []any:
				for _, x := range v {
					if b, ok := x.([]byte); ok {
						raw = append(raw, b)
					}
				}
			}
		}
	}
	for _, b := range raw {
		if c, err := x509.ParseCertificate(b); err == nil && len(out) < 10 {
			out = append(out, c)
		}
	}
	return out
}

// Trusted reports whether the chain leads to one of the roots at a time, for
// signing documents or protecting e-mail: the uses of certificates that the
// specification allows (14.5.1).
func (m *Manifest) Trusted(roots *x509.CertPool, at time.Time) bool {
	if len(m.Chain) == 0 || roots == nil {
		return false
	}
	between := x509.NewCertPool()
	for _, c := range m.Chain[1:] {
		between.AddCert(c)
	}
	_, err := m.Chain[0].Verify(x509.VerifyOptions{Roots: roots, Intermediates: between, CurrentTime: at, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}})
	return err == nil
}
