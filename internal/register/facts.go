package register

import (
	"strings"

	"fairtouch/touch"
)

// Facts gives what the register knows of a system as law packs ask for it: by
// the names of the law's fact registry. What isn't known is absent. The
// judgements and attestations are those of the workspace; operator is whoever
// called, "" if nobody is known.
func (s *System) Facts(judged []Significance, atts []Attestation, operator touch.UserID, purpose string, on Date) map[string]any {
	f := map[string]any{
		"system.kind": string(s.Kind), "system.mode": s.Mode, "system.domain": s.Domain,
		"system.generates": s.Kind.Generates(), "system.faces_person": s.FacesPerson,
		"system.human_route": s.HumanRoute != "", "system.opt_out_route": s.OptOutRoute != "",
		"system.literacy_ok": !s.RequireLiteracy || Literate(atts, operator, s.ID, "", on),
	}
	if a, ok := Assessed(judged, s, purpose, on); ok {
		f["system.significance"], f["system.significance_assessed_by"] = a.Verdict, a.Name
	}
	for name, v := range map[string]*bool{
		"system.profiling": s.Profiling, "system.special_categories": s.SpecialCategories,
		"system.biometric_categorisation": s.BiometricCategories, "system.own_name_provider": s.OwnNameProvider,
		"system.prohibited_screened": s.ProhibitedScreened, "system.vendor_contract": s.VendorContract,
		"system.substantially_replaces_human": s.SubstantiallyReplaces, "system.high_risk_declared": s.HighRiskDeclared,
		"system.companion": s.Companion,
	} {
		if v != nil {
			f[name] = *v
		}
	}
	if s.UnlawfulImageryBlocked != nil {
		f["content.unlawful_imagery"] = !*s.UnlawfulImageryBlocked
	}
	s.dates(f, on)
	return f
}

// dates leaves out an assessment that was completed only after the day: on that
// day there was none.
func (s *System) dates(f map[string]any, on Date) {
	for name, d := range map[string]Date{"system.placed_on_market": s.PlacedOnMarket, "system.put_into_service": s.PutIntoService} {
		if d.known() {
			f[name] = string(d)
		}
	}
	for name, d := range map[string]Date{
		"system.significant_change_on": s.SignificantChangeOn, "system.dpia_on": s.DPIAOn,
		"system.fria_on": s.FRIAOn, "system.risk_assessment_on": s.RiskAssessmentOn,
	} {
		switch {
		case d == "":
		case d == None || d > on && !strings.HasSuffix(name, "change_on"):
			f[name] = ""
		default:
			f[name] = string(d)
		}
	}
}
