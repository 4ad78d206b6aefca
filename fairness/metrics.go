package fairness

import (
	"math"
	"strings"
)

// Metric names what an audit asks.
type Metric string

// The questions about gaps between a group and its reference.
const (
	DemographicParity Metric = "demographic_parity" // difference of selection rates
	DisparateImpact   Metric = "disparate_impact"   // ratio of selection rates; the 80 % rule
	EqualOpportunity  Metric = "equal_opportunity"  // difference of true positive rates
	EqualizedOdds     Metric = "equalized_odds"     // the larger of the gaps of TPR and FPR
	FPRParity         Metric = "fpr_parity"
	FNRParity         Metric = "fnr_parity"
	FDRParity         Metric = "fdr_parity"
	FORParity         Metric = "for_parity"
	PPVParity         Metric = "ppv_parity" // predictive parity
	NPVParity         Metric = "npv_parity"
	AccuracyParity    Metric = "accuracy_parity"
	TPRRatio          Metric = "tpr_ratio"
	FPRRatio          Metric = "fpr_ratio"
	FNRRatio          Metric = "fnr_ratio"
	FDRRatio          Metric = "fdr_ratio"
	FORRatio          Metric = "for_ratio"
	PPVRatio          Metric = "ppv_ratio"
	AccuracyRatio     Metric = "accuracy_ratio"
	CalibrationParity Metric = "calibration_parity" // difference of observed rate minus mean score
	AUCParity         Metric = "auc_parity"
	ScoreParity       Metric = "score_parity" // difference of mean scores (of amounts, too)
)

// The questions about one group, or about all.
const (
	AUC          Metric = "auc"
	Calibration  Metric = "calibration"
	CalError     Metric = "calibration_error"
	MeanScore    Metric = "mean_score"
	Entropy      Metric = "generalized_entropy"
	EntropyShare Metric = "generalized_entropy_between"
	Theil        Metric = "theil"
	Atkinson     Metric = "atkinson"
	DiffFairness Metric = "differential_fairness"
)

// need is what a metric cannot do without.
type need int

const (
	needsDecision need = iota
	needsLabel
	needsScore
	needsBoth // score and label
)

// kind says how a metric is computed.
type kind int

const (
	aRate kind = iota
	aDifference
	aRatio
	theOdds
	aScore
	aScoreGap
	anIndex
	theDifferential
)

type definition struct {
	kind kind
	need need
	rate Rate
}

// define looks a metric up.
func define(m Metric) (definition, bool) {
	d, ok := definitions()[m]
	if ok {
		return d, true
	}
	for _, r := range Rates() {
		if string(r) == string(m) {
			need := needsLabel
			if r == SelectionRate {
				need = needsDecision
			}
			return definition{aRate, need, r}, true
		}
	}
	return definition{}, false
}

func definitions() map[Metric]definition {
	return map[Metric]definition{
		DemographicParity: {aDifference, needsDecision, SelectionRate},
		DisparateImpact:   {aRatio, needsDecision, SelectionRate},
		EqualOpportunity:  {aDifference, needsLabel, TPR},
		EqualizedOdds:     {theOdds, needsLabel, TPR},
		FPRParity:         {aDifference, needsLabel, FPR},
		FNRParity:         {aDifference, needsLabel, FNR},
		FDRParity:         {aDifference, needsLabel, FDR},
		FORParity:         {aDifference, needsLabel, FOR},
		PPVParity:         {aDifference, needsLabel, PPV},
		NPVParity:         {aDifference, needsLabel, NPV},
		AccuracyParity:    {aDifference, needsLabel, Accuracy},
		TPRRatio:          {aRatio, needsLabel, TPR},
		FPRRatio:          {aRatio, needsLabel, FPR},
		FNRRatio:          {aRatio, needsLabel, FNR},
		FDRRatio:          {aRatio, needsLabel, FDR},
		FORRatio:          {aRatio, needsLabel, FOR},
		PPVRatio:          {aRatio, needsLabel, PPV},
		AccuracyRatio:     {aRatio, needsLabel, Accuracy},
		CalibrationParity: {aScoreGap, needsBoth, ""},
		AUCParity:         {aScoreGap, needsBoth, ""},
		ScoreParity:       {aScoreGap, needsScore, ""},
		AUC:               {aScore, needsBoth, ""},
		Calibration:       {aScore, needsBoth, ""},
		CalError:          {aScore, needsBoth, ""},
		MeanScore:         {aScore, needsScore, ""},
		Entropy:           {anIndex, needsLabel, ""},
		EntropyShare:      {anIndex, needsLabel, ""},
		Theil:             {anIndex, needsLabel, ""},
		Atkinson:          {anIndex, needsLabel, ""},
		DiffFairness:      {theDifferential, needsDecision, ""},
	}
}

