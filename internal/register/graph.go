package register

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"

	"fairtouch/touch"
)

// Party is somebody who owns or licenses something.
type Party struct {
	ID   string `json:"id" yaml:"id"`
	Name string `json:"name" yaml:"name"`
	Kind string `json:"kind" yaml:"kind"` // enterprise (us), vendor, rightsholder, individuals
}

// Evidence shows where a fact comes from. Declared, concluded and inferred stay apart.
type Evidence struct {
	URI        string `json:"uri" yaml:"uri"`
	SHA256     string `json:"sha256,omitzero" yaml:"sha256"`             // when it was recorded
	Found      string `json:"found_sha256,omitzero" yaml:"found_sha256"` // when it was last looked at
	Kind       string `json:"kind" yaml:"kind"`                          // contract, bom, card, attestation, email
	Status     string `json:"status" yaml:"status"`                      // declared, concluded, inferred
	VerifiedBy string `json:"verified_by,omitzero" yaml:"verified_by"`
	VerifiedAt Date   `json:"verified_at,omitzero" yaml:"verified_at"`
}

// Asset is one version of a data set, model, tool, prompt pack or content.
type Asset struct {
	ID             string `json:"id" yaml:"id"`
	Name           string `json:"name" yaml:"name"`
	Version        string `json:"version,omitzero" yaml:"version"`
	SHA256         string `json:"sha256,omitzero" yaml:"sha256"`
	Kind           string `json:"kind" yaml:"kind"`   // dataset, base_model, model, tool, prompt_pack, content
	Owner          string `json:"owner" yaml:"owner"` // a party
	Acquired       string `json:"acquired,omitzero" yaml:"acquired"`
	PersonalData   string `json:"personal_data,omitzero" yaml:"personal_data"` // none, pseudonymous, yes; "" is not known
	LegalBasis     string `json:"legal_basis,omitzero" yaml:"legal_basis"`
	TrainsOnOurs   *bool  `json:"trains_on_customer_data,omitzero" yaml:"trains_on_customer_data"` // a vendor's tool; nil is not known
	TrainingAgreed bool   `json:"training_agreed,omitzero" yaml:"training_agreed"`                 // we allowed it in writing
	Indemnity      string `json:"indemnity,omitzero" yaml:"indemnity"`                             // none, conditional, full

	Reservations []Reservation `json:"reservations,omitzero" yaml:"reservations"`
}

// Reservation is one machine-readable or written signal against text and data
// mining (DSM Directive 2019/790, Art. 4(3)). The raw signal and its day are
// kept, for vocabularies move; Reserved says how it was read.
type Reservation struct {
	Scheme    string `json:"scheme" yaml:"scheme"` // tdmrep, robots, aipref, ai.txt, rsl, terms
	Value     string `json:"value" yaml:"value"`   // as seen
	Reserved  bool   `json:"reserved" yaml:"reserved"`
	PolicyURL string `json:"policy_url,omitzero" yaml:"policy_url"`
	SeenAt    Date   `json:"seen_at,omitzero" yaml:"seen_at"`
}

// Relations of an edge, from the thing made to what it was made of.
const (
	DerivedFrom   = "derived_from"
	TrainedOn     = "trained_on"
	FineTunedFrom = "fine_tuned_from"
	EvaluatedOn   = "evaluated_on"
	Contains      = "contains"
	GeneratedBy   = "generated_by"
	Wraps         = "wraps"
)

var relations = [...]string{DerivedFrom, TrainedOn, FineTunedFrom, EvaluatedOn, Contains, GeneratedBy, Wraps}

// Edge says what an asset was made of. It points to a version, if it names one.
type Edge struct {
	From       string     `json:"from" yaml:"from"`
	To         string     `json:"to" yaml:"to"`
	ToVersion  string     `json:"to_version,omitzero" yaml:"to_version"`
	Rel        string     `json:"rel" yaml:"rel"`
	Share      *float64   `json:"share,omitzero" yaml:"share"` // of tokens or rows, [0, 1]; nil is not known
	AssertedBy string     `json:"asserted_by,omitzero" yaml:"asserted_by"`
	Evidence   []Evidence `json:"evidence,omitzero" yaml:"evidence"`
}

