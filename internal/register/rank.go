package register

import (
	"slices"
)

// Ranked is one tool's place for one use.
type Ranked struct {
	Tool    string  `json:"tool"`
	Name    string  `json:"name"`
	Verdict string  `json:"verdict"`
	Tier    string  `json:"tier"`  // A own data only ... E unknown
	Score   float64 `json:"score"` // 0 to 100, within a tier
	Weakest string  `json:"weakest"`
	Why     string  `json:"why"`
}

// tierWord says what a tier means.
func tierWord(tier string) string {
	switch tier {
	case "A":
		return "trained only on the company's own data"
	case "B":
		return "the company's own data on a licensed and indemnified base model"
	case "C":
		return "licensed third-party material with a documented chain"
	case "D":
		return "public data"
	}
	return "what it was trained on isn't known"
}

// Rank orders tools for one use, lexicographically: those that may be used
// first, then by tier with the company's own data first, then by score. It is
// the weakest link that decides, never the mean; the weakest path is the reason.
func (g *Graph) Rank(tools []string, use Use, on Date) []Ranked {
	out := make([]Ranked, 0, len(tools))
	for _, t := range tools {
		u := use
		u.Tool = t
		v := g.Check(u, on)
		tier, score := g.tier(t, v, on)
		out = append(out, Ranked{Tool: t, Name: g.name(t), Verdict: v.Verdict, Tier: tier, Score: score,
			Weakest: v.Weakest, Why: tierWord(tier)})
	}
	slices.SortStableFunc(out, func(a, b Ranked) int {
		if d := refusal(a.Verdict) - refusal(b.Verdict); d != 0 {
			return d
		}
		if a.Tier != b.Tier {
			return compare(a.Tier, b.Tier)
		}
		if a.Score != b.Score {
			if a.Score > b.Score {
				return -1
			}
			return 1
		}
		return compare(a.Tool, b.Tool)
	})
	return out
}

func refusal(verdict string) int {
	if verdict == Cleared || verdict == ClearedWithWarnings {
		return 0
	}
	return 1
}

// sources is what a tool's training rests on.
type sources struct {
	own, licensed, public, unknown int
	ownShare, licensedShare        float64
	ownFine                        bool // our data was used to train or fine-tune
	base, indemnified              bool // a third party's base model, and each of them indemnified
	assets, complete               int
	rights, verified, recent       int
	indemnity                      float64
}

func (g *Graph) tier(tool string, v Verdict, on Date) (string, float64) {
	bad := map[string]bool{} // assets that can't count as owned or licensed
	for _, f := range v.Findings {
		if f.Severity != "warn" {
			bad[f.Asset] = true
		}
	}
	steps, cycle := g.walk(tool)
	if cycle != nil {
		return "E", 0
	}
	s := g.sources(steps, bad, on)
	score := 40*s.ownShare + 20*s.licensedShare + 10*s.indemnity
	score += 15*ratio(s.complete, s.assets) + 10*ratio(s.verified, s.rights) + 5*ratio(s.recent, s.rights)
	switch {
	case s.unknown > 0 || s.own+s.licensed+s.public == 0:
		return "E", score
	case s.public > 0:
		return "D", score
	case s.licensed == 0 && !s.base:
		return "A", score
	case s.ownFine && s.base && s.indemnified:
		return "B", score
	}
	return "C", score
}

func ratio(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

func (g *Graph) sources(steps []step, bad map[string]bool, on Date) sources {
	s := sources{indemnified: true}
	counted := map[string]bool{}
	for i := range steps {
		a, known := g.assets[steps[i].asset]
		trains := steps[i].demand == train || steps[i].demand == fineTune
		if root := len(g.out[a.ID]) == 0 || a.Kind == "base_model"; trains && root && !counted["root "+steps[i].asset] {
			counted["root "+steps[i].asset] = true
			s.root(g, a, known && !bad[a.ID], share(steps, i), on)
		}
		if steps[i].asset == "" || counted[steps[i].asset] {
			continue
		}
		counted[steps[i].asset] = true
		s.count(g, a, known, bad[a.ID], on)
	}
	s.ownShare, s.licensedShare = min(1, s.ownShare), min(1, s.licensedShare)
	return s
}

func (s *sources) count(g *Graph, a Asset, known, bad bool, on Date) {
	s.assets++
	rights := g.live(a.ID, on)
	if known && !bad && len(rights) > 0 {
		s.complete++
	}
	for _, r := range rights {
		s.rights++
		for _, e := range r.Evidence {
			if e.VerifiedBy != "" {
				s.verified++
				if e.VerifiedAt.known() && e.VerifiedAt >= on.plus(-365) {
					s.recent++
				}
				break
			}
		}
	}
	worth := map[string]float64{"conditional": 0.5, "full": 1}[a.Indemnity]
	s.indemnity = max(s.indemnity, worth)
	if a.Kind == "base_model" && !g.ours(a.Owner) {
		s.base = true
		s.indemnified = s.indemnified && worth > 0
	}
}

// root counts one source of training. A root that failed a check, P11 included,
// is nobody's: own data without a basis is not own.
func (s *sources) root(g *Graph, a Asset, sound bool, share float64, on Date) {
	switch {
	case !sound:
		s.unknown++
	case g.ours(a.Owner):
		s.own++
		s.ownShare += share
		s.ownFine = true
	case licensed(g.live(a.ID, on)):
		s.licensed++
		s.licensedShare += share
	default:
		s.public++
	}
}

func licensed(rights []Right) bool {
	return slices.ContainsFunc(rights, func(r Right) bool { return r.Kind == "licence" || r.Kind == "contract" || r.Kind == "ownership" })
}

// share multiplies the shares along the witness path; a share that isn't known is 0.
func share(steps []step, i int) float64 {
	out := 1.0
	for ; steps[i].via != nil; i = steps[i].prev {
		e := steps[i].via
		if e.Rel != TrainedOn && e.Rel != FineTunedFrom && e.Rel != Contains && e.Rel != DerivedFrom {
			continue
		}
		if e.Share != nil {
			out *= *e.Share
		} else if e.Rel == TrainedOn || e.Rel == FineTunedFrom {
			return 0
		}
	}
	return out
}
