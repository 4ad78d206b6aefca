package app

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"fairtouch/internal/access"
	"fairtouch/internal/campaign"
	"fairtouch/internal/gateway"
	"fairtouch/internal/web/console"
	"fairtouch/touch"
)

// Copy implements console.Copy.
func (s staff) Copy(ctx context.Context, p access.Principal) (console.CopyPage, error) {
	var out console.CopyPage
	users, err := s.names(ctx, p.Workspace)
	if err != nil {
		return out, err
	}
	desk := CopyDesk{s.App}
	for _, x := range []struct {
		answered bool
		to       *[]console.CopyLine
	}{{false, &out.Waiting}, {true, &out.Answered}} {
		all, err := desk.Drafts(ctx, p, x.answered)
		if err != nil {
			return out, err
		}
		for _, l := range all {
			line := console.CopyLine{DraftLine: l, Begins: begins(l.Text)}
			if len(l.Asked) > 0 {
				line.ByName = nameOf(users, l.Asked[0].By)
			}
			line.Mine = slices.ContainsFunc(l.Asked, func(a campaign.CopyAsked) bool { return a.By == p.User })
			*x.to = append(*x.to, line)
		}
	}
	bound, err := s.Bindings(ctx, p.Workspace)
	for _, b := range bound {
		if b.Approvals > 0 {
			out.Systems = append(out.Systems, b.System)
		}
	}
	return out, err
}

// begins is the beginning of a text, at most about 70 bytes, for a list.
func begins(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) <= 70 {
		return s
	}
	n := 70
	for !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}

// CopyDraft implements console.Copy.
func (s staff) CopyDraft(ctx context.Context, p access.Principal, id string) (console.DraftPage, error) {
	desk := CopyDesk{s.App}
	d, err := desk.Draft(ctx, p.Workspace, id)
	if err != nil {
		return console.DraftPage{}, err
	}
	if d.Subject != "" {
		if err := s.viewed(ctx, p, "draft", id, d.Subject); err != nil {
			return console.DraftPage{}, err
		}
	}
	n, err := desk.needs(ctx, p.Workspace, d.System)
	if err != nil {
		return console.DraftPage{}, err
	}
	users, err := s.names(ctx, p.Workspace)
	if err != nil {
		return console.DraftPage{}, err
	}
	out := console.DraftPage{Copy: d, Standing: d.Standing(n), Mine: d.AskedBy(p.User), MayAct: desk.approves(ctx, p.Workspace, p.User) == nil || d.AskedBy(p.User)}
	for _, a := range d.Asked {
		if name := nameOf(users, a.By); !slices.Contains(out.ByNames, name) {
			out.ByNames = append(out.ByNames, name)
		}
	}
	for _, a := range d.Answers {
		out.Said = append(out.Said, console.SaidOf{CopyAnswer: a, Name: nameOf(users, a.By)})
	}
	return out, nil
}

// AnswerCopy implements console.Copy.
func (s staff) AnswerCopy(ctx context.Context, p access.Principal, id string, state campaign.CopyState, said string) error {
	_, err := (CopyDesk{s.App}).Answer(ctx, p.Workspace, p.User, id, state, said, "console")
	return err
}

// SubmitCopy implements console.Copy.
func (s staff) SubmitCopy(ctx context.Context, p access.Principal, q campaign.CopyQuestion) (string, error) {
	desk := CopyDesk{s.App}
	if !p.Can(access.Campaign) {
		if err := desk.approves(ctx, p.Workspace, p.User); err != nil {
			return "", touch.Errorf(touch.Forbidden, "your role writes no copy; a marketer, or who approves copy, does")
		}
	}
	st, err := desk.Submit(ctx, p, q)
	return st.Draft, err
}

// copyFindings are the findings on a campaign's words, where one of its systems
// asks for approvals: who approves the campaign approves them, too.
func (s staff) copyFindings(ctx context.Context, ws touch.Workspace, c *campaign.Campaign) (asks bool, out []touch.Check, err error) {
	desk := CopyDesk{s.App}
	for _, system := range c.Systems {
		n, err := desk.needs(ctx, ws, system)
		if err != nil {
			return false, nil, err
		}
		asks = asks || n > 0
	}
	if !asks {
		return false, nil, nil
	}
	for _, p := range copyOf(c) {
		out = append(out, gateway.CopyChecks(p.text, c.Locale)...)
	}
	return true, out, nil
}
