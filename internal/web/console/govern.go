package console

import (
	"net/http"
	"strings"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/law"
	"fairtouch/internal/web/view"
	"fairtouch/touch"
)

func (c *Console) lawShow(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	now := c.Now()
	asOf, known := law.DateIn(now), now
	var ps view.Problems
	if s := r.URL.Query().Get("as_of"); s != "" {
		d, err := law.ParseDate(s)
		if err != nil {
			ps = view.Problems{{Field: "as_of", Message: "Write the date as 2026-12-02"}}
		} else {
			asOf = d
		}
	}
	if s := r.URL.Query().Get("known_at"); s != "" {
		t, err := time.Parse(time.DateOnly, s)
		if err != nil {
			ps = append(ps, view.Problem{Field: "known_at", Message: "Write the date as 2026-12-02"})
		} else {
			known = t.Add(24*time.Hour - time.Second)
		}
	}
	rules, err := c.Backend.Law.Rules(r.Context(), asOf, known)
	if err != nil {
		return err
	}
	return c.t.law.Render(w, http.StatusOK, page[Rules]{c.frame(p, "/console/law", ps), rules})
}

func (c *Console) permissionsShow(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	return c.permissions(w, r, p, http.StatusOK, nil)
}

func (c *Console) permissions(w http.ResponseWriter, r *http.Request, p access.Principal, status int, ps view.Problems) error {
	v, err := c.Backend.People.Permissions(r.Context(), p)
	if err != nil {
		return err
	}
	return c.t.permissions.Render(w, status, page[Permissions]{c.frame(p, "/console/permissions", ps), v})
}

type personView struct {
	Person
	External string
	May      bool // the role may record a refusal
	Minor    Minor
}

func (c *Console) personFind(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	external := strings.TrimSpace(r.PostForm.Get("external_id"))
	v, err := c.Backend.People.Person(r.Context(), p, external)
	var ps view.Problems
	if err != nil && (ps.FromError(err) || touch.CodeOf(err) == touch.Unknown) {
		if len(ps) == 0 {
			ps = view.Problems{{Field: "external_id", Message: "Nobody of this id is known here"}}
		}
		return c.permissions(w, r, p, http.StatusUnprocessableEntity, ps)
	}
	if err != nil {
		return err
	}
	return c.t.person.Render(w, http.StatusOK, page[personView]{c.frame(p, "/console/permissions", nil), personView{Person: v, External: external, May: p.Can(access.ConsentWrite)}})
}

// personConfirm sends the link, and shows the person again.
func (c *Console) personConfirm(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	external := strings.TrimSpace(r.PostForm.Get("external_id"))
	err := c.Backend.People.AskToConfirm(r.Context(), p, external, r.PostForm.Get("notice"), r.PostForm.Get("email"))
	var ps view.Problems
	if err != nil && !ps.FromError(err) {
		return err
	}
	if err == nil {
		return c.personFind(w, r, p)
	}
	v, err := c.Backend.People.Person(r.Context(), p, external)
	if err != nil {
		return err
	}
	return c.t.person.Render(w, http.StatusUnprocessableEntity, page[personView]{c.frame(p, "/console/permissions", ps), personView{Person: v, External: external, May: true}})
}

// personMinor says when a person was born, and shows their guardian's link.
func (c *Console) personMinor(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	external, status := strings.TrimSpace(r.PostForm.Get("external_id")), http.StatusOK
	m, err := c.Backend.People.SetMinor(r.Context(), p, external, r.PostForm.Get("born"), r.PostForm.Get("country"))
	var ps view.Problems
	if err != nil && !ps.FromError(err) {
		return err
	}
	if len(ps) > 0 {
		status = http.StatusUnprocessableEntity
	}
	v, err := c.Backend.People.Person(r.Context(), p, external)
	if err != nil {
		return err
	}
	return c.t.person.Render(w, status, page[personView]{c.frame(p, "/console/permissions", ps), personView{Person: v, External: external, May: true, Minor: m}})
}

func (c *Console) personRefuse(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	if err := c.Backend.People.Refuse(r.Context(), p, strings.TrimSpace(r.PostForm.Get("external_id"))); err != nil {
		return err
	}
	return c.personFind(w, r, p)
}

func (c *Console) noticePublish(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	get := func(k string) string { return strings.TrimSpace(r.PostForm.Get(k)) }
	err := c.Backend.People.Publish(r.Context(), p, NoticeForm{Key: get("key"), Locale: get("locale"), Purpose: get("purpose"), System: get("system"),
		Channel: get("channel"), Title: get("title"), Text: get("text"), Sites: get("sites") == "yes", Confirm: get("confirm") == "yes"})
	var ps view.Problems
	if err != nil && ps.FromError(err) {
		return c.permissions(w, r, p, http.StatusUnprocessableEntity, ps)
	}
	if err != nil {
		return err
	}
	return redirect(w, r, "/console/permissions")
}

func (c *Console) staffShow(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	return c.staffPage(w, r, p, http.StatusOK, nil)
}

func (c *Console) staffPage(w http.ResponseWriter, r *http.Request, p access.Principal, status int, ps view.Problems) error {
	v, err := c.Backend.House.Staff(r.Context(), p)
	if err != nil {
		return err
	}
	return c.t.staff.Render(w, status, page[Staff]{c.frame(p, "/console/staff", ps), v})
}

func (c *Console) staffAttest(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	get := func(k string) string { return strings.TrimSpace(r.PostForm.Get(k)) }
	err := c.Backend.House.Attest(r.Context(), p, touch.UserID(get("user")), get("training"), get("until"))
	var ps view.Problems
	if err != nil && ps.FromError(err) {
		return c.staffPage(w, r, p, http.StatusUnprocessableEntity, ps)
	}
	if err != nil {
		return err
	}
	return redirect(w, r, "/console/staff")
}

func (c *Console) staffAgree(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	get := func(k string) string { return strings.TrimSpace(r.PostForm.Get(k)) }
	err := c.Backend.House.Agree(r.Context(), p, AgreementForm{With: get("with"), Reference: get("reference"), On: get("on"), Until: get("until"), End: get("do") == "end"})
	var ps view.Problems
	if err != nil && ps.FromError(err) {
		return c.staffPage(w, r, p, http.StatusUnprocessableEntity, ps)
	}
	if err != nil {
		return err
	}
	return redirect(w, r, "/console/staff")
}
