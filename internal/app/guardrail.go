package app

import (
	"context"

	"fairtouch/fairness"
	"fairtouch/internal/pilot"
	"fairtouch/touch"
)

// mostUnfair is the share of treated people of whom more than that may not have
// said "wrong or unfair", as far as the data can tell, for a pilot to grow.
const mostUnfair = 0.01

// heard refuses the next step of a pilot whose people say that it is wrong or
// unfair: the lower end of the interval of their share is above mostUnfair.
func (s staff) heard(ctx context.Context, ws touch.Workspace, p *pilot.Pilot) error {
	treated, said, err := s.DB.Heard(ctx, ws, p.System)
	if err != nil || treated == 0 {
		return err
	}
	if low := fairness.Wilson(float64(said), float64(treated), 0.05).Low; low > mostUnfair {
		return touch.Errorf(touch.Conflict, "%d of %d people said that it is wrong or unfair, which is surely more than %g %%; answer them before it grows", said, treated, 100*mostUnfair)
	}
	return nil
}
