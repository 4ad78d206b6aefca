package register

import (
	"maps"
	"slices"
	"strings"
)

// visit asks every check of one way in which an asset matters.
func (c *checker) visit(i int) {
	s := c.steps[i]
	a, ok := c.g.assets[s.asset]
	if !ok {
		c.add(i, "P01", "block", "", "Nothing is known of %s.", s.asset)
		return
	}
	c.links(i, a)
	c.personal(i, a)
	c.vendor(i, a)
	live := c.g.live(a.ID, c.on)
	if a.Acquired == "unlawful" {
		c.add(i, "P02", "block", "", "%s comes from an unlawful source.", c.g.name(a.ID))
	}
	if len(live) == 0 {
		c.add(i, "P02", "block", "", "No licence, contract or other right covers %s.", c.g.name(a.ID))
	}
	c.mining(i, a, live)
	for _, r := range live {
		c.time(i, r)
		c.scope(i, r)
		c.licence(i, r)
		c.evidence(i, r)
	}
	c.conflict(i, live)
}

// live lists an asset's rights without those that another, already begun, replaces.
func (g *Graph) live(asset string, on Date) []Right {
	replaced := map[string]bool{}
	for _, r := range g.rights[asset] {
		if r.Replaces != "" && r.Replaces != r.ID && (r.From == "" || r.From.By(on)) {
			replaced[r.Replaces] = true
		}
	}
	var out []Right
	for _, r := range g.rights[asset] {
		if !replaced[r.ID] {
			out = append(out, r)
		}
	}
	return out
}

// links: P01 missing links and ownerless roots, P14 version and base-model contradictions.
func (c *checker) links(i int, a Asset) {
	out := c.g.out[a.ID]
	if _, known := c.g.parties[a.Owner]; !known {
		c.add(i, "P01", "block", "", "%s has no known owner.", c.g.name(a.ID))
	}
	if len(out) == 0 && (a.Kind == "tool" || a.Kind == "model") {
		c.add(i, "P01", "block", "", "Nothing says what %s was made of.", c.g.name(a.ID))
	}
	if e := c.steps[i].via; e != nil && e.ToVersion != "" && e.ToVersion != a.Version {
		c.add(i, "P14", "block", "", "The chain names version %s of %s, and version %s is registered.", e.ToVersion, c.g.name(a.ID), orUnknown(a.Version))
	}
	base := ""
	for _, e := range out {
		if e.Rel != FineTunedFrom {
			continue
		}
		if base != "" && base != e.To {
			c.add(i, "P14", "block", "", "%s is said to come from two base models, %s and %s.", c.g.name(a.ID), c.g.name(base), c.g.name(e.To))
		}
		base = e.To
	}
}

func orUnknown(s string) string {
	if s == "" {
		return "(unknown)"
	}
	return s
}

// personal: P11.
func (c *checker) personal(i int, a Asset) {
	s := c.steps[i]
	trains := s.demand == train || s.demand == fineTune
	switch {
	case (a.PersonalData == "yes" || a.PersonalData == "pseudonymous") && a.LegalBasis == "":
		c.add(i, "P11", "block", "", "%s holds personal data and no legal basis is named.", c.g.name(a.ID))
	case a.PersonalData == "" && a.Kind == "dataset" && (trains || s.demand == evaluate):
		c.add(i, "P11", "gap", "", "Whether %s holds personal data isn't known.", c.g.name(a.ID))
	}
	if !trains {
		return
	}
	for _, r := range c.g.live(a.ID, c.on) {
		if r.Kind == "consent" && !allows(r, s.demand) {
			c.add(i, "P11", "block", r.ID, "The consent behind %s does not cover training.", c.g.name(a.ID))
		}
	}
}