// Right is one permission on one asset, with its limits. Several rights on an
// asset hold together: the strictest counts, unless one replaces another.
type Right struct {
	ID              string     `json:"id" yaml:"id"`
	Asset           string     `json:"asset" yaml:"asset"`
	Kind            string     `json:"kind" yaml:"kind"`                // licence, contract, consent, ownership, statutory_exception
	Licence         string     `json:"licence,omitzero" yaml:"licence"` // as written
	Contract        string     `json:"contract,omitzero" yaml:"contract"`
	Status          string     `json:"status,omitzero" yaml:"status"` // declared, concluded
	Licensor        string     `json:"licensor,omitzero" yaml:"licensor"`
	Licensee        string     `json:"licensee,omitzero" yaml:"licensee"`
	UsesAllowed     []string   `json:"uses_allowed,omitzero" yaml:"uses_allowed"` // train, fine_tune, infer, output_publish, share, evaluate; empty: any
	UsesDenied      []string   `json:"uses_denied,omitzero" yaml:"uses_denied"`
	Purposes        []string   `json:"purposes,omitzero" yaml:"purposes"` // empty: any
	Territories     []string   `json:"territories,omitzero" yaml:"territories"`
	Channels        []string   `json:"channels,omitzero" yaml:"channels"`
	From            Date       `json:"from,omitzero" yaml:"from"`
	Until           Date       `json:"until,omitzero" yaml:"until"` // the first day on which it no longer holds
	RevokedAt       Date       `json:"revoked_at,omitzero" yaml:"revoked_at"`
	NonCommercial   bool       `json:"non_commercial,omitzero" yaml:"non_commercial"`
	NoModelTraining bool       `json:"no_model_training,omitzero" yaml:"no_model_training"`
	Replaces        string     `json:"replaces,omitzero" yaml:"replaces"` // another right on the same asset
	Evidence        []Evidence `json:"evidence,omitzero" yaml:"evidence"`
}

// Use is what somebody wants to do with a tool.
type Use struct {
	System     touch.SystemID `json:"system" yaml:"system"`
	Tool       string         `json:"tool" yaml:"tool"` // the asset at the head of the chain
	Purpose    string         `json:"purpose" yaml:"purpose"`
	Channel    string         `json:"channel" yaml:"channel"`
	Territory  string         `json:"territory" yaml:"territory"`
	Commercial bool           `json:"commercial" yaml:"commercial"`
	Publishes  bool           `json:"publishes,omitzero" yaml:"publishes"` // its output is distributed
}

// Graph is an immutable snapshot of the register's chains.
type Graph struct {
	parties  map[string]Party
	assets   map[string]Asset
	out      map[string][]Edge
	rights   map[string][]Right
	licences *Licences
	version  string
}

// Parts is a graph's content, as it is stored and imported.
type Parts struct {
	Parties []Party `json:"parties" yaml:"parties"`
	Assets  []Asset `json:"assets" yaml:"assets"`
	Edges   []Edge  `json:"edges" yaml:"edges"`
	Rights  []Right `json:"rights" yaml:"rights"`
}

// NewGraph takes a snapshot. Duplicate ids, unknown kinds and malformed dates
// are Invalid errors; a missing link isn't: it is kept, and Check blocks on it.
func NewGraph(p Parts, l *Licences) (*Graph, error) {
	g := &Graph{parties: map[string]Party{}, assets: map[string]Asset{}, out: map[string][]Edge{}, rights: map[string][]Right{}, licences: l}
	for i, x := range p.Parties {
		if err := g.addParty(i, x); err != nil {
			return nil, err
		}
	}
	for i, a := range p.Assets {
		if err := g.addAsset(i, a); err != nil {
			return nil, err
		}
	}
	for i, e := range p.Edges {
		if err := g.addEdge(i, e); err != nil {
			return nil, err
		}
	}
	for i, r := range p.Rights {
		if err := g.addRight(i, r); err != nil {
			return nil, err
		}
	}
	for _, rs := range g.rights {
		slices.SortFunc(rs, func(a, b Right) int { return compare(a.ID, b.ID) })
	}
	for _, es := range g.out {
		slices.SortStableFunc(es, func(a, b Edge) int { return compare(a.To+"\x00"+a.Rel, b.To+"\x00"+b.Rel) })
	}
	return g, g.seal()
}

// seal hashes the content in a canonical order.
func (g *Graph) seal() error {
	b, err := json.Marshal([]any{g.parties, g.assets, g.out, g.rights})
	if err != nil {
		return touch.Wrap(touch.Invalid, err, "the register can't be put into canonical form")
	}
	sum := sha256.Sum256(b)
	g.version = hex.EncodeToString(sum[:])
	return nil
}

// Version is the SHA-256, in hex, of the graph's content.
func (g *Graph) Version() string { return g.version }

// Asset returns an asset by id.
func (g *Graph) Asset(id string) (Asset, bool) { a, ok := g.assets[id]; return a, ok }

// ours reports whether a party is the enterprise itself.
func (g *Graph) ours(party string) bool { return g.parties[party].Kind == "enterprise" }

func (g *Graph) name(asset string) string {
	if a, ok := g.assets[asset]; ok && a.Name != "" {
		return a.Name
	}
	return asset
}
