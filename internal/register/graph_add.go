package register

import (
	"cmp"
	"fmt"
	"slices"

	"fairtouch/touch"
)

func compare(a, b string) int { return cmp.Compare(a, b) }

func oneOf(field, v string, allowed ...string) error {
	if slices.Contains(allowed, v) {
		return nil
	}
	return touch.Fielderr(field, "%.40q isn't one of %v", v, allowed)
}

func firstErr(errs ...error) error {
	for _, e := range errs {
		if e != nil {
			return e
		}
	}
	return nil
}

func at(list string, i int, field string) string { return fmt.Sprintf("%s[%d].%s", list, i, field) }

func (g *Graph) addParty(i int, p Party) error {
	if _, dup := g.parties[p.ID]; dup || p.ID == "" {
		return touch.Fielderr(at("parties", i, "id"), "every party needs an id of its own")
	}
	g.parties[p.ID] = p
	return oneOf(at("parties", i, "kind"), p.Kind, "enterprise", "vendor", "rightsholder", "individuals")
}

func (g *Graph) addAsset(i int, a Asset) error {
	if _, dup := g.assets[a.ID]; dup || a.ID == "" {
		return touch.Fielderr(at("assets", i, "id"), "every asset needs an id of its own")
	}
	g.assets[a.ID] = a
	return firstErr(
		oneOf(at("assets", i, "kind"), a.Kind, "dataset", "base_model", "model", "tool", "prompt_pack", "content"),
		oneOf(at("assets", i, "personal_data"), a.PersonalData, "", "none", "pseudonymous", "yes"),
		oneOf(at("assets", i, "indemnity"), a.Indemnity, "", "none", "conditional", "full"),
		oneOf(at("assets", i, "acquired"), a.Acquired, "", "licensed", "bought", "scraped", "supplied", "own", "unlawful"),
	)
}

func (g *Graph) addEdge(i int, e Edge) error {
	if e.From == "" || e.To == "" {
		return touch.Fielderr(at("edges", i, "from"), "an edge goes from an asset to what it was made of")
	}
	if e.Share != nil && !(*e.Share >= 0 && *e.Share <= 1) {
		return touch.Fielderr(at("edges", i, "share"), "a share lies between 0 and 1")
	}
	g.out[e.From] = append(g.out[e.From], e)
	return firstErr(oneOf(at("edges", i, "rel"), e.Rel, relations[:]...), checkEvidence(at("edges", i, "evidence"), e.Evidence))
}

func (g *Graph) addRight(i int, r Right) error {
	if r.ID == "" || r.Asset == "" {
		return touch.Fielderr(at("rights", i, "id"), "a right needs an id and an asset")
	}
	for _, rs := range g.rights[r.Asset] {
		if rs.ID == r.ID {
			return touch.Fielderr(at("rights", i, "id"), "right %.40q appears twice", r.ID)
		}
	}
	for _, u := range append(slices.Clone(r.UsesAllowed), r.UsesDenied...) {
		if err := oneOf(at("rights", i, "uses_allowed"), u, "train", "fine_tune", "infer", "output_publish", "share", "evaluate"); err != nil {
			return err
		}
	}
	g.rights[r.Asset] = append(g.rights[r.Asset], r)
	return firstErr(
		oneOf(at("rights", i, "kind"), r.Kind, "licence", "contract", "consent", "ownership", "statutory_exception"),
		oneOf(at("rights", i, "status"), r.Status, "", "declared", "concluded"),
		r.From.check(at("rights", i, "from")), r.Until.check(at("rights", i, "until")), r.RevokedAt.check(at("rights", i, "revoked_at")),
		checkEvidence(at("rights", i, "evidence"), r.Evidence),
	)
}

func checkEvidence(field string, list []Evidence) error {
	for _, e := range list {
		if err := firstErr(e.VerifiedAt.check(field), oneOf(field, e.Status, "", "declared", "concluded", "inferred")); err != nil {
			return err
		}
	}
	return nil
}
