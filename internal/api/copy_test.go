package api_test

import (
	"context"
	"strings"
	"testing"

	"fairtouch/internal/access"
	"fairtouch/internal/campaign"
	"fairtouch/touch"
)

// fakeCopy knows one text of one workspace, and who asked.
type fakeCopy struct{}

func (fakeCopy) Check(_ context.Context, p access.Principal, q campaign.CopyQuestion) (campaign.CopyStanding, error) {
	if p.Workspace == acme && q.Text == "Hello" {
		return campaign.CopyStanding{State: campaign.CopyApproved, MayUse: true, System: q.System, Needs: 1, Approved: 1, Draft: "drf_1"}, nil
	}
	return campaign.CopyStanding{State: campaign.CopyUnknown, System: q.System, Needs: 1}, nil
}

func (fakeCopy) Submit(_ context.Context, p access.Principal, q campaign.CopyQuestion) (campaign.CopyStanding, error) {
	if q.Text == "refused" {
		return campaign.CopyStanding{}, campaign.CopyStanding{State: campaign.CopyReturned, Draft: "drf_2"}.Unapproved()
	}
	return campaign.CopyStanding{State: campaign.CopyWaiting, System: q.System, Needs: 1, Draft: "drf_" + string(p.Workspace)}, nil
}

func (fakeCopy) Drafts(_ context.Context, p access.Principal, answered bool) ([]campaign.DraftLine, error) {
	if p.Workspace != acme || answered {
		return []campaign.DraftLine{}, nil
	}
	return []campaign.DraftLine{{CopyStanding: campaign.CopyStanding{State: campaign.CopyWaiting, Draft: "drf_1"}, Text: "the words", Asked: []campaign.CopyAsked{{By: "ann", Decision: touch.DecisionID("dec_1")}}}}, nil
}

// A tool asks before it sends; a no is a code that it can rely on, and no list
// spells the words out.
func TestCopyIsAskedAboutBeforeItIsUsed(t *testing.T) {
	w := newWorld(t)
	key := w.key(acme, access.Decide, access.RecordRead)
	for _, c := range []struct {
		method, path, body string
		status             int
		want               string
	}{
		{"POST", "/v1/copy/check", `{"system":"copy","text":"Hello"}`, 200, `"may_use":true`},
		{"POST", "/v1/copy/check", `{"system":"copy","text":"hello"}`, 200, `"may_use":false`},
		{"POST", "/v1/copy/check", `{"system":"copy","text":"Hello","approve":true}`, 400, `"invalid"`},
		{"POST", "/v1/copy/drafts", `{"system":"copy","text":"Hello"}`, 200, `"drf_acme"`},
		{"POST", "/v1/copy/drafts", `{"system":"copy","text":"refused"}`, 409, `"unapproved_copy"`},
		{"GET", "/v1/copy/drafts", "", 200, `"by":"ann"`},
		{"GET", "/v1/copy/drafts?state=approved", "", 400, `"state"`},
	} {
		rec := w.do(key, c.method, c.path, c.body)
		if rec.Code != c.status || !strings.Contains(rec.Body.String(), c.want) || strings.Contains(rec.Body.String(), "the words") {
			t.Errorf("%s %s: %d %s", c.path, c.body, rec.Code, rec.Body)
		}
	}
	if rec := w.do(w.key(rival, access.RecordRead), "GET", "/v1/copy/drafts", ""); strings.Contains(rec.Body.String(), "drf_1") {
		t.Errorf("a rival reads our drafts: %s", rec.Body)
	}
}
