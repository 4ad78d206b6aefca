package fairness

import "math"

// Disparity is value/reference. It is NaN if either is NaN or the reference is
// 0, as in the audit tables of aequitas.
func Disparity(value, reference float64) float64 {
	if math.IsNaN(value) || math.IsNaN(reference) || reference == 0 {
		return math.NaN()
	}
	return value / reference
}

// Tri is a truth value that may be unknown.
type Tri int8

// The truth values. The zero value is Unknown.
const (
	Unknown Tri = iota
	False
	True
)

// String is "NA", "false" or "true".
func (t Tri) String() string { return [...]string{"NA", "false", "true"}[t] }

// And is the three-valued conjunction: false wins, then unknown.
func (t Tri) And(u Tri) Tri {
	switch {
	case t == False || u == False:
		return False
	case t == Unknown || u == Unknown:
		return Unknown
	}
	return True
}

// Parity reports whether a disparity lies within tau and 1/tau, both included,
// for tau in (0, 1]: 0.8 is the four-fifths rule (29 CFR 1607.4(D)). NaN is
// unknown.
func Parity(disparity, tau float64) Tri {
	switch {
	case math.IsNaN(disparity):
		return Unknown
	case tau <= disparity && disparity <= 1/tau:
		return True
	}
	return False
}

// GroupParity is the parity of one group with a reference group, in the terms
// of the aequitas audit: each measure's disparity and truth value.
type GroupParity struct {
	FNR, FPR, FOR, FDR, Prevalence, Selection float64 // disparities; NaN is unknown

	FNRParity, FPRParity, FORParity, FDRParity Tri
	StatisticalParity                          Tri // of Prevalence
	ImpactParity                               Tri // of Selection
	TypeI                                      Tri // FDR and FPR
	TypeII                                     Tri // FOR and FNR
	Unsupervised                               Tri // statistical and impact
	Supervised                                 Tri // TypeI and TypeII
}

// ParityOf compares a group with a reference at tau. allSelected counts the
// selected people of all groups of the attribute.
func ParityOf(group, reference Counts, allSelected int64, tau float64) GroupParity {
	d := func(r Rate) float64 { return Disparity(r.Value(group), r.Value(reference)) }
	g := GroupParity{FNR: d(FNR), FPR: d(FPR), FOR: d(FOR), FDR: d(FDR), Selection: d(SelectionRate),
		Prevalence: Disparity(Prevalence(group, allSelected), Prevalence(reference, allSelected))}
	g.FNRParity, g.FPRParity = Parity(g.FNR, tau), Parity(g.FPR, tau)
	g.FORParity, g.FDRParity = Parity(g.FOR, tau), Parity(g.FDR, tau)
	g.StatisticalParity, g.ImpactParity = Parity(g.Prevalence, tau), Parity(g.Selection, tau)
	g.TypeI, g.TypeII = g.FDRParity.And(g.FPRParity), g.FORParity.And(g.FNRParity)
	g.Unsupervised, g.Supervised = g.StatisticalParity.And(g.ImpactParity), g.TypeI.And(g.TypeII)
	return g
}
