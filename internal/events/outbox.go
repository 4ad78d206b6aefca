package events

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"

	"fairtouch/internal/rights"
	"fairtouch/touch"
)

// Store keeps webhooks until they were taken.
type Store interface {
	// ClaimParcels takes what is due and puts it off until then, durably, so
	// that another node leaves it alone and a crash loses nothing.
	ClaimParcels(ctx context.Context, now, until time.Time, limit int) ([]rights.Parcel, error)
	SentParcel(ctx context.Context, ws touch.Workspace, id string, status int) error
	PutOffParcel(ctx context.Context, ws touch.Workspace, id string, status int, until time.Time, final bool) error
}

// Letter is a parcel that was opened.
type Letter struct {
	URL    string
	Secret Secret
	Body   []byte
	// Carry delivers in another way than by a signed post; nil for none. A
	// *rights.Later says how long to wait. again: an attempt may have got through.
	Carry func(ctx context.Context, again bool) error
}

// Outbox delivers webhooks: at least once, each with the same id every time.
type Outbox struct {
	Store  Store
	Open   func(ctx context.Context, p rights.Parcel) (Letter, error) // an error is final
	Client *http.Client                                               // nil: nothing goes out, and everything waits
	Now    func() time.Time
}

// Batch is how many parcels Deliver takes at most.
const Batch = 256

const (
	lanes = 32              // of several receivers: one that is slow holds one of them
	lease = 2 * time.Minute // longer than a delivery may take
	limit = 15 * time.Second
	every = time.Second
)

// waits are the pauses after each failure; after the last one it is given up.
var waits = [...]time.Duration{5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, time.Hour, 3 * time.Hour, 8 * time.Hour, 24 * time.Hour, 24 * time.Hour}

// Run delivers until the context ends. wake makes it look at once; it may be nil.
func (o *Outbox) Run(ctx context.Context, wake <-chan struct{}, onError func(error)) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		for {
			n, err := o.Deliver(ctx)
			if err != nil && ctx.Err() == nil {
				onError(err)
			}
			if n < Batch || err != nil {
				break
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-wake:
		}
	}
}

// Deliver makes one attempt for what is due, and returns how many that were.
func (o *Outbox) Deliver(ctx context.Context) (int, error) {
	if o.Client == nil {
		return 0, nil
	}
	now := o.Now()
	due, err := o.Store.ClaimParcels(ctx, now, now.Add(lease), Batch)
	if err != nil {
		return 0, err
	}
	var wg sync.WaitGroup
	errs := make([]error, len(due))
	gate := make(chan struct{}, lanes)
	for i := range due {
		wg.Go(func() {
			gate <- struct{}{}
			defer func() { <-gate }()
			errs[i] = o.one(ctx, due[i])
		})
	}
	wg.Wait()
	for _, e := range errs {
		if e != nil {
			return len(due), e
		}
	}
	return len(due), nil
}

func (o *Outbox) one(ctx context.Context, p rights.Parcel) error {
	l, err := o.Open(ctx, p)
	if err != nil { // the person was erased meanwhile, or the endpoint is gone
		return o.Store.PutOffParcel(ctx, p.Workspace, p.ID, 0, o.Now(), true)
	}
	status, after := o.deliver(ctx, p, l)
	switch {
	case ctx.Err() != nil: // we are going down: the lease runs out and it is tried again
		return nil
	case status >= 200 && status < 300:
		return o.Store.SentParcel(ctx, p.Workspace, p.ID, status)
	}
	if p.Tries >= len(waits) || status == http.StatusGone {
		return o.Store.PutOffParcel(ctx, p.Workspace, p.ID, status, o.Now(), true)
	}
	return o.Store.PutOffParcel(ctx, p.Workspace, p.ID, status, o.Now().Add(max(waits[p.Tries], after)), false)
}

// deliver makes one attempt. After a crash the lease has run out, so that what
// is older than one may have been tried.
func (o *Outbox) deliver(ctx context.Context, p rights.Parcel, l Letter) (status int, after time.Duration) {
	if l.Carry == nil {
		return o.post(ctx, p.ID, l)
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	err := l.Carry(ctx, p.Tries > 0 || o.Now().Sub(p.At) >= lease)
	if err == nil {
		return http.StatusOK, 0
	}
	var later *rights.Later
	if errors.As(err, &later) {
		after = later.After
	}
	return 0, after
}

// post sends one message; status 0 is no answer.
func (o *Outbox) post(ctx context.Context, id string, l Letter) (status int, after time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	h, err := l.Secret.Sign(id, o.Now(), l.Body)
	if err != nil {
		return 0, 0
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, l.URL, bytes.NewReader(l.Body))
	if err != nil {
		return 0, 0
	}
	r.Header = h
	r.Header.Set("Content-Type", "application/json")
	res, err := o.Client.Do(r)
	if err != nil {
		return 0, 0
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 64<<10))
	if n, err := strconv.Atoi(res.Header.Get("Retry-After")); err == nil && n > 0 {
		after = min(time.Duration(min(n, 1<<17))*time.Second, 24*time.Hour)
	}
	return res.StatusCode, after
}
