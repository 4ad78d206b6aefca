package rights

import (
	"time"

	"fairtouch/touch"
)

// Parcel is a webhook on its way out. Its body is sealed until it is sent.
type Parcel struct {
	Workspace touch.Workspace
	ID        string // sent as webhook-id with every attempt
	Endpoint  string
	Subject   touch.SubjectID // "" where no person is concerned
	State     string          // waiting, sent, failed
	Tries     int
	Status    int // the last HTTP status; 0 for none
	NotBefore time.Time
	At        time.Time
	Sealed    []byte
}