// vendor: P15.
func (c *checker) vendor(i int, a Asset) {
	if (a.Kind != "tool" && a.Kind != "base_model") || c.g.parties[a.Owner].Kind != "vendor" || c.steps[i].demand != infer {
		return
	}
	switch {
	case a.TrainsOnOurs == nil:
		c.add(i, "P15", "gap", "", "Whether the vendor of %s trains on our data isn't known.", c.g.name(a.ID))
	case *a.TrainsOnOurs && !a.TrainingAgreed:
		c.add(i, "P15", "block", "", "The vendor of %s trains on our data without our permission.", c.g.name(a.ID))
	}
}

// mining: P12. Of several signals the most restrictive holds.
func (c *checker) mining(i int, a Asset, live []Right) {
	s := c.steps[i]
	reserved := slices.ContainsFunc(a.Reservations, func(r Reservation) bool { return r.Reserved })
	if !reserved || (s.demand != train && s.demand != fineTune) || licensed(live) {
		return
	}
	severity := "warn"
	if t := c.use.Territory; t == "" || t == "EU" || covers([]string{"EU"}, t) {
		severity = "block"
	}
	c.add(i, "P12", severity, "", "The owner of %s reserved text and data mining, and no licence covers it.", c.g.name(a.ID))
}

// time: P08 and P09. They void the chain along every edge.
func (c *checker) time(i int, r Right) {
	name := c.g.name(r.Asset)
	if r.RevokedAt.By(c.on) {
		c.add(i, "P09", "block", r.ID, "The right to %s was revoked on %s.", name, r.RevokedAt)
	}
	switch {
	case r.From.known() && r.From > c.on:
		c.add(i, "P08", "block", r.ID, "The right to %s begins only on %s.", name, r.From)
	case r.Until.By(c.on):
		c.add(i, "P08", "block", r.ID, "The right to %s expired on %s.", name, r.Until)
	case r.Until.known() && r.Until < c.on.plus(90):
		c.add(i, "P08", "warn", r.ID, "The right to %s expires on %s.", name, r.Until)
	}
}

func allows(r Right, d demand) bool {
	if slices.Contains(r.UsesDenied, string(d)) {
		return false
	}
	return len(r.UsesAllowed) == 0 || slices.Contains(r.UsesAllowed, string(d))
}

// scope: P10 uses, purpose, channel, territory.
func (c *checker) scope(i int, r Right) {
	s, name := c.steps[i], c.g.name(r.Asset)
	if s.carry == carryDeep {
		return
	}
	if !allows(r, s.demand) && r.Kind != "consent" {
		c.add(i, "P10", "block", r.ID, "The right to %s does not cover %s.", name, needs(s.demand))
	}
	if r.NoModelTraining && (s.demand == train || s.demand == fineTune) {
		c.add(i, "P10", "block", r.ID, "The right to %s forbids training models.", name)
	}
	if s.carry == carryTest {
		return
	}
	c.within(i, r, "purpose", c.use.Purpose, r.Purposes, slices.Contains)
	c.within(i, r, "channel", c.use.Channel, r.Channels, slices.Contains)
	c.within(i, r, "territory", c.use.Territory, r.Territories, covers)
}

func (c *checker) within(i int, r Right, what, value string, allowed []string, in func([]string, string) bool) {
	switch {
	case len(allowed) == 0 || slices.Contains(allowed, "*"):
	case value == "":
		c.add(i, "P10", "gap", r.ID, "The right to %s is limited by %s, and the use names none.", c.g.name(r.Asset), what)
	case !in(allowed, value):
		c.add(i, "P10", "block", r.ID, "The right to %s does not cover the %s %s.", c.g.name(r.Asset), what, value)
	}
}

func needs(d demand) string {
	switch d {
	case train:
		return "training"
	case fineTune:
		return "fine-tuning"
	case publish:
		return "publishing its output"
	case evaluate:
		return "evaluation"
	}
	return "use"
}

// union lists the Member States; a right for the EU covers each of them.
const union = " AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK "

// covers reports whether one of the allowed territories holds the place.
func covers(allowed []string, place string) bool {
	for _, t := range allowed {
		if t == place || strings.EqualFold(t, "world") || strings.HasPrefix(place, t+"-") {
			return true
		}
		country, _, _ := strings.Cut(place, "-")
		if t == "EU" && len(country) == 2 && strings.Contains(union, " "+country+" ") {
			return true
		}
	}
	return false
}

