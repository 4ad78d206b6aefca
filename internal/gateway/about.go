package gateway

import (
	"maps"
	"net/http"
	"slices"

	"fairtouch/internal/wire"
	"fairtouch/touch"
)

// Headers that say what a use is about. Each is optional where the registration
// leaves one answer.
const (
	headSystem  = "X-Fairtouch-System"
	headSubject = "X-Fairtouch-Subject"
	headPurpose = "X-Fairtouch-Purpose"
	headChannel = "X-Fairtouch-Channel"
	headLocale  = "X-Fairtouch-Locale"
	headFacts   = "X-Fairtouch-Facts"
	headCase    = "X-Fairtouch-Conversation"
)

// about finds system, purpose, channel and person of a request.
func (j *job) about() error {
	id, err := j.systemID()
	if err != nil {
		return err
	}
	if j.system, j.binding, err = j.s.cfg.Settings.Bound(j.r.Context(), j.who.Workspace, id); err != nil {
		return err
	}
	if !allows(j.binding.Models, j.prompt.model) || !allows(j.rule.Models, j.prompt.model) {
		return &refusal{code: "model_not_allowed", message: "This system, or this key, may not use that model; GET models lists those that it may."}
	}
	j.touch = touch.Touch{System: id, Locale: first(j.r.Header.Get(headLocale), j.binding.Locale)}
	if j.touch.Purpose, err = one(headPurpose, j.r.Header.Get(headPurpose), j.binding.Purpose, j.system.Purposes); err != nil {
		return err
	}
	if j.touch.Channel, err = one(headChannel, touch.Channel(j.r.Header.Get(headChannel)), j.binding.Channel, j.system.Channels); err != nil {
		return err
	}
	if err := j.facts(); err != nil {
		return err
	}
	return j.person()
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// systemID is what the header names, or the one system that the key is for.
func (j *job) systemID() (touch.SystemID, error) {
	id := touch.SystemID(j.r.Header.Get(headSystem))
	switch n := len(j.rule.Systems); {
	case id == "" && n == 1:
		return j.rule.Systems[0], nil
	case id == "":
		return "", touch.Fielderr(headSystem, "name the registered AI system in this header, or bind the key to one")
	case n > 0 && !slices.Contains(j.rule.Systems, id):
		return "", &refusal{code: "system_not_allowed", message: "This key is bound to another system."}
	}
	return id, nil
}

// one is what the request says, else the binding, else the only one that the
// registration has.
func one[T ~string](header string, said, bound T, registered []T) (T, error) {
	switch {
	case said != "":
		return said, nil
	case bound != "":
		return bound, nil
	case len(registered) == 1:
		return registered[0], nil
	}
	return "", touch.Fielderr(header, "the system is registered for several; say in this header which one this is")
}

// facts joins the header's facts, a JSON object, with those that the owner
// declared for all uses.
func (j *job) facts() error {
	j.touch.Facts = maps.Clone(j.binding.Facts)
	head := j.r.Header.Get(headFacts)
	if head == "" {
		return nil
	}
	var own map[string]any
	if err := touch.Decode([]byte(head), &own); err != nil {
		return touch.Wrap(touch.Invalid, err, `the header %s must be a JSON object, such as {"country":"DE","minor":false}`, headFacts)
	}
	if j.touch.Facts == nil {
		j.touch.Facts = map[string]any{}
	}
	maps.Copy(j.touch.Facts, own)
	return nil
}

// person finds who this is about: our own header, then safety_identifier, user,
// metadata.user_id. The id keys the permission, so two fields of the body that
// disagree are refused.
func (j *job) person() error {
	if j.who.Subject != "" && !j.system.NoSubject { // the credential is one person's own: nothing in the request names another
		j.touch.Subject = &touch.SubjectRef{ExternalID: string(j.who.Subject)}
		return nil
	}
	id := j.r.Header.Get(headSubject)
	if id == "" {
		for _, source := range []string{"safety_identifier", "user", "metadata.user_id"} {
			for _, x := range j.prompt.people {
				if x.source != source {
					continue
				}
				if id != "" && id != x.value {
					return touch.Fielderr(source, "names another person than the rest of the request does; send one id, or the header %s", headSubject)
				}
				id = x.value
			}
		}
	}
	switch {
	case len(id) > 512:
		return touch.Fielderr(headSubject, "must be at most 512 bytes")
	case j.system.NoSubject: // a use that is about nobody stays so, whoever sat at the keyboard
		return nil
	case id == "":
		return touch.Fielderr(headSubject, "this system faces people; say in this header, or as user or metadata.user_id, who this is about")
	}
	j.touch.Subject = &touch.SubjectRef{ExternalID: id}
	return nil
}

// models lists what the key may use, without asking any provider.
func (s *server) models(w http.ResponseWriter, r *http.Request) {
	c := s.call(w, r, "")
	if err := c.enter(); err != nil {
		c.fail(err)
		return
	}
	j := &job{call: c}
	id, err := j.systemID()
	if err == nil {
		_, j.binding, err = s.cfg.Settings.Bound(r.Context(), c.who.Workspace, id)
	}
	if err != nil {
		c.fail(err)
		return
	}
	c.json(http.StatusOK, j.modelList())
}

func (j *job) modelList() []byte {
	out := []byte(`{"object":"list","data":[`)
	n, firstID, lastID := 0, "null", "null"
	for _, m := range j.binding.Models {
		if !allows(j.rule.Models, m) {
			continue
		}
		q := string(wire.Quote(m))
		if n++; n > 1 {
			out = append(out, ',')
		} else {
			firstID = q
		}
		lastID = q
		if j.anthropic {
			out = append(out, `{"type":"model","id":`+q+`,"display_name":`+q+`,"created_at":"2026-01-01T00:00:00Z"}`...)
		} else {
			out = append(out, `{"id":`+q+`,"object":"model","created":1767225600,"owned_by":"fairtouch"}`...)
		}
	}
	if j.anthropic {
		return append(append([]byte(`{"data":[`), out[len(`{"object":"list","data":[`):]...), `],"has_more":false,"first_id":`+firstID+`,"last_id":`+lastID+`}`...)
	}
	return append(out, `]}`...)
}
