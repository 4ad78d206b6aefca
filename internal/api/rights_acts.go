package api

import (
	"context"
	"net/http"

	"fairtouch/internal/access"
	"fairtouch/internal/rights"
)

// change does one thing to the request that the address names, for the key's
// owner, and answers with the request as it is then.
func (c *call) change(act func(ctx context.Context, desk Rights, who access.Principal, id string) (RightCase, error)) error {
	desk, err := c.desk(true)
	if err != nil {
		return err
	}
	v, err := act(c.r.Context(), desk, c.who, c.r.PathValue("id"))
	if err == nil {
		c.send(http.StatusOK, &v)
	}
	return err
}

// show answers with something of the request that the address names.
func (c *call) show(read func(ctx context.Context, desk Rights, id string) (any, error)) error {
	desk, err := c.desk(false)
	if err != nil {
		return err
	}
	v, err := read(c.r.Context(), desk, c.r.PathValue("id"))
	if err == nil {
		c.send(http.StatusOK, v)
	}
	return err
}

func (c *call) readRight() error {
	return c.show(func(ctx context.Context, d Rights, id string) (any, error) {
		v, err := d.Read(ctx, c.who, id)
		return &v, err
	})
}

func (c *call) answerRight() error {
	return c.show(func(ctx context.Context, d Rights, id string) (any, error) { return d.Answer(ctx, c.who, id) })
}

func (c *call) evidenceOfRight() error {
	return c.show(func(ctx context.Context, d Rights, id string) (any, error) { return d.Evidence(ctx, c.who, id) })
}

func (c *call) planRight() error {
	return c.show(func(ctx context.Context, d Rights, id string) (any, error) {
		all, err := d.Plan(ctx, c.ws(), id)
		if all == nil {
			all = []RightCall{}
		}
		return struct {
			Systems []RightCall `json:"other_systems"`
		}{all}, err
	})
}

// rightNames are what a person is known by; either may be left out.
type rightNames struct {
	ExternalID string `json:"external_id"`
	Email      string `json:"email"`
}

func (c *call) verifyRight() error {
	var in struct {
		Proof rights.Proof `json:"proof"`
		rightNames
	}
	if err := c.decode(&in); err != nil {
		return err
	}
	if err := shown(in.Proof); err != nil {
		return err
	}
	return c.change(func(ctx context.Context, d Rights, who access.Principal, id string) (RightCase, error) {
		return d.Verify(ctx, who, id, in.Proof, in.ExternalID, in.Email)
	})
}

func (c *call) identifyRight() error {
	var in rightNames
	if err := c.decode(&in); err != nil {
		return err
	}
	return c.change(func(ctx context.Context, d Rights, who access.Principal, id string) (RightCase, error) {
		return d.Identify(ctx, who, id, in.ExternalID, in.Email)
	})
}

// RightRun says how a request is carried out.
type RightRun struct {
	Retry       bool `json:"retry"`       // what failed in other systems is tried again
	Force       bool `json:"force"`       // end it without the systems that failed for good
	Irrevocable bool `json:"irrevocable"` // an erasure asks for it
}

func (c *call) runRight() error {
	var in RightRun
	if err := c.decode(&in); err != nil {
		return err
	}
	return c.change(func(ctx context.Context, d Rights, who access.Principal, id string) (RightCase, error) {
		return d.Run(ctx, who, id, in)
	})
}

// withReason reads the reason of an act and does it.
func (c *call) withReason(act func(d Rights, ctx context.Context, who access.Principal, id, reason string) (RightCase, error)) error {
	var in struct {
		Reason string `json:"reason"`
	}
	if err := c.decode(&in); err != nil {
		return err
	}
	return c.change(func(ctx context.Context, d Rights, who access.Principal, id string) (RightCase, error) {
		return act(d, ctx, who, id, in.Reason)
	})
}

func (c *call) extendRight() error { return c.withReason(Rights.Extend) }

func (c *call) refuseRight() error { return c.withReason(Rights.Refuse) }

func (c *call) finishRight() error {
	var in struct {
		Missing string `json:"missing"`
	}
	if err := c.decode(&in); err != nil {
		return err
	}
	return c.change(func(ctx context.Context, d Rights, who access.Principal, id string) (RightCase, error) {
		return d.Finish(ctx, who, id, in.Missing)
	})
}

func (c *call) cancelRight() error {
	return c.change(func(ctx context.Context, d Rights, who access.Principal, id string) (RightCase, error) {
		return d.Cancel(ctx, who, id)
	})
}
