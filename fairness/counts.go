package fairness

import "math"

// Counts is what a group's decisions add up to. N counts the people whose
// decision is known and Selected those with the positive decision; TP, FP, TN
// and FN count the people whose label is known too, so their sum may be less
// than N while labels are still arriving.
type Counts struct {
	N, Selected    int64
	TP, FP, TN, FN int64
}

// FromConfusion makes the counts of a group whose labels are all known.
func FromConfusion(tp, fp, tn, fn int64) Counts {
	return Counts{N: tp + fp + tn + fn, Selected: tp + fp, TP: tp, FP: fp, TN: tn, FN: fn}
}

// Add merges two groups. It is associative and commutative.
func (c Counts) Add(d Counts) Counts {
	return Counts{c.N + d.N, c.Selected + d.Selected, c.TP + d.TP, c.FP + d.FP, c.TN + d.TN, c.FN + d.FN}
}

// Sub takes a part away from a whole.
func (c Counts) Sub(d Counts) Counts {
	return Counts{c.N - d.N, c.Selected - d.Selected, c.TP - d.TP, c.FP - d.FP, c.TN - d.TN, c.FN - d.FN}
}

// Labelled is the number of people whose label is known.
func (c Counts) Labelled() int64 { return c.TP + c.FP + c.TN + c.FN }

// Valid reports whether the counts can belong to one group.
func (c Counts) Valid() bool {
	return c.TP >= 0 && c.FP >= 0 && c.TN >= 0 && c.FN >= 0 && c.Selected >= c.TP+c.FP && c.N-c.Selected >= c.TN+c.FN
}

// Rate is a share of a group, such as the true positive rate.
type Rate string

// The rates. Each is a share x/n of the group's counts.
const (
	SelectionRate Rate = "selection_rate" // selected / n
	BaseRate      Rate = "base_rate"      // (TP+FN) / labelled
	Accuracy      Rate = "accuracy"       // (TP+TN) / labelled
	TPR           Rate = "tpr"            // TP / (TP+FN), also recall, sensitivity
	FNR           Rate = "fnr"            // FN / (TP+FN)
	FPR           Rate = "fpr"            // FP / (FP+TN)
	TNR           Rate = "tnr"            // TN / (FP+TN), also specificity
	PPV           Rate = "ppv"            // TP / (TP+FP), also precision
	FDR           Rate = "fdr"            // FP / (TP+FP)
	NPV           Rate = "npv"            // TN / (TN+FN)
	FOR           Rate = "for"            // FN / (TN+FN)
)

// Rates lists the rates.
func Rates() []Rate {
	return []Rate{SelectionRate, BaseRate, Accuracy, TPR, FNR, FPR, TNR, PPV, FDR, NPV, FOR}
}

// NeedsLabel reports whether a rate asks for the label.
func (r Rate) NeedsLabel() bool { return r != SelectionRate }

// Of returns the rate's numerator and denominator in a group. An unknown rate
// has 0, 0.
func (r Rate) Of(c Counts) (x, n int64) {
	switch r {
	case SelectionRate:
		return c.Selected, c.N
	case BaseRate:
		return c.TP + c.FN, c.Labelled()
	case Accuracy:
		return c.TP + c.TN, c.Labelled()
	case TPR:
		return c.TP, c.TP + c.FN
	case FNR:
		return c.FN, c.TP + c.FN
	case FPR:
		return c.FP, c.FP + c.TN
	case TNR:
		return c.TN, c.FP + c.TN
	case PPV:
		return c.TP, c.TP + c.FP
	case FDR:
		return c.FP, c.TP + c.FP
	case NPV:
		return c.TN, c.TN + c.FN
	case FOR:
		return c.FN, c.TN + c.FN
	}
	return 0, 0
}

// Value returns the rate of a group in [0, 1]; NaN if its denominator is 0.
func (r Rate) Value(c Counts) float64 {
	x, n := r.Of(c)
	return share(x, n)
}

func share(x, n int64) float64 {
	if n == 0 {
		return math.NaN()
	}
	return float64(x) / float64(n)
}

// Prevalence is the share of all selected people that belong to the group
// (aequitas calls it ppr); NaN if nobody was selected.
func Prevalence(c Counts, allSelected int64) float64 { return share(c.Selected, allSelected) }
