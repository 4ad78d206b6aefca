package models

// Metrics are measured before and after calibration, on two slices.
type Metrics struct {
	TestBefore      Measured `json:"test_before"`
	TestAfter       Measured `json:"test_after"`
	CalibrateBefore Measured `json:"calibrate_before"`
	CalibrateAfter  Measured `json:"calibrate_after"`
	// TestRolling: each 500 calls recalibrated on the 2,000 before them. Not
	// what is shipped, but what staying calibrated would take.
	TestRolling Measured `json:"test_rolling"`
	// TestWithoutDates: the same model trained without day and month.
	TestWithoutDates Measured `json:"test_without_day_and_month"`
	// TestFirstMonth and TestLater: calibrated, the test slice's first month
	// and the rest, between which the chance of a yes jumps.
	TestFirstMonth Measured `json:"test_first_month"`
	TestLater      Measured `json:"test_later"`
}

// Measured is how good a set of predictions is.
type Measured struct {
	N             int     `json:"n"`
	AUC           float64 `json:"auc"`      // 0.5 is chance
	LogLoss       float64 `json:"log_loss"` // nats
	Brier         float64 `json:"brier"`
	MeanPredicted float64 `json:"mean_predicted"`
	Observed      float64 `json:"observed"`
	InTheLarge    float64 `json:"in_the_large"` // mean predicted less observed
}

// BandTable says what the bands held on two slices.
type BandTable struct {
	Calibrate []BandCount `json:"calibrate"`
	Test      []BandCount `json:"test"`
}

// BandCount is one band's size and success, with Wilson's 95 % interval.
type BandCount struct {
	Band    string  `json:"band"`
	N       int     `json:"n"`
	Share   float64 `json:"share"`
	Yes     int     `json:"yes"`
	YesRate float64 `json:"yes_rate"`
	YesLow  float64 `json:"yes_low"`
	YesHigh float64 `json:"yes_high"`
}

// Reliability compares predicted with observed in ten bins of equal size.
type Reliability struct {
	File   string `json:"file"`
	Before []Bin  `json:"before"`
	After  []Bin  `json:"after"`
}

// Bin is one bin of a reliability table; observed with Wilson's 95 % interval.
type Bin struct {
	Bin           int     `json:"bin"`
	N             int     `json:"n"`
	Lowest        float64 `json:"lowest"`
	Highest       float64 `json:"highest"`
	MeanPredicted float64 `json:"mean_predicted"`
	Observed      float64 `json:"observed"`
	ObservedLow   float64 `json:"observed_low"`
	ObservedHigh  float64 `json:"observed_high"`
}