// licence: P02, P04, P05, P06, P17.
func (c *checker) licence(i int, r Right) {
	s, name := c.steps[i], c.g.name(r.Asset)
	limits := s.carry == carryAll || s.carry == carryOutput
	if r.NonCommercial && limits && c.use.Commercial {
		c.add(i, "P04", "block", r.ID, "The right to %s is for non-commercial use only.", name)
	}
	if r.Kind == "contract" && r.Contract == "" && r.Licence == "" {
		c.add(i, "P02", "block", r.ID, "The contract that covers %s isn't named.", name)
	}
	if r.Kind != "licence" && r.Licence == "" {
		return
	}
	ids, ok := c.g.licences.Normalise(r.Licence)
	if !ok {
		c.add(i, "P02", "block", r.ID, "The licence of %s is %s, which names no known licence.", name, orUnknown(clip(r.Licence)))
		return
	}
	class, unknown := c.g.licences.Meet(ids)
	if len(unknown) > 0 && limits && r.Contract == "" {
		c.add(i, "P02", "gap", r.ID, "What %s allows isn't known; it covers %s.", strings.Join(unknown, ", "), name)
	}
	if !limits {
		return
	}
	if !class.Commercial && c.use.Commercial {
		c.add(i, "P04", "block", r.ID, "%s on %s is non-commercial, and the use is commercial.", class.ID, name)
	}
	if !class.Derivatives && (s.demand == train || s.demand == fineTune) {
		c.add(i, "P05", "block", r.ID, "%s on %s allows no derivatives, and the chain trains on it.", class.ID, name)
	}
	if class.ShareAlike && c.use.Publishes && s.carry == carryAll {
		c.add(i, "P06", "warn", r.ID, "%s on %s asks to share derivatives alike, and the use distributes.", class.ID, name)
	}
}

func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		s = string(r[:37]) + "..."
	}
	return strings.Join(strings.Fields(s), " ")
}

// evidence: P13.
func (c *checker) evidence(i int, r Right) {
	name := c.g.name(r.Asset)
	if len(r.Evidence) == 0 {
		c.add(i, "P13", "warn", r.ID, "No evidence shows the right to %s.", name)
		return
	}
	fresh := false
	for _, e := range r.Evidence {
		if e.SHA256 != "" && e.Found != "" && !strings.EqualFold(e.SHA256, e.Found) {
			c.add(i, "P13", "block", r.ID, "The evidence for the right to %s has changed since it was recorded.", name)
		}
		fresh = fresh || e.VerifiedAt.known() && e.VerifiedAt >= c.on.plus(-365)
	}
	if !fresh {
		c.add(i, "P13", "warn", r.ID, "The evidence for the right to %s is older than twelve months, or undated.", name)
	}
}

// conflict: P03. Declared and concluded licences stay apart, and a difference is told.
func (c *checker) conflict(i int, rights []Right) {
	said := map[string]map[string]string{"declared": {}, "concluded": {}}
	for _, r := range rights {
		if r.Licence == "" || said[r.Status] == nil {
			continue
		}
		key := fold(r.Licence)
		if ids, ok := c.g.licences.Normalise(r.Licence); ok {
			slices.Sort(ids)
			key = strings.Join(ids, " ")
		}
		said[r.Status][key] = r.Licence
	}
	severity := "warn"
	if c.use.Commercial {
		severity = "block"
	}
	for _, d := range slices.Sorted(maps.Keys(said["declared"])) {
		for _, k := range slices.Sorted(maps.Keys(said["concluded"])) {
			if d != k {
				c.add(i, "P03", severity, "", "%s is declared under %s and was concluded to be under %s.",
					c.g.name(c.steps[i].asset), clip(said["declared"][d]), clip(said["concluded"][k]))
			}
		}
	}
}
