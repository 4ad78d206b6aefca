package register

// brokenChains are labelled: each is the sound chain with one thing wrong.
var brokenChains = []struct {
	name, code, severity string
	edit                 func(*Parts, *Use)
}{
	{"missing link", "P01", "block", func(p *Parts, _ *Use) { p.Edges[1].To = "lost" }},
	{"root without owner", "P01", "block", func(p *Parts, _ *Use) { p.Assets[2].Owner = "" }},
	{"model of nothing", "P01", "block", func(p *Parts, _ *Use) { p.Edges = p.Edges[:1] }},
	{"unknown tool", "P01", "block", func(_ *Parts, u *Use) { u.Tool = "" }},
	{"no right", "P02", "block", func(p *Parts, _ *Use) { p.Rights = p.Rights[:2] }},
	{"licence other", "P02", "block", licence("other")},
	{"licence empty", "P02", "block", licence("")},
	{"licence public", "P02", "block", licence("Public")},
	{"licence a bare address", "P02", "block", licence("https://example.org/terms")},
	{"licence without a version", "P02", "block", licence("CC BY")},
	{"licence of unknown content", "P02", "gap", licence("LicenseRef-house-terms")},
	{"unlawful source", "P02", "block", func(p *Parts, _ *Use) { p.Assets[2].Acquired = "unlawful" }},
	{"contract without a name", "P02", "block", func(p *Parts, _ *Use) { p.Rights[2].Kind = "contract" }},
	{"declared against concluded", "P03", "block", func(p *Parts, u *Use) { declared(p) }},
	{"the same for a charity", "P03", "warn", func(p *Parts, u *Use) { declared(p); u.Commercial = false }},
	{"non-commercial licence", "P04", "block", licence("CC BY-NC 4.0")},
	{"non-commercial contract", "P04", "block", func(p *Parts, _ *Use) { p.Rights[2].NonCommercial = true }},
	{"a choice that may be non-commercial", "P04", "block", licence("MIT OR CC-BY-NC-4.0")},
	{"no derivatives", "P05", "block", licence("CC-BY-ND-4.0")},
	{"share alike in a publication", "P06", "warn", func(p *Parts, u *Use) { licence("CC BY-SA 4.0")(p, u); u.Publishes = true }},
	{"expired today", "P08", "block", func(p *Parts, _ *Use) { p.Rights[2].Until = today }},
	{"not begun", "P08", "block", func(p *Parts, _ *Use) { p.Rights[2].From = "2026-11-25" }},
	{"expires in 89 days", "P08", "warn", func(p *Parts, _ *Use) { p.Rights[2].Until = today.plus(89) }},
	{"revoked", "P09", "block", func(p *Parts, _ *Use) { p.Rights[2].RevokedAt = today }},
	{"another purpose", "P10", "block", func(p *Parts, _ *Use) { p.Rights[2].Purposes = []string{"service"} }},
	{"another channel", "P10", "block", func(p *Parts, _ *Use) { p.Rights[2].Channels = []string{"post"} }},
	{"another territory", "P10", "block", func(p *Parts, _ *Use) { p.Rights[2].Territories = []string{"US", "UK"} }},
	{"training not allowed", "P10", "block", func(p *Parts, _ *Use) { p.Rights[2].UsesAllowed = []string{"infer"} }},
	{"training forbidden", "P10", "block", func(p *Parts, _ *Use) { p.Rights[2].NoModelTraining = true }},
	{"territory of the use unknown", "P10", "gap", func(p *Parts, u *Use) { p.Rights[2].Territories = []string{"EU"}; u.Territory = "" }},
	{"personal data without basis", "P11", "block", func(p *Parts, _ *Use) { p.Assets[2].LegalBasis = "" }},
	{"consent without training", "P11", "block", func(p *Parts, _ *Use) { p.Rights[2].Kind, p.Rights[2].UsesDenied = "consent", []string{"train"} }},
	{"personal data unknown", "P11", "gap", func(p *Parts, _ *Use) { p.Assets[2].PersonalData = "" }},
	{"mining reserved, in the EU", "P12", "block", reserved},
	{"mining reserved, elsewhere", "P12", "warn", func(p *Parts, u *Use) { reserved(p, u); u.Territory = "US" }},
	{"no evidence", "P13", "warn", func(p *Parts, _ *Use) { p.Rights[2].Evidence = nil }},
	{"changed evidence", "P13", "block", func(p *Parts, _ *Use) {
		p.Rights[2].Evidence = []Evidence{{SHA256: "aa", Found: "bb", VerifiedAt: "2026-06-01"}}
	}},
	{"old evidence", "P13", "warn", func(p *Parts, _ *Use) {
		p.Rights[2].Evidence = []Evidence{{SHA256: "aa", VerifiedAt: "2024-06-01"}}
	}},
	{"circle", "P14", "block", func(p *Parts, _ *Use) { p.Edges = append(p.Edges, Edge{From: "calls", To: "model", Rel: DerivedFrom}) }},
	{"another version", "P14", "block", func(p *Parts, _ *Use) { p.Edges[1].ToVersion = "2" }},
	{"two base models", "P14", "block", func(p *Parts, _ *Use) {
		p.Edges = append(p.Edges, Edge{From: "model", To: "b1", Rel: FineTunedFrom}, Edge{From: "model", To: "b2", Rel: FineTunedFrom})
	}},
	{"vendor trains on our data", "P15", "block", func(p *Parts, _ *Use) { p.Assets[0].Owner, p.Assets[0].TrainsOnOurs = "acme", new(true) }},
	{"vendor doesn't say", "P15", "gap", func(p *Parts, _ *Use) { p.Assets[0].Owner = "acme" }},
}

func licence(text string) func(*Parts, *Use) {
	return func(p *Parts, _ *Use) {
		p.Assets[2].Owner, p.Rights[2].Kind, p.Rights[2].Licence = "pub", "licence", text
	}
}

func reserved(p *Parts, _ *Use) {
	p.Assets[2].Owner, p.Rights[2].Kind = "pub", "statutory_exception"
	p.Assets[2].Reservations = []Reservation{{Scheme: "robots", Value: ""}, {Scheme: "tdmrep", Value: "1", Reserved: true}}
}

func declared(p *Parts) {
	licence("CC BY 4.0")(p, nil)
	p.Rights[2].Status = "declared"
	p.Rights = append(p.Rights, Right{ID: "r-calls-2", Asset: "calls", Kind: "licence", Licence: "CC0-1.0", Status: "concluded", Evidence: seen})
}
