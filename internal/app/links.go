package app

import (
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"strings"
	"time"

	"fairtouch/touch"
)

// LinkPurpose is what a customer's link is good for. A link has one.
type LinkPurpose byte

// The purposes.
const (
	LinkWhy      LinkPurpose = 'w'
	LinkHuman    LinkPurpose = 'h'
	LinkConsent  LinkPurpose = 'c'
	LinkStop     LinkPurpose = 's'
	LinkVerify   LinkPurpose = 'v'
	LinkVendor   LinkPurpose = 'q' // one questionnaire, for whoever the supplier hands it to
	LinkApprove  LinkPurpose = 'a' // answers one approval, as who was asked
	LinkRights   LinkPurpose = 'r' // asks for a right, about the person of one decision
	LinkGuardian LinkPurpose = 'g' // a guardian answers for somebody under age
	LinkDevice   LinkPurpose = 'd' // a browser that answered on one web site
	LinkAsk      LinkPurpose = 'k' // one question to a browser, good for one answer
	LinkShown    LinkPurpose = 'b' // says of one output that a device showed it
	LinkChat     LinkPurpose = 't' // one conversation
	LinkCode     LinkPurpose = 'u' // a session that a one-time code opened
)

// linkLife is how long a customer's link works.
const linkLife = 180 * 24 * time.Hour

// Links makes and checks customers' links. A token carries its purpose, end,
// workspace and decision or person, and a keyed hash over them, so that nothing
// is stored that could be stolen. The key is the workspace's pepper.
type Links struct {
	base string
	mac  func(ws touch.Workspace, s string) (string, error)
	now  func() time.Time
}

// Link is what a token says.
type Link struct {
	Purpose   LinkPurpose
	Workspace touch.Workspace
	ID        string // of a decision
	Ends      time.Time
}

// Token signs a link.
func (l *Links) Token(k Link) (string, error) {
	b := []byte{byte(k.Purpose)}
	b = binary.BigEndian.AppendUint32(b, uint32(k.Ends.Unix()))
	b = append(b, k.Workspace...)
	b = append(b, 0)
	b = append(b, k.ID...)
	tag, err := l.tag(k.Workspace, b)
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(append(b, tag...)), nil
}

func (l *Links) tag(ws touch.Workspace, body []byte) ([]byte, error) {
	h, err := l.mac(ws, "link\x00"+hex.EncodeToString(body))
	if err != nil {
		return nil, err
	}
	b, err := hex.DecodeString(h[:32])
	return b, touch.Wrap(touch.Internal, err, "a link can't be signed")
}

// Parse checks a token for one purpose. A wrong, old or foreign one is Unknown.
func (l *Links) Parse(token string, want LinkPurpose) (Link, error) {
	gone := touch.Errorf(touch.Unknown, "this link is not valid, or too old")
	b, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(b) < 5+1+16 || len(b) > 300 || LinkPurpose(b[0]) != want {
		return Link{}, gone
	}
	body, tag := b[:len(b)-16], b[len(b)-16:]
	ws, id, ok := strings.Cut(string(body[5:]), "\x00")
	if !ok {
		return Link{}, gone
	}
	k := Link{Purpose: want, Workspace: touch.Workspace(ws), ID: id, Ends: time.Unix(int64(binary.BigEndian.Uint32(b[1:5])), 0)}
	good, err := l.tag(k.Workspace, body)
	if err != nil || subtle.ConstantTimeCompare(good, tag) != 1 || !l.now().Before(k.Ends) {
		return Link{}, gone
	}
	return k, nil
}

// usePrefix begins the id of a link to a use that no decision stands behind
// yet: a rehearsed one. The rest is system, channel and person.
const usePrefix = "use/"

// ForUse implements govern.UseLinks. subject may be "": then the link's pages
// show what concerns nobody in particular.
func (l *Links) ForUse(ws touch.Workspace, system touch.SystemID, ch touch.Channel, subject touch.SubjectID) (why, human string) {
	id := usePrefix + string(system) + "/" + string(ch) + "/" + string(subject)
	ends := l.now().Add(linkLife)
	w, err1 := l.Token(Link{LinkWhy, ws, id, ends})
	h, err2 := l.Token(Link{LinkHuman, ws, id, ends})
	if err1 != nil || err2 != nil {
		return "", ""
	}
	return l.base + "/p/why/" + w, l.base + "/p/human/" + h
}

// useOf reads the id of such a link back, as a decision that says no more.
func useOf(id string, made time.Time) (StoredDecision, bool) {
	rest, ok := strings.CutPrefix(id, usePrefix)
	parts := strings.Split(rest, "/")
	if !ok || len(parts) != 3 {
		return StoredDecision{}, false
	}
	d := StoredDecision{Subject: touch.SubjectID(parts[2])}
	d.Decision = touch.Decision{ID: touch.DecisionID(id), Verdict: touch.Allow, System: touch.SystemID(parts[0]), Channel: touch.Channel(parts[1]), At: made}
	return d, true
}

// Stop implements govern.Stopper.
func (l *Links) Stop(ws touch.Workspace, id touch.DecisionID, at time.Time) string {
	t, err := l.Token(Link{LinkStop, ws, string(id), at.Add(linkLife)})
	if err != nil {
		return ""
	}
	return l.base + "/p/stop/" + t
}

// For implements govern.Links.
func (l *Links) For(ws touch.Workspace, id touch.DecisionID, at time.Time) (why, human string) {
	ends := at.Add(linkLife)
	w, err1 := l.Token(Link{LinkWhy, ws, string(id), ends})
	h, err2 := l.Token(Link{LinkHuman, ws, string(id), ends})
	if err1 != nil || err2 != nil {
		return "", "" // no link: the disclosure refuses
	}
	return l.base + "/p/why/" + w, l.base + "/p/human/" + h
}