// All lists every metric, rates first, then gaps, then scores and indices.
func All() []Metric {
	var out []Metric
	for _, r := range Rates() {
		out = append(out, Metric(r))
	}
	return append(out, DemographicParity, DisparateImpact, EqualOpportunity, EqualizedOdds, FPRParity, FNRParity,
		FDRParity, FORParity, PPVParity, NPVParity, AccuracyParity, TPRRatio, FPRRatio, FNRRatio, FDRRatio, FORRatio, PPVRatio,
		AccuracyRatio, MeanScore, ScoreParity, AUC, AUCParity,
		Calibration, CalibrationParity, CalError, Entropy, EntropyShare, Theil, Atkinson, DiffFairness)
}

// ParseMetric reads a metric's name: case, blanks, hyphens and the British
// spelling don't matter, and usual other names are known. ok is false for a
// name that isn't.
func ParseMetric(s string) (m Metric, ok bool) {
	s = strings.ToLower(strings.TrimSpace(s))
	s = strings.NewReplacer("-", "_", " ", "_", "equalised", "equalized", "generalised", "generalized").Replace(s)
	if other, found := otherNames()[s]; found {
		return other, true
	}
	_, ok = define(Metric(s))
	return Metric(s), ok
}

func otherNames() map[string]Metric {
	return map[string]Metric{
		"statistical_parity": DemographicParity, "demographic_parity_difference": DemographicParity,
		"statistical_parity_difference": DemographicParity, "selection_rate_difference": DemographicParity,
		"demographic_parity_ratio": DisparateImpact, "disparate_impact_ratio": DisparateImpact,
		"four_fifths": DisparateImpact, "80_percent_rule": DisparateImpact, "impact_ratio": DisparateImpact,
		"equal_opportunity_difference": EqualOpportunity, "tpr_parity": EqualOpportunity, "tpr_difference": EqualOpportunity,
		"equalized_odds_difference": EqualizedOdds, "fpr_difference": FPRParity, "fnr_difference": FNRParity,
		"fdr_difference": FDRParity, "for_difference": FORParity, "ppv_difference": PPVParity,
		"predictive_parity": PPVParity, "predictive_equality": FPRParity, "accuracy_difference": AccuracyParity,
		"tpr_disparity": TPRRatio, "fpr_disparity": FPRRatio, "fnr_disparity": FNRRatio, "fdr_disparity": FDRRatio,
		"for_disparity": FORRatio, "ppv_disparity": PPVRatio, "precision_disparity": PPVRatio, "pprev_disparity": DisparateImpact,
		"auc_by_group": AUC, "calibration_by_group": Calibration, "calibration_gap": CalibrationParity,
		"gei": Entropy, "entropy": Entropy, "theil_index": Theil, "atkinson_index": Atkinson, "smoothed_differential_fairness": DiffFairness,
		"precision": Metric(PPV), "recall": Metric(TPR), "sensitivity": Metric(TPR), "specificity": Metric(TNR),
		"false_positive_rate": Metric(FPR), "false_negative_rate": Metric(FNR), "true_positive_rate": Metric(TPR),
		"false_discovery_rate": Metric(FDR), "false_omission_rate": Metric(FOR), "ece": CalError,
	}
}

// odds is the gap of TPR and FPR that is larger in size, with an interval of
// that size: the upper end is the larger of the two upper ends, the lower the
// larger of the two lower ones at alpha/2, so that no gap in either is called
// one more often than alpha.
func odds(a, b *Stats, alpha float64) (value float64, i Interval) {
	value, i = math.NaN(), nowhere()
	for _, r := range []Rate{TPR, FPR} {
		x1, n1 := a.Share(r)
		x2, n2 := b.Share(r)
		if n1 == 0 || n2 == 0 {
			return math.NaN(), nowhere()
		}
		d := math.Abs(x1/n1 - x2/n2)
		wide := size(Difference(x1, n1, x2, n2, alpha/2))
		plain := size(Difference(x1, n1, x2, n2, alpha))
		if math.IsNaN(value) {
			value, i = d, Interval{wide.Low, plain.High}
			continue
		}
		value, i = math.Max(value, d), Interval{math.Max(i.Low, wide.Low), math.Max(i.High, plain.High)}
	}
	return value, i
}

// size is the interval of |d| given that of d.
func size(i Interval) Interval {
	high := math.Max(math.Abs(i.Low), math.Abs(i.High))
	if i.Low <= 0 && i.High >= 0 {
		return Interval{0, high}
	}
	return Interval{math.Min(math.Abs(i.Low), math.Abs(i.High)), high}
}
